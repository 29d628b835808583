"""What the macros ask dbt and the database for, so that sqlfluff can read the models with the macros as they are.

`run_query` asks a database in memory whose codebook has one question in each of a few forms: every branch of a model is
there to be read, and no model is longer than it must be. For the same reason the long lists of
models/macros/oversikt.sql are shortened at the end; .sqlfluff leaves that file out.
"""

from collections import defaultdict
from functools import cache
from types import SimpleNamespace
from typing import Any

import duckdb

_CODEBOOK = """
    create table snap_kodebok_skjema as
    from (values
        ('po', 'pasient', null, 'PO', 80, 1, null, null, null),
        ('b22', 'behandler', 2, 'B2.2', 40, 2, null, null, 'MoEkvivalens22')
    ) as s (skjema, slag, fra_type, navn, uttrekk, arbeid, utfylt, arsak, omeq_sum);
    create table snap_kodebok_variabel as
    select skjema, 'Kjonn' as navn, 'tinyint' as lagres, 'liste' as type, 1 as rekkefolge, true as aktiv,
        true as eksporteres, null::varchar as beregnes, null::varchar as gjentatt, 'true' as kreves, 'true' as stilles,
        'true' as krysses, 1 as mykt_fra, 2 as mykt_til, null::varchar as mykt_mot
    from snap_kodebok_skjema;
    create table snap_kodebok_kode as
    select skjema, 'Kjonn' as navn, 9 as kode, 'Vet ikke' as tekst, 1 as rekkefolge, true as ukjent
    from snap_kodebok_skjema;
    create table stg_svar as select 1 as forlops_id, false as b22_avvik;
    create table uttrekkskontrakt as
    select 'allevarnum' as uttrekk, 1 as nr, 'Kjonn' as kolonne, 'po' as skjema, 'TINYINT' as datatype;
    create table kontroller as
    from (values ('a', 'sen', null, 'Kjonn'), ('b', 'sen', null, 'SluttDato')) as k (kontroll, mal, forst, sist)
"""
_CHECKED = "select 1 as forlops_id, '1' as avd_resh, 'to' as skjema, 'Tilsett' as variabel, null::varchar as detalj"
_INDICATORS = (
    {"id": "I1", "navn": "Andel", "teller": "true", "nevner": "true"},
    {"id": "I4", "hoved": "I1", "navn": "Variant", "endring": "StSmRo"},
    {"id": "I7", "navn": "Ikke i bruk", "krever": ["Ukjent"]},
    {"id": "I10", "navn": "Snitt", "sum": "1", "nevner": "true"},
)

execute = True
# A check of data quality finds its template by name, in dbt's own `context`.
context = defaultdict(lambda: lambda check: _CHECKED)
adapter = SimpleNamespace(
    get_columns_in_relation=lambda relation: [SimpleNamespace(name="Kjonn", is_string=lambda: True)]
)
_model = SimpleNamespace(config=SimpleNamespace(meta=SimpleNamespace(indikatorer=_INDICATORS)))
graph = SimpleNamespace(nodes={"model.smertereg.kvalitetsindikatorer": _model})


class _Rows(list[tuple[Any, ...]]):
    """The rows of an answer, which knows its columns as agate's table does."""

    column_names: list[str]


@cache
def _codebook() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(_CODEBOOK)
    return con


def run_query(sql: str) -> _Rows:
    found = _codebook().sql(str(sql))
    rows = _Rows(found.fetchall())
    rows.column_names = found.columns
    return rows


def dosegruppe(dose: str, other: str) -> str:
    return f"case when {dose} <= {other} then 1 else 0 end::tinyint"


def pasientskjemaer() -> dict[str, tuple[str, str]]:
    return {"pasreg": ("PasDelUfylPR", "GrManglUtfylPR")}


def oversikt_diagrammer() -> dict[str, dict[str, Any]]:
    return {"tilsyn": {"koder": {0: "Ikke besvart"}}}


def oversikt_tekster() -> list[tuple[str, int, str]]:
    return [("tilsyn", 0, "Ikke besvart")]

"""Each check of data quality finds a fault that is planted, and tells it from what is right, missing or impossible."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from exports.build import build
from ingest.results.quality import LOOKALIKES, catalogue

_ANSWERS = 'update allevarnum set {} where "ForlopsID" = $f'
# What makes each check find the forløp $f. Two tables hold some facts; both are changed.
PLANTED = {
    "satt_til_side": ["insert into stg_tilside values ($f, 'b22', 'AntPasTils')"],
    "manglende_svar": [_ANSWERS.format('"Norsktalende" = null')],
    "uvanlige_verdier": [_ANSWERS.format('"AntPasTils" = 99')],
    "bekreftede_verdier": [
        _ANSWERS.format('"AntPasTils" = 99'),
        "update snap.skjemaversjon set bekreftet = ['AntPasTils'] where forlop_id = $f and skjema = 'b22'",
    ],
    "startdato_for_henvist": [_ANSWERS.format('"HenvistDato" = "StartdatoTO" + 1')],
    "registrert_for_henvist": [_ANSWERS.format('"RegDato11" = "HenvistDato" - 1')],
    "registrert_for_startdato": [_ANSWERS.format('"RegDato11" = "StartdatoTO" - 1')],
    "forste_tilsyn_for_startdato": [_ANSWERS.format('"Regdato12" = "StartdatoTO" - 1')],
    "siste_tilsyn_for_startdato": [_ANSWERS.format('"Regdato21" = "StartdatoTO" - 1')],
    "siste_for_forste_tilsyn": [_ANSWERS.format('"Regdato21" = "Regdato12" - 1')],
    "sluttdato_for_startdato": [_ANSWERS.format('"SluttDato" = "StartdatoTO" - 1')],
    "sluttdato_for_forste_tilsyn": [_ANSWERS.format('"SluttDato" = "Regdato12" - 1')],
    "sluttdato_for_siste_tilsyn": [_ANSWERS.format('"SluttDato" = "Regdato21" - 1')],
    "dod_for_startdato": [_ANSWERS.format('"Ddato" = "StartdatoTO" - 1')],
    "samtykke_for_henvist": [_ANSWERS.format('"DatoSamtykke" = "HenvistDato" - 1')],
    "pasreg_for_samtykke": [_ANSWERS.format('"DatoUfylPR" = "DatoSamtykke" - 1')],
    "sluttdato_fram_i_tid": [_ANSWERS.format("\"SluttDato\" = date '2099-01-01'")],
    "overlappende_forlop": [
        "insert into int_forlop by name select * replace (-1 as forlops_id) from int_forlop where forlops_id = $f",
        'insert into allevarnum by name select * replace (-1 as "ForlopsID") from allevarnum where "ForlopsID" = $f',
    ],
    "sen_registrering": ["update int_forlop set opprettet = startdato + interval 8 day where forlops_id = $f"],
    "aapne_skjema": ["update stg_skjema set status = 0 where forlops_id = $f and skjema = 'b22'"],
    "akutt_lang": [_ANSWERS.format('"AkuttLang" = 9')],
    "hads_sum": ['update stg_svar set "HADSScoreAngst" = 21 where forlops_id = $f'],
}
_COMPLETE = """
select forlops_id from int_forlop where komplett and forlopstype = 3 and samtykke = 1 order by forlops_id limit 1
"""


def test_hver_kontroll_i_varehuset_har_en_plantet_feil() -> None:
    assert set(PLANTED) == set(catalogue()["kontroll"]) - {LOOKALIKES}


@contextmanager
def opened(built: tuple[Path, Path], folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the warehouse, its snapshot attached, that a test may spoil."""
    for path in built:
        shutil.copy(path, folder / path.name)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
        con.execute(f"attach '{folder / 'snapshot.duckdb'}' as snap")
        yield con


def run(con: duckdb.DuckDBPyConnection, built: tuple[Path, Path], model: str) -> list[dict]:
    """What the model gives of the tables as they are now: the SQL that dbt made of it."""
    (compiled,) = (built[0].parent / "target" / "compiled").rglob(f"marts/{model}.sql")
    return con.sql(compiled.read_text(encoding="utf-8")).pl().to_dicts()


@pytest.mark.parametrize("check", PLANTED)
def test_kontrollen_finner_en_plantet_feil(check: str, built: tuple[Path, Path], tmp_path: Path) -> None:
    with opened(built, tmp_path) as con:
        (forlop,) = con.execute(_COMPLETE).fetchall()[0]
        clean = (
            'update allevarnum set "HenvistDato" = "StartdatoTO", "DatoSamtykke" = "StartdatoTO", "Regdato12" = "StartdatoTO",'
            ' "Regdato21" = "StartdatoTO", "SluttDato" = "StartdatoTO", "DatoUfylPR" = "StartdatoTO", "AntPasTils" = 10,'
            ' "Norsktalende" = 1, "AkuttLang" = (select (bool_or("SmerteKat" = 1) and bool_or("SmerteKat" = 2))::tinyint'
            ' from smertediagnosernum where "ForlopsID" = $f) where "ForlopsID" = $f'
        )
        con.execute(clean, {"f": forlop})
        con.execute("update int_forlop set opprettet = startdato where forlops_id = $f", {"f": forlop})
        con.execute("update int_forlop set pasient_id = -1 where forlops_id = $f", {"f": forlop})
        before = found(con, built, check, forlop)
        for statement in PLANTED[check]:
            con.execute(statement, {"f": forlop})
        after = found(con, built, check, forlop)
    assert not any(_about(check, row) for row in before), before
    assert any(_about(check, row) for row in after), after


def found(con: duckdb.DuckDBPyConnection, built: tuple[Path, Path], check: str, forlop: int) -> list[dict]:
    return [r for r in run(con, built, "datakvalitet_rader") if (r["kontroll"], r["ForlopsID"]) == (check, forlop)]


def _about(check: str, row: dict) -> bool:
    """The planted fault, where random answers have others of the same kind."""
    names = {"manglende_svar": "Norsktalende", "uvanlige_verdier": "AntPasTils", "bekreftede_verdier": "AntPasTils"}
    return names.get(check, "") in (row["variabel"] or "")


def test_tallene_og_radene_stemmer_og_hver_enhet_har_hver_kontroll(built: tuple[Path, Path]) -> None:
    with duckdb.connect(str(built[1]), read_only=True) as con:
        wrong = con.sql(
            'select kontroll, "AvdRESH" from datakvalitet d where n_avvik <> (select count(*) from datakvalitet_rader r'
            ' where r.kontroll = d.kontroll and r."AvdRESH" = d."AvdRESH")'
        ).fetchall()
        counts = con.sql('select count(*), count(distinct "AvdRESH") from datakvalitet').fetchall()
    assert wrong == []
    assert counts == [(13 * len(PLANTED), 13)]


def test_en_kontroll_uten_noe_aa_kontrollere_er_ikke_aktuell_og_ikke_bestatt(
    built: tuple[Path, Path], tmp_path: Path
) -> None:
    shutil.copy(built[0], tmp_path / "snapshot.duckdb")
    with duckdb.connect(str(tmp_path / "snapshot.duckdb")) as con:
        con.execute("update pasient set dodsdato = null")
        con.execute("insert into enhet select '999999', 'Ny enhet', 'HF', 'RHF', 1")
    build(tmp_path, tmp_path / "dbt.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as con:
        states = dict(con.sql("""select kontroll, status from datakvalitet where "AvdRESH" = '999999'""").fetchall())
        dead = con.sql("select distinct status from datakvalitet where kontroll = 'dod_for_startdato'").fetchall()
    assert set(states.values()) == {"ikke aktuelt"}
    assert dead == [("ikke aktuelt",)]

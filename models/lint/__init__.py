"""Stand-ins for dbt and our macros, so that sqlfluff can read the models without a database and in seconds."""

from typing import Any

_QUESTION = {"navn": "Kjonn", "lagres": "tinyint", "skjema": "po", "kjent": True, "aktiv": True, "eksporteres": True}
_INDICATORS = (
    {"id": "I1", "navn": "Andel", "teller": "true", "nevner": "true"},
    {"id": "I1-v", "hoved": "I1", "navn": "Variant", "teller": "true", "nevner": "true"},
    {"id": "I7", "navn": "Ikke i bruk", "ikke_aktuelt": True},
    {"id": "I10", "navn": "Snitt", "sum": "1", "nevner": "true"},
)


def kodebok_koder() -> dict[str, dict[str, list[tuple[int, str]]]]:
    return {"po": {"Kjonn": [(1, "Mann")]}}


def allevarnum_variabler() -> list[dict[str, Any]]:
    return [_QUESTION]


def indikatorer() -> list[dict[str, Any]]:
    return list(_INDICATORS)


def wilson(numerator: str, denominator: str, end: str) -> str:
    return f"({numerator} {end} {denominator})::double"


def kolonner(relation: str) -> list[str]:
    return ["Kjonn"]


def tekstkolonner(relation: str) -> list[str]:
    return ['"AvdRESH"']


def tekst_for(column: str, codes: list[tuple[int, str]]) -> str:
    return f"case {column} when 1 then 'ja' else {column}::varchar end"


def taper(raw: str, stored: str, typed: str) -> str:
    return f"({raw} is distinct from {typed})"


def tekststruktur(names: list[str], liste: str | None = None) -> str:
    return '\'{"a":"VARCHAR"}\''


def n_hvis(condition: str) -> str:
    return f"count(*) filter (where {condition})::integer"


def kodebok_skjemaer(slag: str | None = None) -> list[dict[str, Any]]:
    form = {"skjema": "b22", "slag": "behandler", "fra_type": 2, "navn": "B2.2", "uttrekk": 40}
    return [form | {"utfylt": None, "arsak": None, "omeq_sum": "MoEkvivalens22"}]


def kodebok_variabler(form: str) -> list[dict[str, Any]]:
    return [_QUESTION]


def skjemasvar(form: str) -> str:
    return f"(select * from stg_svar where {form}_status is not null)"


def pakk_ut(form: str) -> str:
    return f"select '{form}' as skjema,"


def avvik_i(form: str) -> str:
    return f"select '{form}' as skjema,"


def dosegruppe(dose: str, other: str) -> str:
    return f"case when {dose} <= {other} then 1 else 0 end::tinyint"


def pasientskjemaer() -> dict[str, tuple[str, str]]:
    return {"pasreg": ("PasDelUfylPR", "GrManglUtfylPR")}


def oversikt_diagrammer() -> dict[str, dict[str, Any]]:
    return {"tilsyn": {"koder": {0: "Ikke besvart"}}}


def oversikt_tekster() -> list[tuple[str, int, str]]:
    return [("tilsyn", 0, "Ikke besvart")]


def kvalitet_kontroller() -> list[dict[str, Any]]:
    return [{"kontroll": "a", "mangler": []}, {"kontroll": "b", "mangler": ["SluttDato"]}]


def kvalitet_mal(check: dict[str, Any]) -> str:
    return "select 1 as forlops_id, '1' as avd_resh, 'to' as skjema, 'Tilsett' as variabel, null::varchar as detalj"


def kvalitet_stilte() -> dict[str, list[dict[str, Any]]]:
    return {"to": [{"navn": "Tilsett", "stilles": "true", "kreves": "true", "ukjente": "9"}]}


def kvalitet_ferdige(form: str) -> str:
    return "select 1 as forlops_id, current_date as startdato"

"""A recipe for a delivery: which forløp, which variables, and in which files. It can be saved as YAML, rerun and shared."""

from __future__ import annotations

import difflib
import hmac
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

import duckdb
import polars as pl
import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from checks.errors import RegisterError
from exports.moments import read_moment
from exports.recipe_text import words_of
from exports.tables import COUNTED_ORDER, NATIONAL, ORDER

Table = Literal[
    "allevarnum",
    "allevar",
    "forlopsoversikt",
    "skjemaoversikt",
    "smertediagnosernum",
    "smertediagnoser",
    "kvalitetsindikatorer",
    "dekningsgrad",
    "indikatordefinisjoner",
]
# Tables of figures: what the forløp were counted as, not a row for each.
COUNTED = tuple(COUNTED_ORDER)
Format = Literal["csv", "parquet", "duckdb", "sav", "dta", "xlsx"]
_EXPECTED = {
    "tabeller": f"Velg blant {', '.join(get_args(Table))}",
    "formater": f"Velg blant {', '.join(get_args(Format))}",
    "forlopstyper": "Velg blant 1, 2, 3",
    "utvalg": "Skriv nasjonal eller en RESH-id",
    "fra": "Skriv datoen som 2026-10-01",
    "til": "Skriv datoen som 2026-10-01",
}
# The columns that are delivered with any choice of variables: they identify the row's forløp, the row when a forløp has
# several, or a row of figures, and mark the figures that have been emptied.
KEYS = {
    "PasientID",
    "AvdRESH",
    "SykehusNavn",
    "Sykehusnavn",
    "ForlopsID",
    "InklusjonStatus",
    "Skjemanavn",
    "SkjemaRekkeflg",
    "SmerteDiagID",
    "indikator",
    "populasjon",
    "nivaa",
    "periode",
    "fra",
    "undertrykt",
    "undertrykt_fordi",
}
RECODED = ("PasientID", "ForlopsID")
SHORTEST_KEY = 16
# The size in bits of the new numbers: at most fifteen digits, which is what Excel keeps of a number.
BITS = 49
_SHOWN = 60  # characters of a wrong value that are repeated


def _moment(given: object) -> date | datetime | None:
    try:
        return None if given is None else read_moment(given)
    except RegisterError as error:
        raise ValueError(str(error).rstrip(".")) from error


def _several(given: object) -> object:
    """The value as a list: in a recipe written by hand a single value need not be a list, and an empty one may be nothing."""
    return given if isinstance(given, list | tuple) else () if given is None else (given,)


def _once(given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Each value once: a format that is named a thousand times is written once."""
    return tuple(dict.fromkeys(given))


def _text(given: object) -> object:
    """The value as text, because YAML reads a RESH-id as a number."""
    return str(given) if isinstance(given, int) else given


_Name = TypeVar("_Name")
_Given = Annotated[tuple[_Name, ...], BeforeValidator(_several), AfterValidator(_once)]


class Recipe(BaseModel):
    """What to deliver. The period is by startdato, both days included; empty `variabler` means every variable.

    A variable is taken from every chosen table that has it. Of a table of figures the rows are delivered whose whole period is
    in the chosen one; they count every forløpstype.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    utvalg: Annotated[str, BeforeValidator(_text)] = Field(default=NATIONAL, pattern=r"^(nasjonal|\d+)$")
    fra: date | None = None
    til: date | None = None
    forlopstyper: Annotated[tuple[Literal[1, 2, 3], ...], BeforeValidator(_several)] = ()
    variabler: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()
    tabeller: Annotated[_Given[Table], Field(min_length=1)] = ("allevarnum",)
    formater: Annotated[_Given[Format], Field(min_length=1)] = ("csv",)
    slik_det_var: Annotated[date | datetime | None, BeforeValidator(_moment)] = None
    nye_numre: bool = False

    @model_validator(mode="after")
    def _period(self) -> Recipe:
        if self.fra and self.til and self.til < self.fra:
            raise ValueError(f"til ({self.til}) er før fra ({self.fra})")
        counted = [table for table in self.tabeller if table in COUNTED]
        if counted and self.forlopstyper:
            raise ValueError(f"{counted[0]} teller alle forløpstypene. Ta bort tabellen, eller la være å velge type")
        return self


def read_recipe(path: Path) -> dict[str, Any]:
    """The keys and values of a saved recipe. Raises REG-193 when the file is missing or is no recipe."""
    try:
        return words_of(path.read_bytes(), path.name)
    except OSError as error:
        raise RegisterError("REG-193", fil=path.name, melding="filen finnes ikke") from error


def recipe(words: dict[str, Any], source: str = "kommandolinjen") -> Recipe:
    """The recipe that these keys and values make. Raises REG-193 for the first wrong one, naming `source`."""
    try:
        return Recipe.model_validate(words)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][:1])
        reason = {"extra_forbidden": "ukjent valg", "value_error": str(first.get("ctx", {}).get("error", ""))}
        expected = f". {_EXPECTED[where]}" if where in _EXPECTED else ""
        said = reason.get(first["type"], f"«{str(first['input'])[:_SHOWN]}» kan ikke brukes{expected}")
        raise RegisterError("REG-193", fil=source, melding=f"{where}: {said}" if where else said) from error


def save_recipe(chosen: Recipe, path: Path) -> None:
    """Write the recipe so that ``read_recipe`` gives the same back; choices that are not made are left out."""
    words = chosen.model_dump(mode="json", exclude_defaults=True)
    path.write_text(yaml.safe_dump(words, allow_unicode=True, sort_keys=False), encoding="utf-8")


def read_key(path: Path) -> bytes:
    """The secret key that the new numbers of a delivery are made with. Raises REG-196 when it is missing or too short."""
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise RegisterError("REG-196", fil=path.name, lengde=SHORTEST_KEY) from error
    if len(key) < SHORTEST_KEY:
        raise RegisterError("REG-196", fil=path.name, lengde=SHORTEST_KEY)
    return key


def choose(con: duckdb.DuckDBPyConnection, chosen: Recipe, key: bytes | None) -> dict[str, str]:
    """Table → query, for a delivery from the published file opened in `con`. With `key` the numbers are new.

    Raises REG-194 for a variable that no chosen table has, REG-223 for a table with none of the variables, REG-195 when the
    choice leaves no forløp, and REG-430 when it leaves a table of figures no row.
    """
    columns = {table: _columns(con, table) for table in chosen.tabeller}
    _require_variables(con, chosen, columns)
    _choose_forlop(con, chosen)
    if key is not None:
        for column in RECODED:
            _new_numbers(con, column, key)
    queries = {
        table: _counted(table, found, chosen)
        if table in COUNTED
        else _query(table, found, chosen.variabler, key is not None)
        for table, found in columns.items()
    }
    for table in queries.keys() & set(COUNTED):
        if not con.execute(f"select 1 from ({queries[table]}) limit 1").fetchall():
            raise RegisterError("REG-430", tabell=table) if chosen.fra or chosen.til else RegisterError("REG-195")
    return queries


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Name → type of a table's columns."""
    return {name: kind for name, kind, *_ in con.execute(f"describe {table}").fetchall()}


def _require_variables(
    con: duckdb.DuckDBPyConnection, chosen: Recipe, columns: Mapping[str, Mapping[str, str]]
) -> None:
    """Raise REG-194 or REG-223 unless every variable is in a table and every table has a variable, so that nothing the user
    asked for is left out in silence.
    """
    every = {name for names in columns.values() for name in names}
    for name in chosen.variabler:
        if name not in every:
            others = [table for table in get_args(Table) if name in _columns(con, table)]
            close = difflib.get_close_matches(name, sorted(every), 1, 0.5)
            hint = f"Mente du «{close[0]}»?" if close else "Se Klokeboken."
            raise RegisterError(
                "REG-194",
                variabel=name,
                tabell=" eller ".join(columns),
                forslag=f"Den står i {' og '.join(others)}: ta med tabellen." if others else hint,
            )
    for table, names in columns.items():
        if chosen.variabler and not set(chosen.variabler) & set(names):
            raise RegisterError("REG-223", tabell=table)


def _choose_forlop(con: duckdb.DuckDBPyConnection, chosen: Recipe) -> None:
    where, values = ["true"], []
    for condition, value in (
        ('"HovedDato" >= ?', chosen.fra),
        ('"HovedDato" <= ?', chosen.til),
        ('list_contains(?, "ForlopsType1Num"::integer)', list(chosen.forlopstyper)),
    ):
        if value:
            where.append(condition)
            values.append(value)
    con.execute(
        'create or replace temp table valgt as select "ForlopsID"::integer as forlop, "PasientID"::integer as pasient'
        f" from forlopsoversikt where {' and '.join(where)}",
        values,
    )
    # Figures may be of others than the forløp with rows: in the national file also of those that are not included.
    by_forlop = not set(chosen.tabeller) <= set(COUNTED)
    if by_forlop and not con.execute("select 1 from valgt limit 1").fetchall():
        raise RegisterError("REG-195")


def _new_numbers(con: duckdb.DuckDBPyConnection, column: str, key: bytes) -> None:
    """Make the table ny_<column> of old and new numbers; the same key gives the same new numbers in every delivery."""
    source = "forlop" if column == "ForlopsID" else "pasient"
    old = [row[0] for row in con.execute(f"select distinct {source} from valgt order by 1").fetchall()]
    new = [
        int.from_bytes(hmac.digest(key, f"{column}:{number}".encode(), "sha256")[:8], "big") >> (64 - BITS)
        for number in old
    ]
    assert len(set(new)) == len(old), "two numbers became one; choose another key"
    con.register("nye", pl.DataFrame({"gammel": old, "ny": new}, schema={"gammel": pl.Int64, "ny": pl.Int64}))
    con.execute(f"create or replace temp table ny_{column} as select * from nye")
    con.unregister("nye")


def _counted(table: str, columns: Mapping[str, str], chosen: Recipe) -> str:
    """The query of a table of figures: the chosen figures, of the periods that lie in the chosen one."""
    names = ", ".join(f'"{name}"' for name in columns if not chosen.variabler or name in {*KEYS, *chosen.variabler})
    ends = "fra + case periode when 'år' then interval 1 year when 'kvartal' then interval 3 month else interval 1 month end"
    where = [
        *([f"fra >= date '{chosen.fra}'"] if chosen.fra else []),
        *([f"{ends} <= date '{chosen.til}' + interval 1 day"] if chosen.til else []),
    ]
    kept = where if "periode" in columns else []
    return f"select {names} from {table} where {' and '.join(kept) or 'true'} order by {COUNTED_ORDER[table]}"


def _query(table: str, columns: Mapping[str, str], variables: Sequence[str], recode: bool) -> str:
    """The query of one table: the chosen forløp and variables, with new numbers when `recode`."""
    names = [name for name in columns if not variables or name in {*KEYS, *variables}]
    parts, joins = [], []
    for name in names:
        if recode and name in RECODED:
            # A number kept as text stays text; a whole number needs a wider type, because the new number is longer.
            kind = "varchar" if columns[name] == "VARCHAR" else "bigint"
            parts.append(f'ny_{name}.ny::{kind} as "{name}"')
            joins.append(f'join ny_{name} on ny_{name}.gammel = t."{name}"::integer')
        else:
            parts.append(f't."{name}"')
    order = ORDER.get(table, '"ForlopsID"')
    return (
        f"select {', '.join(parts)} from {table} as t {' '.join(joins)}"
        f""" where t."ForlopsID"::integer in (select forlop from valgt)"""
        f" order by {order.replace('::integer', '::bigint') if recode else order}"
    )

"""What the tables and columns of a published file mean: the file's own table `kolonner`, its klokebok, and the models' words
for what a row is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import duckdb
import yaml

from checks.errors import RegisterError
from exports.labels import Labels, labels_of

_MODELS = Path(__file__).parents[2] / "models" / "marts"
# The tables that a publishing writes about itself have no model.
_OWN = {
    "publisering": "Én rad: hvilken publisering filen er fra, når den ble laget, og med hva.",
    "kodebokendringer": "Én rad per endring i kodeboken siden den første publiseringen som førte dem.",
}
# Most used first; the others follow by name.
_ORDER = ("allevarnum", "allevar", "forlopsoversikt", "skjemaoversikt", "smertediagnosernum", "smertediagnoser")
# Their answers are the texts of the codes.
_IN_WORDS = ("allevar", "smertediagnoser")


@dataclass(frozen=True)
class Column:
    """A column: what it is called in the file, its type there, what it means, and its codes with their texts."""

    name: str
    type: str
    meaning: str
    codes: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Table:
    """A table or view of the file, with how many rows it has."""

    name: str
    meaning: str
    rows: int
    columns: tuple[Column, ...]


@lru_cache(maxsize=4)
def tables(file: Path) -> tuple[Table, ...]:
    """The tables of a published file. Raises REG-092 when it cannot be read, REG-357 when an older version of the program
    made it.
    """
    try:
        with duckdb.connect(str(file), read_only=True) as con:
            made = [_table(con, name) for (name,) in con.execute("show tables").fetchall()]
    except duckdb.IOException as error:
        raise RegisterError("REG-092", fil=file.name) from error
    except duckdb.CatalogException as error:
        raise RegisterError("REG-357") from error
    return tuple(sorted(made, key=lambda t: (_ORDER.index(t.name) if t.name in _ORDER else len(_ORDER), t.name)))


def _table(con: duckdb.DuckDBPyConnection, name: str) -> Table:
    known = labels_of(con, name)
    columns = con.execute(
        "select c.column_name, c.data_type, k.beskrivelse from duckdb_columns() c left join kolonner k"
        " on k.tabell = c.table_name and k.kolonne = c.column_name where c.table_name = ? order by c.column_index",
        [name],
    ).fetchall()
    described = tuple(
        Column(column, kind, said or "", _codes(known.get(column)) if name not in _IN_WORDS else ())
        for column, kind, said in columns
    )
    row = con.execute(f'select count(*) from "{name}"').fetchone()
    return Table(name, _models().get(name, _OWN.get(name, "")), row[0] if row else 0, described)


def _codes(known: Labels | None) -> tuple[tuple[int, str], ...]:
    return tuple(known.texts.items()) if known else ()


@cache
def _models() -> dict[str, str]:
    """Mart → what a row is. Where a mart comes from, and what controls it, is for those who change it."""
    found = {}
    for path in sorted(_MODELS.glob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", ()):
            found[model["name"]] = " ".join(model.get("description", "").split()).partition(" Kilde: ")[0]
    return found

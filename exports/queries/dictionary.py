"""What the tables and columns of a published file mean: the file's own comments, the models' words, and the klokebok.

Comments that the file has go before the words of the program that reads it, which may be newer than the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import duckdb
import yaml

from checks.errors import RegisterError
from exports.labels import labels_of

_MODELS = Path(__file__).parents[2] / "models" / "marts"
# The table that a publishing writes about itself has no model.
_PUBLISHING = "Én rad: hvilken publisering filen er fra, når den ble laget, og med hvilken kodebok."
# Most used first; the others follow by name.
_ORDER = ("allevarnum", "allevar", "forlopsoversikt", "skjemaoversikt", "smertediagnosernum", "smertediagnoser")


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
    """The tables of a published file. Raises REG-092 when it cannot be read."""
    try:
        with duckdb.connect(str(file), read_only=True) as con:
            found = con.execute(
                "select table_name, comment from duckdb_tables() where not internal union all "
                "select view_name, comment from duckdb_views() where not internal"
            ).fetchall()
            made = [_table(con, name, comment) for name, comment in found]
    except duckdb.IOException as error:
        raise RegisterError("REG-092", fil=file.name) from error
    return tuple(sorted(made, key=lambda t: (_ORDER.index(t.name) if t.name in _ORDER else len(_ORDER), t.name)))


def _table(con: duckdb.DuckDBPyConnection, name: str, comment: str | None) -> Table:
    said, meanings = _models().get(name, (_PUBLISHING if name == "publisering" else "", {}))
    known = labels_of(con, name)
    columns = con.execute(
        "select column_name, data_type, comment from duckdb_columns() where table_name = ? order by column_index",
        [name],
    ).fetchall()
    # allevar has the same questions as allevarnum, answered with the texts of the codes.
    coded = not name.startswith(("allevar", "smertediagnoser")) or name.endswith("num")
    described = tuple(
        Column(
            column,
            str(kind),
            told or (known[column].label if column in known else meanings.get(column, "")),
            tuple(known[column].texts.items()) if column in known and coded else (),
        )
        for column, kind, told in columns
    )
    row = con.execute(f'select count(*) from "{name}"').fetchone()
    return Table(name, comment or said, row[0] if row else 0, described)


@cache
def _models() -> dict[str, tuple[str, dict[str, str]]]:
    """Mart → (what a row is, what each column means), from the models' yml."""
    found = {}
    for path in sorted(_MODELS.glob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", ()):
            columns = {c["name"]: " ".join(c.get("description", "").split()) for c in model.get("columns", ())}
            # Where a mart comes from, and what controls it, is for those who change it.
            said = " ".join(model.get("description", "").split()).partition(" Kilde: ")[0]
            found[model["name"]] = (said, columns)
    return found

"""Small cells: left empty in tables that others than the unit see, and warned of in files that are handed over."""

from collections.abc import Sequence
from typing import Any

import duckdb
import polars as pl

SMALLEST = 5


def suppress(
    frame: pl.DataFrame, counts: Sequence[str], parts: Sequence[tuple[str, Sequence[str]]]
) -> pl.DataFrame:
    """`frame` with cells of 1–4 in the columns `counts` empty, and a column `undertrykt` (bool) that says so.

    `parts` names a whole and the columns that add up to it. Where one of them alone would be empty it could be had by
    subtraction, so the smallest of the others goes too; where the whole is empty, so are its parts. 0 stays 0.
    """
    rows = [_row(row, counts, parts) for row in frame.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=dict(frame.schema) | {"undertrykt": pl.Boolean()})


def _row(
    row: dict[str, Any], counts: Sequence[str], parts: Sequence[tuple[str, Sequence[str]]]
) -> dict[str, Any]:
    """One row, with what must not be seen replaced by None."""
    hidden = {name for name in counts if row[name] is not None and 0 < row[name] < SMALLEST}
    for whole, names in parts:
        if whole in hidden:
            hidden.update(names)
        gone = [name for name in names if name in hidden]
        others = [name for name in names if name not in hidden and row[name]]
        if len(gone) == 1 and others:
            hidden.add(min(others, key=lambda name: row[name]))
    return {name: None if name in hidden else value for name, value in row.items()} | {
        "undertrykt": bool(hidden)
    }


def small_groups(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Sentences about groups of one to four patients in a delivery, whose forløp are in the temporary table `valgt`.

    Rows of a delivery are not emptied: who receives them must know that a patient may be recognised.
    """
    found = []
    for what, group in (
        ("Utvalget", "''"),
        ("Enheten", '"SykehusNavn"'),
        ("Forløpstypen", '"ForlopsType1"'),
        ("Året", """date_part('year', "HovedDato")::integer::varchar"""),
    ):
        rows = con.execute(
            f'select {group} as gruppe, count(distinct "PasientID") as n from forlopsoversikt'
            ' where "ForlopsID"::integer in (select forlop from valgt) group by 1 having n < ? order by 1',
            [SMALLEST],
        ).fetchall()
        found += [
            f"{what}{f' «{name}»' if name else ''} har bare {n} pasient{'er' if n > 1 else ''}."
            for name, n in rows
        ]
    return found

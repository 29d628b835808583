"""Small cells in tables that are shown to others than the unit itself: counts under five are left empty."""

from collections.abc import Sequence
from typing import Any

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

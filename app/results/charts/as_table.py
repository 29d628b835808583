"""The table behind a chart: as csv for a spreadsheet, and as rows for the screen."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import polars as pl

from app.ui import texts

# A spreadsheet takes a cell that begins like this for a formula and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(table: pl.DataFrame) -> str:
    """The table as the register's other csv files are: semicolon, decimal comma, ISO dates, UTF-8 with BOM, CRLF.

    Text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_cell(name) for name in table.columns])
    writer.writerows([_cell(value) for value in row] for row in table.iter_rows())
    return "\ufeff" + out.getvalue()


def as_rows(table: pl.DataFrame) -> list[list[str]]:
    """Every value as the screen shows it."""
    return [[_shown(value) for value in row] for row in table.iter_rows()]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, float):
        return f"{round(value, 4)}".replace(".", ",")
    return value.isoformat() if isinstance(value, date) else str(value)


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case float():
            return texts.number(value, 1)
        case int():
            return texts.number(value)
        case date():
            return texts.month(value)
    return str(value)

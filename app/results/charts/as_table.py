"""The table behind a chart: as csv for a spreadsheet, and as rows for the screen."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import polars.selectors as cs

from app.ui import texts
from exports.lists import csv_bytes


def as_csv(table: pl.DataFrame) -> str:
    """The table as the register's other csv files are, with four decimals at most."""
    return csv_bytes(table.with_columns(cs.float().round(4))).decode()


def as_rows(table: pl.DataFrame) -> list[list[str]]:
    """Every value as the screen shows it."""
    return [[_shown(value) for value in row] for row in table.iter_rows()]


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

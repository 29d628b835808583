"""Compares a delivered table with the published one, whatever format it went through."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from exports import tables


def original(source: Path, table: str) -> pl.DataFrame:
    key = (tables.ORDER | {"allevar": '"ForlopsID"'})[table]
    with duckdb.connect(str(source), read_only=True) as con:
        return con.sql(f"select * from {table} order by {key}").pl()


def plain(value: Any) -> Any:
    """A value as every format can hold it: numbers as float, no difference between empty and missing."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    return float(value)


def assert_equal(found: pl.DataFrame, expected: pl.DataFrame) -> None:
    assert found.columns == expected.columns
    for name in expected.columns:
        pairs = zip(found[name].to_list(), expected[name].to_list(), strict=True)
        wrong = [(f, e) for f, e in pairs if moment(plain(f)) != moment(plain(e))]
        assert not wrong, (name, wrong[:3])


def moment(value: Any) -> Any:
    """Statistics programs and workbooks keep whole milliseconds."""
    return value.replace(microsecond=0) if isinstance(value, dt.datetime) else value

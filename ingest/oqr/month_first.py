"""Dates of a package that must be month/day/year: then its others may be too, and be read as another day without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from checks import written
from checks.codebook import load
from checks.errors import problem
from ingest.oqr.findings import Finding
from ingest.tables.table import LINE


def month_first(tables: Mapping[str, pl.DataFrame]) -> Iterator[Finding]:
    """The first date of each column that has the month first."""
    dates = dict.fromkeys((f.tabell, str(v.fysisk)) for f in load() for v in f.variabler.values() if v.type == "dato")
    for table, column in dates:
        if column not in tables[table].columns:
            continue
        for line, value in tables[table].select(LINE, column).drop_nulls().iter_rows():
            if written.american(value):
                said = problem("REG-502", linje=line, kolonne=column, verdi=value[:10])
                yield Finding(table, line, 0, column, said.code, said.melding)
                break

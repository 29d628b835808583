"""Workbooks for people to read: rows are streamed to the file, no text is run as a formula, columns are wide enough."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from checks.errors import RegisterError

BATCH = 5_000
MOST_ROWS, MOST_CELLS = 1_048_575, 5_000_000


def write_workbook(con: duckdb.DuckDBPyConnection, sheets: Mapping[str, str], path: Path) -> None:
    """Write one sheet per (name, query). Text is stored as text, so that Excel does not run it as a formula.

    Raises REG-192 when a sheet would have more rows, or the workbook more cells, than Excel opens easily.
    """
    cells = 0
    for name, query in sheets.items():
        rows, columns = _size(con, query)
        cells += rows * columns
        if rows > MOST_ROWS or cells > MOST_CELLS:
            raise RegisterError("REG-192", tabell=name, rader=rows)
    book = xlsxwriter.Workbook(
        str(path),
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    # A fixed date, so that the same rows give the same bytes.
    book.set_properties({"created": datetime(2000, 1, 1)})
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        date: book.add_format({"num_format": "dd.mm.yyyy"}),
        datetime: book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"}),
    }
    for name, query in sheets.items():
        _sheet(book.add_worksheet(name), con.execute(query), formats)
    book.close()


def _size(con: duckdb.DuckDBPyConnection, query: str) -> tuple[int, int]:
    row = con.execute(f"select count(*) from ({query})").fetchone()
    return int(row[0]) if row else 0, len(con.execute(f"describe {query}").fetchall())


def _sheet(sheet: Any, cursor: duckdb.DuckDBPyConnection, formats: Mapping[Any, Any]) -> None:
    names = [column[0] for column in cursor.description or ()]
    for place, name in enumerate(names):
        sheet.set_column(place, place, max(8, min(len(name) + 2, 30)))
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(names):
        sheet.write_string(0, place, name, formats["head"])
    number = 0
    while rows := cursor.fetchmany(BATCH):
        for row in rows:
            number += 1
            for place, value in enumerate(row):
                _cell(sheet, number, place, value, formats)


def _cell(sheet: Any, row: int, place: int, value: Any, formats: Mapping[Any, Any]) -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(row, place, value, formats[type(value)])
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, str(value))

"""Lists as csv for a spreadsheet, in the registry's form and without cells that a spreadsheet would run as formulas."""

from __future__ import annotations

import io

import polars as pl

from exports.csv_files import harmless


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """The table as UTF-8 with BOM, `;`, decimal comma, ISO dates, CRLF, and `'` before texts and headings that look like
    formulas.
    """
    written = io.BytesIO()
    names = pl.select(harmless(pl.lit(pl.Series(frame.columns, dtype=pl.String)))).to_series()
    cells = frame.with_columns(harmless(pl.col(pl.String).replace("", None)).name.keep())
    cells.rename(dict(zip(frame.columns, names, strict=True))).write_csv(
        written, include_bom=True, separator=";", decimal_comma=True, line_terminator="\r\n"
    )
    return written.getvalue()

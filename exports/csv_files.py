"""One table as csv in the OQR form, written batch by batch so that a large table takes no more memory than a small one."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import duckdb
import polars as pl

BATCH = 25_000
BOM = b"\xef\xbb\xbf"
_FORMULA = r"^[=+\-@\t\r\n]"
_NUMBER = r"^[+-]?[0-9]+([.,][0-9]+)?$"


def stream_csv(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """Write the rows of `query` to `path` and return how many there were.

    UTF-8 with BOM, `;`, decimal comma, ISO dates, empty = missing, CRLF. Source: the OQR extract format.
    """
    reader = con.execute(query).to_arrow_reader(BATCH)
    count = 0
    with path.open("wb") as file:
        file.write(BOM)
        _write(pl.DataFrame(pl.from_arrow(reader.schema.empty_table())), file, header=True)
        for batch in reader:
            frame = pl.DataFrame(pl.from_arrow(batch))
            _write(frame, file, header=False)
            count += frame.height
    return count


def harmless(column: pl.Expr) -> pl.Expr:
    """The column with an apostrophe before texts that a spreadsheet may run as formulas: the one rule for every csv.

    They are the texts that begin with one of OWASP's characters: = + - @, a tab or a line break (a spreadsheet may pass
    over blanks and run what comes next). A text that is a number and nothing else, «-1» or «+4712345678», runs nothing,
    and stays as it is so that it can be read back.
    """
    risky = column.str.contains(_FORMULA) & ~column.str.contains(_NUMBER)
    return pl.when(risky).then(pl.lit("'") + column).otherwise(column)


def _write(frame: pl.DataFrame, file: BinaryIO, *, header: bool) -> None:
    texts = pl.col(pl.String)
    frame.with_columns(harmless(texts.replace("", None)).name.keep()).write_csv(
        file,
        include_header=header,
        separator=";",
        decimal_comma=True,
        line_terminator="\r\n",
        null_value="",
        date_format="%Y-%m-%d",
        datetime_format="%Y-%m-%d %H:%M:%S",
    )

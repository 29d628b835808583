"""The OQR package: a dated folder with Klokeboken, the physical tables and the linked extracts as csv."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from checks.errors import RegisterError
from exports import tables
from exports.csv_files import stream_csv
from exports.files import quoted
from exports.klokebok_files import klokebok_name, write_klokebok_csv
from exports.whole import whole_folder

MEMORY, SPILL = "384MB", ".mellomlager"


def make_package(data: Path, to: Path, scope: str, day: date, progress: Callable[[str], None] = lambda _: None) -> Path:
    """Write the package of what is published under `data` into `to`/ÅÅÅÅ-MM-DD/ and return that folder.

    `scope` is «nasjonal» or a unit's RESH-id; `progress` gets one Norwegian sentence per file. The same publishing gives
    the same bytes. Raises REG-085, REG-093, REG-190 or REG-191, and then leaves nothing of the package.
    """
    return write_package(tables.published_file(data, scope), to, day, progress)


def write_package(file: Path, to: Path, day: date, progress: Callable[[str], None] = lambda _: None) -> Path:
    """Write the package of one published file; see ``make_package``."""
    folder = to / day.isoformat()
    with whole_folder(folder) as unfinished, open_file(file, unfinished / SPILL) as con:
        progress("Skriver Klokeboken …")
        write_klokebok_csv(con, unfinished / klokebok_name(day))
        for table in (*tables.physical_tables(con), *tables.ORDER):
            progress(f"Skriver {table} …")
            query = tables.linked(table) if table in tables.ORDER else tables.physical(con, table)
            stream_csv(con, query, unfinished / f"smertereg_{table}_datadump_{day.isoformat()}.csv")
    return folder


@contextmanager
def open_file(file: Path, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads a published file with little memory; a large sort uses the folder `spill`, which is deleted.

    The file is attached, not opened, so that a delivery can attach its own file beside it. Raises REG-092 when the
    published file cannot be read.
    """
    try:
        with duckdb.connect(config={"memory_limit": MEMORY, "threads": "2", "temp_directory": str(spill)}) as con:
            try:
                con.execute(f"attach {quoted(file)} as publisert (read_only)")
            except duckdb.IOException as error:
                raise RegisterError("REG-092", fil=file.name) from error
            con.execute("use publisert")
            yield con
    finally:
        shutil.rmtree(spill, ignore_errors=True)

"""Reads the list in an Excel workbook, in a process of its own that may use only so much memory and time.

A workbook of some kilobytes can unpack to gigabytes, whatever size it says it has, and two cells far apart make the library
lay out every cell between them. What is unpacked is counted first; what no count can foresee ends with the process, and
the app goes on.
"""

from __future__ import annotations

import io
import os
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import fastexcel
import polars as pl

from checks.errors import RegisterError
from ingest.tables import heading as headings
from ingest.tables.heading import Heading
from ingest.tables.kinds import ZIP

MOST_UNPACKED, MOST_PARTS = 100_000_000, 2_000  # bytes and files
MOST_MEMORY, MOST_SECONDS = 400_000_000, 30
TOO_LARGE, DAMAGED = 3, 4
_PIECE, _LOCAL_HEADER = 65_536, 30
_SHEETS = 10
_ROOT = Path(__file__).parents[2]


def read_rows(content: bytes, heading: Heading, *, most: int, columns: int, above: int) -> pl.DataFrame:
    """The rows of the sheet with most headings among its ``above`` first rows, every value as text, blank where empty.

    At most ``most`` rows are read. Raises REG-214 for a workbook that takes too much memory or time, or has more than
    ``columns`` columns, and REG-215 for one that cannot be read.
    """
    try:
        if content.startswith(ZIP) and _unpacked(content) > MOST_UNPACKED:
            raise _too_large()
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError) as error:
        raise _damaged() from error
    # The settings hold secrets that whoever reads a stranger's file has no need of.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SMERTEREG_")}
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__, headings.address(heading), *(str(n) for n in (most, columns, above))],
            input=content,
            capture_output=True,
            timeout=MOST_SECONDS,
            cwd=_ROOT,
            env=environment | {"POLARS_MAX_THREADS": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise _too_large() from error
    if done.returncode == DAMAGED:
        raise _damaged()
    if done.returncode != 0:
        raise _too_large()
    return pl.read_ipc(io.BytesIO(done.stdout))


def _too_large() -> RegisterError:
    return RegisterError("REG-214", melding="Regnearket er for stort når det pakkes ut.")


def _damaged() -> RegisterError:
    return RegisterError("REG-215", melding="Excel-filen er skadet, eller har ikke noe ark som kan leses.")


def _unpacked(content: bytes) -> int:
    """How many bytes the parts of a zip file are when unpacked, counted no further than a little over MOST_UNPACKED;
    more than that when there are too many parts.

    The sizes that the file itself gives are not believed.
    """
    count = 0
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS:
            return MOST_UNPACKED + 1
        for part in parts:
            names = struct.unpack_from("<HH", content, part.header_offset + _LOCAL_HEADER - 4)
            begin = part.header_offset + _LOCAL_HEADER + sum(names)
            data = memoryview(content)[begin : begin + part.compress_size]
            if part.compress_type == zipfile.ZIP_STORED:
                count += len(data)
            elif part.compress_type == zipfile.ZIP_DEFLATED:
                count += _inflated(data, MOST_UNPACKED - count)
            else:
                raise zipfile.BadZipFile("Excel pakker ikke slik")
            if count > MOST_UNPACKED:
                break
    return count


def _inflated(data: memoryview, most: int) -> int:
    inflate, count = zlib.decompressobj(-zlib.MAX_WBITS), 0
    for begin in range(0, len(data), _PIECE):
        left: bytes | memoryview = data[begin : begin + _PIECE]
        while left and not inflate.eof and count <= most:
            count += len(inflate.decompress(left, _PIECE * 16))
            left = inflate.unconsumed_tail
    return count


def _read(content: bytes, heading: Heading, most: int, columns: int, above: int) -> pl.DataFrame | None:
    """The rows as a table of texts; None when they are too wide or too much."""
    book = fastexcel.read_excel(content)
    # A report may have a front page before the list, and a code file a sheet for each code system.
    name = max(book.sheet_names[:_SHEETS], key=lambda name: _headings(_sheet(book, name, above), heading))
    table = _sheet(book, name, most)
    if table.width > columns or table.estimated_size() > MOST_UNPACKED:
        return None
    return table.select(pl.all().fill_null(""))


def _sheet(book: fastexcel.ExcelReader, name: str, most: int) -> pl.DataFrame:
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", n_rows=most)
    return sheet.to_polars().cast(pl.String)


def _headings(table: pl.DataFrame, heading: Heading) -> int:
    return sum(heading([value or "" for value in row]) for row in table.rows())


def _limit() -> None:
    """Bound what this process may use beyond what it needed to start."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MOST_MEMORY, used + MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Read the workbook on standard input, with the heading's address, ``most``, ``columns`` and ``above`` as arguments, and
    write its rows on standard output as Arrow. Returns TOO_LARGE or DAMAGED when it cannot; memory that runs out may also kill the process.
    """
    content = sys.stdin.buffer.read()
    heading = headings.at(sys.argv[1])
    if sys.platform == "linux":
        _limit()
    try:
        table = _read(content, heading, *(int(n) for n in sys.argv[2:]))
    except MemoryError:
        return TOO_LARGE
    except (fastexcel.FastExcelError, ValueError, IndexError):
        return DAMAGED
    if table is None:
        return TOO_LARGE
    table.write_ipc(sys.stdout.buffer)
    return 0


if __name__ == "__main__":
    sys.exit(main())

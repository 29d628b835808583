"""Read a hospital's csv or Excel file as a table of texts, in memory only, or say in a sentence what is wrong with it."""

from __future__ import annotations

import csv
import io
import zipfile

import fastexcel
import polars as pl

from checks.epj_file import names_patients
from checks.errors import RegisterError

MOST_BYTES = 10_000_000
MOST_ROWS = 50_000
MOST_UNPACKED = 300_000_000  # bytes; a workbook is a zip file, and can be made so that unpacking it fills the memory
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SEPARATORS = ";\t,|"
_ABOVE = 20  # in how many rows from the top the list's heading is looked for
_SHEETS = 10


def read_table(content: bytes) -> pl.DataFrame:
    """The file's list, every value as text. The contents, not the file's name, tell csv from Excel.

    Raises REG-214 (empty or too large), REG-215 (not csv or Excel that can be read), REG-216 (one column only).
    """
    if not content.strip():
        raise RegisterError("REG-214", melding="Filen er tom.")
    if len(content) > MOST_BYTES:
        raise RegisterError("REG-214", melding=f"Filen er større enn {MOST_BYTES // 1_000_000} MB.")
    table = _excel(content) if content.startswith((ZIP, OLD_EXCEL)) else _csv(_text(content))
    if len(table) > MOST_ROWS:
        raise RegisterError("REG-214", melding=f"Filen har flere enn {MOST_ROWS} linjer.")
    if table.width < 2:
        raise RegisterError("REG-216")
    return table


def _text(content: bytes) -> str:
    """The text of UTF-8, of the UTF-16 that Excel writes as «Unicode-tekst», or of Windows' western encoding."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if wide else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RegisterError("REG-215", melding="Tegnene i filen kan ikke leses. Lagre den som CSV UTF-8.")


def _csv(text: str) -> pl.DataFrame:
    text = text.lstrip("\r\n")
    if text.lower().startswith("sep="):  # Excel's own first line, which names the separator
        text = text.split("\n", 1)[-1]
    first = text.splitlines()[:_ABOVE] or [""]
    heading = next((one for one in first if any(_is_heading(one.split(s)) for s in SEPARATORS)), first[0])
    separator = max(SEPARATORS, key=heading.count)
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip("\r\n")), delimiter=separator, strict=True))
    except csv.Error as error:
        raise RegisterError(
            "REG-215", melding="Et anførselstegn er ikke avsluttet, eller en linje er brutt."
        ) from error
    return _table(rows)


def _excel(content: bytes) -> pl.DataFrame:
    try:
        if content.startswith(ZIP):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                    raise RegisterError("REG-214", melding="Regnearket er for stort når det pakkes ut.")
        book = fastexcel.read_excel(content)
        return _table(_rows(book, _sheet(book), MOST_ROWS + _ABOVE + 1))
    except (fastexcel.FastExcelError, zipfile.BadZipFile, ValueError) as error:
        raise RegisterError(
            "REG-215", melding="Excel-filen er skadet, eller har ikke noe ark som kan leses."
        ) from error


def _sheet(book: fastexcel.ExcelReader) -> str:
    """The first sheet with a list's heading, since a report may have a front page before it."""
    names = book.sheet_names
    found = (name for name in names[:_SHEETS] if any(_is_heading(row) for row in _rows(book, name, _ABOVE)))
    return next(found, names[0])


def _rows(book: fastexcel.ExcelReader, name: str, most: int) -> list[list[str]]:
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", n_rows=most)
    return [[value or "" for value in row] for row in sheet.to_polars().cast(pl.String).rows()]


def _table(rows: list[list[str]]) -> pl.DataFrame:
    """The rows under the heading. Each row above it becomes an empty row, so that line numbers are the file's own."""
    place = next((place for place, row in enumerate(rows[:_ABOVE]) if _is_heading(row)), 0)
    names = _names(rows[place] if rows else [])
    for number, row in enumerate(rows[place + 1 :], start=place + 2):
        if len(row) > len(names):
            raise RegisterError(
                "REG-215", melding=f"Linje {number} har {len(row)} felt, men overskriften har {len(names)}."
            )
    lines = [*([] for _ in rows[:place]), *rows[place + 1 :]]
    columns = {
        name: [line[column] if column < len(line) else None for line in lines] for column, name in enumerate(names)
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


def _is_heading(cells: list[str]) -> bool:
    """Whether the row names a column of patients and at least one more: the rows above, a report's name and period,
    do not.
    """
    named = [cell for cell in cells if cell.strip()]
    return len(named) > 1 and any(names_patients(cell) for cell in named)


def _names(heading: list[str]) -> list[str]:
    """The columns' names, made different from each other; a column without a name is called by its number."""
    names: list[str] = []
    for place, given in enumerate(heading, start=1):
        name = given.strip() or f"Kolonne {place}"
        names.append(name if name not in names else f"{name} ({place})")
    return names

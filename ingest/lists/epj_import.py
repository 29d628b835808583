"""Read a hospital's csv or Excel file as a table of texts, in memory only, or say in a sentence what is wrong with it."""

from __future__ import annotations

import csv
import io
from itertools import islice

import polars as pl

from checks.epj_file import is_heading
from checks.errors import RegisterError
from ingest.lists import workbook

MOST_BYTES = 10_000_000
MOST_ROWS, MOST_COLUMNS = 50_000, 200
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
SEPARATORS = ";\t,|"
_ABOVE = 20  # in how many rows from the top the list's heading is looked for
_MOST_READ = MOST_ROWS + _ABOVE + 1


def read_table(content: bytes) -> pl.DataFrame:
    """The file's list, every value as text. The contents, not the file's name, tell csv from Excel.

    Raises REG-214 (empty, too large or too wide), REG-215 (not csv or Excel that can be read), REG-216 (one column only).
    """
    if not content.strip():
        raise RegisterError("REG-214", melding="Filen er tom.")
    if len(content) > MOST_BYTES:
        raise RegisterError("REG-214", melding=f"Filen er større enn {MOST_BYTES // 1_000_000} MB.")
    if content.startswith((workbook.ZIP, OLD_EXCEL)):
        table = _table(workbook.read_rows(content, most=_MOST_READ, columns=MOST_COLUMNS, above=_ABOVE))
    else:
        table = _csv(_text(content))
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
    text = text.lstrip("\r\n")
    first = text.splitlines()[:_ABOVE] or [""]
    heading = next((one for one in first if any(is_heading(_cells(one, s)) for s in SEPARATORS)), first[0])
    separator = max(SEPARATORS, key=heading.count)
    try:
        rows = list(islice(csv.reader(io.StringIO(text), delimiter=separator, strict=True), _MOST_READ))
    except csv.Error as error:
        raise RegisterError(
            "REG-215", melding="Et anførselstegn er ikke avsluttet, eller en linje er brutt."
        ) from error
    return _table(rows)


def _cells(line: str, separator: str) -> list[str]:
    """The first cells of a line, as many as a list may have columns."""
    return line.split(separator, MOST_COLUMNS)[:MOST_COLUMNS]


def _table(rows: list[list[str]]) -> pl.DataFrame:
    """The rows under the heading. Each row above it becomes an empty row, so that line numbers are the file's own."""
    place = next((place for place, row in enumerate(rows[:_ABOVE]) if is_heading(row[:MOST_COLUMNS])), 0)
    if rows and len(rows[place]) > MOST_COLUMNS:
        raise RegisterError("REG-214", melding=f"Listen har flere enn {MOST_COLUMNS} kolonner.")
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


def _names(heading: list[str]) -> list[str]:
    """The columns' names, made different from each other; a column without a name is called by its number."""
    names: list[str] = []
    for place, given in enumerate(heading, start=1):
        name = given.strip() or f"Kolonne {place}"
        names.append(name if name not in names else f"{name} ({place})")
    return names

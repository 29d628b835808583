"""The rows of a csv file: what stands between its fields, and where a quotation mark is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from checks.errors import RegisterError
from ingest.tables.heading import Heading

SEPARATORS = ";\t,|"
NAMES = {";": "semikolon", "\t": "tabulator", ",": "komma", "|": "loddrett strek"}
_HEAD = 200_000  # characters that are looked at to find the separator


def rows(content: bytes, encoding: str, heading: Heading, above: int) -> Iterator[list[str]]:
    """The rows of the file, blank ones too. Raises REG-215 with the line of the row that cannot be read."""
    with io.TextIOWrapper(io.BytesIO(content), encoding, newline="") as text:
        skipped = _named_separator(text)
        start = text.tell() if skipped else 0
        separator = skipped or _separator(text.read(_HEAD), heading, above)
        text.seek(start)
        yield from _read(text, separator)


def _named_separator(text: io.TextIOWrapper) -> str:
    """The separator that Excel's own first line («sep=;») names, with that line passed; else blank, at the beginning."""
    first = text.readline(10).lstrip("\ufeff").lower().rstrip("\r\n")
    if first.startswith("sep=") and first[4:] in (*SEPARATORS, ""):
        return first[4:] or "\t"
    text.seek(0)
    return ""


def _separator(head: str, heading: Heading, above: int) -> str:
    """The separator that makes a heading of one of the first rows, or else most cells of the first that is not blank."""

    def worth(separator: str) -> tuple[bool, int, int]:
        first = list(_begun(head, separator, above))
        named = next((row for row in first if heading(row)), None)
        whole = named or next((row for row in first if any(cell.strip() for cell in row)), [])
        return named is not None, len(whole), -SEPARATORS.index(separator)

    return max(SEPARATORS, key=worth)


def _begun(head: str, separator: str, above: int) -> Iterator[list[str]]:
    try:
        yield from islice(csv.reader(io.StringIO(head, newline=""), delimiter=separator), above)
    except csv.Error:
        return


def _read(text: io.TextIOWrapper, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(text, delimiter=separator, strict=True)
    number, widest = 0, 0
    try:
        for number, row in enumerate(reader, start=1):
            widest = widest or len(row) - 1
            if any("\n" in cell or "\r" in cell for cell in row):
                _require_closed(number, row, separator, widest)
            yield row
    except (csv.Error, UnicodeError) as error:
        raise _unclosed(number + 1, str(error)) from error


def _require_closed(number: int, row: list[str], separator: str, widest: int) -> None:
    """Raise REG-215 when a field of several lines has a whole row in it: its quotation mark was never closed where it should."""
    for place, cell in enumerate(row, start=1):
        swallowed = (line for line in cell.splitlines()[1:] if line.count(separator) >= max(widest, 1))
        if next(swallowed, None) is not None:
            raise _unclosed(number, "", place)


def _unclosed(number: int, why: str, place: int = 0) -> RegisterError:
    where = f"felt {place} på linje {number}" if place else f"linje {number}"
    if "expected after" in why:
        said = f'Et anførselstegn på {where} står inne i en tekst. Skriv det to ganger («""»), eller fjern det.'
    elif "field larger" in why:
        said = (
            f"Et felt på {where} er for langt; et anførselstegn der er trolig ikke avsluttet. Avslutt eller fjern det."
        )
    elif "new-line" in why or "line contains" in why:
        said = f"{where.capitalize()} er brutt. Lagre filen på nytt som CSV UTF-8."
    else:
        said = f"Et anførselstegn som begynner på {where} er ikke avsluttet. Avslutt eller fjern det."
    return RegisterError("REG-215", melding=said)

"""Reads a hospital's list of referrals: what its columns are, and what each line says.

A table of texts comes in (ingest/lists/epj_import.py makes it from csv or Excel); lines that cannot be read are told one by
one, and the others go on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from checks import identity, pasted, written
from checks.errors import RegisterError

# What a column may be, and the words that its heading then holds, the surest first.
FIELDS = {
    "pasient": ("fødselsnummer", "fodselsnummer", "fødselsnr", "fodselsnr", "personnummer", "fnr", "pasientid", "pid"),
    "dato": ("henvist", "henvisning", "rekvi", "mottatt", "tilsynsdato", "dato", "date"),
    "avdeling": ("avdeling", "post", "sengepost", "klinikk", "seksjon", "enhet", "ward"),
}
# A date of birth is a date, but never the referral's.
_BORN = ("fødsel", "fodsel", "født", "fodt", "birth")
LABELS = {"pasient": "Fødselsnummer eller PasientID", "dato": "Henvisningsdato", "avdeling": "Avdeling"}
NEEDED = ("pasient", "dato")
_LOOKED_AT = 50
_ELEVEN = re.compile(r"[0-9]{11}")
_NUMBER = re.compile(r"[0-9]{10,}")
_FIVE = re.compile(r"[0-9]{5}")
_SHORTENED = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]+")  # what a spreadsheet makes of a long number


@dataclass(frozen=True)
class Line:
    """A line that could be read: ``nummer`` is an identity number, or ``pasient_id`` is given."""

    rad: int
    nummer: str | None
    pasient_id: int | None
    dato: date
    avdeling: str


@dataclass(frozen=True)
class Unreadable:
    """A line that could not, and why, in a sentence."""

    rad: int
    hvorfor: str


@dataclass(frozen=True)
class Doubled:
    """A line with the same in every cell as the line ``som`` above it: one referral that the file has twice."""

    rad: int
    som: int


def guess(table: pl.DataFrame) -> dict[str, str | None]:
    """Column name for each of FIELDS, by heading and contents, then by either; None where nothing looks like it."""
    found: dict[str, str | None] = {}
    left = list(table.columns)
    for field, words in FIELDS.items():
        if field == "dato":
            left = [c for c in left if not any(word in c.lower() for word in _BORN)]
        named = [c for word in words for c in left if word in _plain(c)]
        like = [c for c in left if _looks_like(field, table[c])]
        found[field] = next((c for c in (*(c for c in named if c in like), *named, *like)), None)
        left = [c for c in left if c != found[field]]
    return found


def names_patients(heading: str) -> bool:
    """Whether a heading says that its column has the patients' numbers."""
    return any(word in _plain(heading) for word in FIELDS["pasient"])


def is_heading(cells: list[str]) -> bool:
    """Whether a row names a column of patients and at least one more: the rows above, a report's name and period, do not."""
    named = [cell for cell in cells if cell.strip()]
    return len(named) > 1 and any(names_patients(cell) for cell in named)


def is_a_referral(cells: list[str]) -> bool:
    """Whether a row has what a referral has, a date or a fødselsnummer, and so is no heading."""
    return any(_NUMBER.fullmatch(pasted.number(cell)) or read_date(cell) for cell in cells)


def _plain(heading: str) -> str:
    return heading.lower().replace("_", "")


def _looks_like(field: str, column: pl.Series) -> bool:
    values = [v.strip() for v in column.head(_LOOKED_AT).drop_nulls() if v.strip()]
    fits = {
        "pasient": lambda value: _ELEVEN.fullmatch(pasted.number(value)),
        # Five digits are a spreadsheet's date, but more often a PasientID.
        "dato": lambda value: read_date(value) and not _FIVE.fullmatch(value),
    }.get(field)
    return fits is not None and bool(values) and sum(bool(fits(v)) for v in values) * 2 > len(values)


def read(
    table: pl.DataFrame, columns: Mapping[str, str | None], *, today: date, test_persons: bool
) -> tuple[list[Line], list[Unreadable], list[Doubled]]:
    """The lines of ``table`` (all texts, one row per referral); line numbers as a spreadsheet shows them, heading 1.

    Empty lines are left out, and of lines that are alike in every cell, also those of columns that are not chosen, the
    first is read. Raises REG-217 when a needed column is not chosen or not there, REG-218 when the same
    column is chosen twice, REG-219 when no line could be read, REG-502 when a date has the month first, since then the others
    may too.
    """
    who, when, where = (_column(table, columns, field) for field in FIELDS)
    chosen = [name for name in columns.values() if name is not None]
    if len(set(chosen)) < len(chosen):
        raise RegisterError("REG-218", verdi=next(name for name in chosen if chosen.count(name) > 1))
    lines: list[Line] = []
    refused: list[Unreadable] = []
    doubled: list[Doubled] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in enumerate(table.iter_rows(), start=2):
        row = who[number - 2], when[number - 2], where[number - 2]
        if not row[0] and not row[1]:
            continue
        if written.american(row[1]):
            raise RegisterError("REG-502", linje=number, kolonne=columns["dato"], verdi=row[1][:10])
        first = seen.setdefault(tuple((cell or "").strip() for cell in cells), number)
        if first != number:
            doubled.append(Doubled(number, first))
            continue
        try:
            lines.append(_line(number, *row, today, test_persons))
        except RegisterError as error:
            refused.append(Unreadable(number, str(error)))
    if not lines:
        where, why = (f", linje {refused[0].rad}", refused[0].hvorfor) if refused else ("", "Filen har ingen linjer.")
        raise RegisterError("REG-219", linje=where, melding=why)
    return lines, refused, doubled


def _column(table: pl.DataFrame, columns: Mapping[str, str | None], field: str) -> list[str]:
    name = columns.get(field)
    if name is not None and name in table.columns:
        return [(value or "").strip() for value in table[name]]
    if field in NEEDED:
        raise RegisterError("REG-217", felt=LABELS[field])
    return [""] * len(table)


def _line(number: int, who: str, when: str, where: str, today: date, test_persons: bool) -> Line:
    day = read_date(when)
    if day is None:
        # What stands in a wrong column may be somebody's number.
        said = "et nummer" if _NUMBER.fullmatch(pasted.number(when)) else when[:10] or "tom"
        raise RegisterError("REG-009", felt=LABELS["dato"], verdi=said)
    if day > today:
        raise RegisterError("REG-013", felt=LABELS["dato"], verdi=f"{day:%d.%m.%Y}")
    # A spreadsheet writes numbers with a decimal, and takes the first zero of a fødselsnummer away.
    if _SHORTENED.fullmatch(who):
        raise RegisterError("REG-501", felt=LABELS["pasient"])
    digits = pasted.number(re.sub(r"[.,]0$", "", who))
    if digits.startswith("0") and len(digits) < 10:
        raise RegisterError("REG-500", felt=LABELS["pasient"], antall=len(digits))
    if digits.isascii() and digits.isdigit() and len(digits) < 10:
        return Line(number, None, int(digits), day, where)
    read = identity.read(digits.zfill(11) if len(digits) == 10 else digits, test_persons=test_persons, today=today)
    return Line(number, read.number, None, day, where)


def read_date(text: str) -> date | None:
    """The Norwegian date that a text has, in one of the ways hospitals write it. A time of day after it is left out, but not a
    time zone.
    """
    found = written.moment(text, short_year=True)
    return found.date() if found else None

"""One answer: the type its variable is checked as, its value in that type, and how a Norwegian reader writes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import polars as pl

from checks.codebook import Variabel
from checks.errors import Problem, RegisterError, problem

LARGEST = 1e9
"""No answer is as large as this. What is, could not be computed with, and is no number to us."""

LONGEST = 4000
"""No text is longer than this many characters."""
DEEPEST = 3
"""Answers hold lists of rows of values, so a value lies at most this deep."""

_DTYPES: dict[str, pl.DataType] = {
    "dato": pl.Date(),
    "tall": pl.Float64(),
    "tekst": pl.String(),
    "stor_tekst": pl.String(),
}
_EXPECTED = {"dato": "en dato (dd.mm.åååå)", "tall": "et tall", "tekst": "en tekst", "stor_tekst": "en tekst"}
_QUOTED = 60  # characters of a refused value that the message shows
CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
"""The characters that no keyboard writes, for the class of a regular expression."""
_UNWRITTEN = re.compile(rf"[{CONTROLS}\ud800-\udfff]")  # half characters too


def dtype(v: Variabel) -> pl.DataType:
    """The Polars type a variable is checked as; codes are whole numbers."""
    if v.type == "liste" and v.lagres.startswith("varchar"):
        return pl.String()
    if v.type == "skjult" and v.lagres == "varchar":
        return pl.String()
    return _DTYPES.get(v.type, pl.Int64())


def label(v: Variabel) -> str:
    """What a message calls the question."""
    return v.ledetekst.rstrip("?: ") or v.navn


def norwegian(value: object) -> str:
    """A value as a Norwegian reader writes it."""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(value)


class WrongType(ValueError):
    """The value is not of the variable's type. ``code`` is the problem's (REG-001, REG-009)."""

    def __init__(self, code: str = "REG-001") -> None:
        super().__init__(code)
        self.code = code


Reader = Callable[[Any], Any]


def reader(v: Variabel) -> Reader:
    """The function that gives a JSON value in the variable's type, blank as None; it raises WrongType."""
    readers: dict[pl.DataType, Reader] = {pl.Date(): _date, pl.String(): _text, pl.Float64(): _number}
    return readers.get(dtype(v), _code)


def _date(value: Any) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, date):
        if isinstance(value, datetime):
            raise WrongType("REG-009")
        return value
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise WrongType("REG-009") from None
    # Other ways of writing a day (20260131, 2026-W05-6) would be stored as they are, and not be read as dates.
    if day.isoformat() != value:
        raise WrongType("REG-009")
    return day


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not _written(value):
        raise WrongType
    return value


def _written(text: str) -> bool:
    """Whether the text can be stored and shown: no control characters, no half characters, no endless text."""
    return len(text) <= LONGEST and not _UNWRITTEN.search(text)


def require_storable(answers: Any) -> None:
    """Raise REG-255 for what JSON or a forged message can hold and no form can: ``true``, NaN, an endless number, control
    characters, lists inside lists.

    The values need not be right: it is for what is kept before it is judged, such as drafts.
    """
    waiting = [(answers, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, Mapping | list | tuple):
            if depth == DEEPEST:
                raise RegisterError("REG-255")
            parts: Iterable[Any] = [*value, *value.values()] if isinstance(value, Mapping) else value
            waiting += [(part, depth + 1) for part in parts]
        elif not _plain(value):
            raise RegisterError("REG-255")


def require_written(values: Iterable[Any]) -> None:
    """Raise REG-255 when one of the values is a text that cannot be stored and shown again; a long one may be."""
    if any(isinstance(value, str) and _UNWRITTEN.search(value) for value in values):
        raise RegisterError("REG-255")


def _plain(value: Any) -> bool:
    if isinstance(value, str):
        return _written(value)
    try:
        _number(value)
    except WrongType:
        return False
    return True


def _number(value: Any) -> float | None:
    if value is None or value == "":
        return None
    # True is a number to Python, but no answer; NaN is not less than anything.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LARGEST:
        raise WrongType
    return float(value)


def _code(value: Any) -> int | None:
    number = _number(value)
    if number is None:
        return None
    if not number.is_integer():
        raise WrongType
    return int(number)


def wrong_type(skjema: str, v: Variabel, value: object, code: str, rad: int = 0, at: str = "") -> Problem:
    """The problem of a value that its variable's reader refused; told at the variable, or where ``at`` says."""
    return problem(
        code,
        skjema=skjema,
        variabel=at or v.navn,
        rad=rad,
        felt=label(v),
        verdi="" if v.identifiserende else quoted(value),
        forventet=_EXPECTED.get(v.type, "et av svaralternativene"),
    )


def quoted(value: object) -> str:
    """The value so that it can be printed, whatever it is."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) >= LARGEST:
        return "et altfor stort tall"
    # Never printed: what lies deep enough cannot be.
    if isinstance(value, Mapping | list | tuple):
        return "en sammensatt verdi"
    text = _UNWRITTEN.sub("?", str(value))
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]} …"

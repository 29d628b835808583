"""Dates, times and numbers as people, spreadsheets and other programs write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

EARLIEST = 1900
_OSLO = ZoneInfo("Europe/Oslo")
# Day 0 of a spreadsheet's dates. Fewer than five digits may be a year or a number, so that days before 1927 are refused.
_DAY_0 = date(1899, 12, 30)
_SERIAL = re.compile(r"([1-9][0-9]{4})(?:[.,]([0-9]+))?")
_MONTHS = ("jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "des")
_ENGLISH = {"may": 5, "oct": 10, "dec": 12}
_DAYS = (
    re.compile(r"(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})"),
    re.compile(r"(?P<d>[0-9]{1,2})[-/.](?P<m>[0-9]{1,2})[-/.](?P<y>[0-9]{4}|[0-9]{2})"),
    re.compile(r"(?P<d>[0-9]{1,2})[-. ] ?(?P<m>[a-zæøå]{3})[a-zæøå]*[-. ]+(?P<y>[0-9]{4}|[0-9]{2})", re.IGNORECASE),
    re.compile(r"(?P<y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
    re.compile(r"(?P<d>[0-9]{2})(?P<m>[0-9]{2})(?P<y>[0-9]{4})"),
)
_CLOCK = re.compile(
    r"(?P<h>[0-9]{1,2})[:.](?P<min>[0-9]{2})(?:[:.](?P<s>[0-9]{2})(?:[.,][0-9]+)?)?\s*(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_AMERICAN = re.compile(r"(?:0?[1-9]|1[0-2])/(?:1[3-9]|2[0-9]|3[01])/[0-9]{2,4}\b")
_NUMBER = re.compile(r"[+-]?(?=[.,]?[0-9])(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)?(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?")


def moment(text: str, *, short_year: bool = False) -> datetime | None:
    """The Norwegian date and time, without a time zone, that the text is in one of the usual ways of writing them; midnight
    when no time is said, None for anything else.

    A year of two digits is read, as one of this century, only with ``short_year``.
    """
    said = " ".join(text.split())
    if serial := _SERIAL.fullmatch(said):
        seconds = round(float(f"0.{serial[2] or 0}") * 86_400)
        return datetime.combine(_DAY_0 + timedelta(days=int(serial[1])), time()) + timedelta(seconds=seconds)
    for pattern in _DAYS:
        if found := pattern.match(said):
            day = _day(found, short_year)
            rest = said[found.end() :]
            if day and not rest:
                return datetime.combine(day, time())
            if day and (made := _at(day, rest)):
                return made
    return None


def day(text: str) -> date | None:
    """The date that the text is: a whole day, with no other time of day than midnight."""
    found = moment(text)
    return found.date() if found and found.time() == time() else None


def american(text: str) -> bool:
    """Whether the text is a date that must be month/day/year, because there is no such month otherwise."""
    return _AMERICAN.match(text.strip()) is not None


def number(text: str) -> float | None:
    """The number that the text is, with decimal comma or point, and spaces between thousands; None for anything else."""
    said = " ".join(text.replace("\u2212", "-").split())
    if not any(sign.isdigit() for sign in said) or not said.isascii() or not _NUMBER.fullmatch(said):
        return None
    return float(said.replace(" ", "").replace(",", "."))


def _day(found: re.Match[str], short_year: bool) -> date | None:
    year, month = found["y"], found["m"].lower()
    if len(year) == 2 and not short_year:
        return None
    whole = int(year) if len(year) == 4 else 2000 + int(year)
    if not month.isdigit():
        month = _ENGLISH.get(month) or (_MONTHS.index(month) + 1 if month in _MONTHS else 0)
    try:
        made = date(whole, int(month), int(found["d"]))
    except ValueError:
        return None
    return made if made.year >= EARLIEST else None


def _at(day: date, rest: str) -> datetime | None:
    clock = _CLOCK.fullmatch(re.sub(r"^(?:T|,? (?:kl\.? ?)?)", "", rest, flags=re.IGNORECASE))
    if clock is None or rest[0] not in "Tt ,":
        return None
    try:
        made = datetime.combine(day, time(int(clock["h"]), int(clock["min"]), int(clock["s"] or 0)))
        if zone := clock["zone"]:
            made = made.replace(tzinfo=_zone(zone)).astimezone(_OSLO).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return made


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))

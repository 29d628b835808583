"""Reads and makes Norwegian identity numbers: fødselsnummer, D-nummer and H-nummer.

Rules: Skatteetaten, «Nytt fødselsnummer fra 2032» and «Utvidelse av D-nummerserien» (2021), both in the
documentation of the Folkeregister's API; Direktoratet for e-helse, «Identifikatorer for personer» (HIS 1001)
for H-nummer and for the series of individual numbers. The number says birth date and sex only as long as it
was given out before 2032: from then on neither century nor sex can be read from a new number, and a new
number may look exactly like an old one. What cannot be known is None here and has to be asked. A number of
another kind is a Hjelpenummer: it is the patient's, but says nothing of the patient.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from checks import pasted
from checks.errors import RegisterError

Kind = Literal["fodselsnummer", "d-nummer", "h-nummer"]
Sex = Literal[1, 2]  # 1 mann, 2 kvinne, as PO codes it
Regel = Literal["dagens", "2032", "begge"]

WEIGHTS_1 = (3, 7, 6, 1, 8, 9, 4, 5, 2)
WEIGHTS_2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
REMAINDERS = {"dagens": {0}, "2032": {0, 1, 2, 3}, "begge": {0, 1, 2, 3}}
NEW_SERIES_FROM = date(2032, 1, 1)
NO_NUMBER = "uten norsk nummer"
NHN_MONTHS = (66, 77)  # Norsk helsenett's test persons: month + 65
OLDEST = 120  # years; an older person behind a new number is not reckoned with

# (first and last year, first and last individual number)
SERIES = ((1854, 1899, 500, 749), (1900, 1999, 0, 499), (1940, 1999, 900, 999), (2000, 2039, 500, 999))
# From August 2021. The last line holds numbers given out before that; it counts only when the series before
# it would give a birth in the future.
SERIES_D = (
    (1858, 1899, 500, 599),
    (1900, 1939, 0, 199),
    (1940, 1999, 0, 499),
    (1940, 1999, 600, 999),
    (2000, 2039, 200, 999),
    (1900, 1939, 200, 499),
)


@dataclass(frozen=True, slots=True)
class Fodselsnummer:
    """A valid number. `birth_date` is None when more than one century is possible: `possible_dates` has them.

    `sex` is 1 (mann), 2 (kvinne) or None when the number does not tell.
    """

    number: str
    kind: Kind
    birth_date: date | None
    sex: Sex | None
    synthetic: bool
    possible_dates: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Hjelpenummer:
    """A number that is no fødselsnummer, D-nummer or H-nummer, and what it is in words; the patient is «Annet»."""

    number: str
    hva: str
    synthetic: bool = False


Nummer = Fodselsnummer | Hjelpenummer


def read(number: str, *, test_persons: bool, today: date) -> Nummer:
    """The number read, whatever kind of number it is. Raises as `parse`, of a Hjelpenummer only REG-042 and REG-481."""
    digits = pasted.number(number)
    other = _other_number(digits)
    if other is None:
        return parse(digits, test_persons=test_persons, today=today)
    if other.synthetic and not test_persons:
        raise RegisterError("REG-481", hva=other.hva)
    return other


def parse(number: str, *, test_persons: bool, today: date, regel: Regel = "begge") -> Fodselsnummer:
    """The number read and checked; what people paste with it (checks/pasted.py) is ignored.

    `regel` chooses the check on the first control digit. The default accepts today's rule and the one from
    2032 alike, as Skatteetaten asks of every system: the rule of 2032 accepts all numbers of today's rule.
    Synthetic numbers (month + 80, Tenor testdata) pass only with `test_persons`. Raises RegisterError
    REG-040 to REG-045, and REG-480 for a Hjelpenummer.
    """
    digits = pasted.number(number)
    if not re.fullmatch(r"[0-9]*", digits):
        raise RegisterError("REG-041")
    if other := _other_number(digits):
        raise RegisterError("REG-480", hva=other.hva)
    if len(digits) != 11:
        raise RegisterError("REG-040")
    kind, synthetic, day, month = _read_date_part(digits)
    remainder = _check_control_digits(digits, REMAINDERS[regel])
    if synthetic and not test_persons:
        raise RegisterError("REG-044")
    year, individual = int(digits[4:6]), int(digits[6:9])
    if remainder == 0 and today < NEW_SERIES_FROM:
        dates = _dates(_years_of_series(kind, year, individual), month, day)
        past = [found for found in dates if found <= today][:1]
        sex: Sex | None = 1 if individual % 2 else 2
    else:
        dates = _dates((1900 + year, 2000 + year), month, day)
        past = [found for found in dates if found <= today and today.year - found.year <= OLDEST]
        sex = None
    if not dates:
        raise RegisterError("REG-043")
    if not past:
        raise RegisterError("REG-045")
    return Fodselsnummer(digits, kind, past[0] if len(past) == 1 else None, sex, synthetic, tuple(past))


def mask(number: str | None) -> str:
    """The six digits of the date and five stars, for lists; another identity than 11 digits is hidden whole."""
    if not number:
        return NO_NUMBER
    return f"{number[:6]} *****" if re.fullmatch(r"[0-9]{11}", number) else "*****"


def make(
    birth_date: date,
    sex: Sex,
    serial: int,
    *,
    synthetic: bool = True,
    kind: Kind = "fodselsnummer",
    remainder: Literal[0, 1, 2, 3] = 0,
) -> str:
    """The valid number no. `serial` (from 0) for a person of that birth date and sex, for demo and tests.

    `remainder` 1–3 makes a number of the kind given out from 2032. Raises ValueError when the series for the
    birth date has no such number: about 200 per date and sex (fewer before 1900 and for some D-nummer).
    """
    day = birth_date.day + (40 if kind == "d-nummer" else 0)
    month = birth_date.month + (40 if kind == "h-nummer" else 0) + (80 if synthetic else 0)
    if month > 99:
        raise ValueError("H-nummer kan ikke være syntetisk: måneden får ikke plass.")
    start = f"{day:02}{month:02}{birth_date.year % 100:02}"
    series = SERIES_D[:-1] if kind == "d-nummer" else SERIES
    individuals = (
        individual
        for first_year, last_year, first, last in series
        if first_year <= birth_date.year <= last_year
        for individual in range(last, first - 1, -1)
        if individual % 2 == sex % 2
    )
    numbers = (n for individual in individuals if (n := _with_control(f"{start}{individual:03}", remainder)))
    for place, number in enumerate(numbers):
        if place == serial:
            return number
    raise ValueError(f"Serien for {birth_date:%d.%m.%Y} har ikke nummer {serial}.")


def _other_number(digits: str) -> Hjelpenummer | None:
    """The number as a Hjelpenummer, when it is one. Raises REG-042 when its control digits say that it is mistyped.

    Of 12 digits are the DUF-nummer of Utlendingsdirektoratet and numbers of other countries, which begin with a year.
    """
    if re.fullmatch(r"(19|20)[0-9]{10}", digits):
        return Hjelpenummer(digits, "et DUF-nummer eller et utenlandsk nummer")
    if not re.fullmatch(r"[0-9]{11}", digits):
        return None
    if digits[0] in "89":
        _check_control_digits(digits, {0})
        return Hjelpenummer(digits, "et felles hjelpenummer (FH-nummer)")
    if NHN_MONTHS[0] <= int(digits[2:4]) <= NHN_MONTHS[1]:
        _check_control_digits(digits, {0})
        return Hjelpenummer(digits, "et testnummer fra Norsk helsenett (måned + 65)", synthetic=True)
    return None


def is_birth_date(six: str) -> bool:
    """Whether a number can begin with these six digits: those of a date, also as D-nummer and H-nummer have it."""
    if six[0] in "89":
        return True
    day, month, year = int(six[:2]), int(six[2:4]), int(six[4:])
    day -= 40 if day > 40 else 0
    month -= next((more for more in (80, NHN_MONTHS[0] - 1, 40) if month > more), 0)
    return 1 <= month <= 12 and any(_dates((1800 + year, 1900 + year, 2000 + year), month, day))


def _read_date_part(digits: str) -> tuple[Kind, bool, int, int]:
    day, month = int(digits[:2]), int(digits[2:4])
    synthetic = month > 80
    month -= 80 if synthetic else 0
    kind: Kind = "fodselsnummer"
    if day > 40:
        kind, day = "d-nummer", day - 40
    elif month > 40:
        kind, month = "h-nummer", month - 40
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise RegisterError("REG-043")
    return kind, synthetic, day, month


def _check_control_digits(digits: str, accepted: set[int]) -> int:
    values = [int(digit) for digit in digits]
    remainder = (_weigh(values, WEIGHTS_1) + values[9]) % 11
    if remainder not in accepted or (_weigh(values, WEIGHTS_2) + values[10]) % 11:
        raise RegisterError("REG-042")
    return remainder


def _with_control(nine: str, remainder: int) -> str | None:
    values = [int(digit) for digit in nine]
    first = (remainder - _weigh(values, WEIGHTS_1)) % 11
    second = -_weigh([*values, first], WEIGHTS_2) % 11
    return None if 10 in (first, second) else f"{nine}{first}{second}"


def _weigh(values: list[int], weights: tuple[int, ...]) -> int:
    return sum(value * weight for value, weight in zip(values, weights, strict=False))


def _years_of_series(kind: Kind, year: int, individual: int) -> Iterator[int]:
    for first_year, last_year, first, last in SERIES_D if kind == "d-nummer" else SERIES:
        full = first_year - first_year % 100 + year
        if first_year <= full <= last_year and first <= individual <= last:
            yield full


def _dates(years: tuple[int, ...] | Iterator[int], month: int, day: int) -> list[date]:
    found = []
    for year in years:
        try:
            found.append(date(year, month, day))
        except ValueError:  # 29 February outside a leap year, 31 April
            continue
    return found

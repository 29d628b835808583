"""Which of the hospital's own referrals are in the register: one referral, one forløp, dates within a tolerance.

Source: manual, «Innleverte registreringer»: «Brukes til å sjekke om alle pasienter som har blitt henvist til
smerteteam også har blitt registrert i registeret … for å beregne dekningsgraden».
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MOST_DAYS = 60


@dataclass(frozen=True)
class Referral:
    """A line of the hospital's list. ``pasient`` is a PasientID, None for somebody the register does not know.

    ``rad`` is the line's number in the file, ``avdeling_id`` the unit's avdeling of that name, if it has one.
    """

    rad: int
    pasient: int | None
    dato: date
    avdeling: str = ""
    avdeling_id: int | None = None


@dataclass(frozen=True)
class Registered:
    """A forløp of the unit; ``dato`` is when the patient was referred, or the startdato where that is not known."""

    forlop_id: int
    pasient: int
    dato: date


@dataclass(frozen=True)
class Match:
    referral: Referral
    forlop: Registered

    @property
    def dager(self) -> int:
        """How many days after the hospital's date the register's is; negative before."""
        return (self.forlop.dato - self.referral.dato).days


@dataclass(frozen=True)
class Result:
    """Every referral is in ``funnet`` or ``mangler``; ``ekstra`` are forløp in the list's period without a referral."""

    funnet: tuple[Match, ...]
    mangler: tuple[Referral, ...]
    ekstra: tuple[Registered, ...]


def match(referrals: Iterable[Referral], forlop: Iterable[Registered], days: int) -> Result:
    """Pair referrals and forløp of the same patient, at most ``days`` apart, the nearest in time first.

    A forløp answers one referral only, so that two referrals of a patient need two forløp. Equal distances go to the
    earliest forløp and the first line, so that the same lists always give the same result.
    """
    asked = list(referrals)
    by_patient: dict[int, list[Registered]] = {}
    for one in sorted(forlop, key=lambda f: (f.dato, f.forlop_id)):
        by_patient.setdefault(one.pasient, []).append(one)
    pairs = [
        (abs((one.dato - line.dato).days), one.dato, line.rad, one.forlop_id, line, one)
        for line in asked
        if line.pasient is not None
        for one in by_patient.get(line.pasient, ())
        if abs((one.dato - line.dato).days) <= days
    ]
    taken_lines: dict[int, Match] = {}
    taken_forlop: set[int] = set()
    for *_, line, one in sorted(pairs, key=lambda pair: pair[:4]):
        if line.rad not in taken_lines and one.forlop_id not in taken_forlop:
            taken_lines[line.rad] = Match(line, one)
            taken_forlop.add(one.forlop_id)
    return Result(
        tuple(taken_lines[line.rad] for line in asked if line.rad in taken_lines),
        tuple(line for line in asked if line.rad not in taken_lines),
        tuple(_extra(asked, by_patient, taken_forlop)),
    )


def _extra(asked: list[Referral], by_patient: dict[int, list[Registered]], taken: set[int]) -> list[Registered]:
    """Forløp dated within the list's own period that no referral was paired with, by date."""
    if not asked:
        return []
    first, last = min(line.dato for line in asked), max(line.dato for line in asked)
    left = [
        one
        for registered in by_patient.values()
        for one in registered
        if one.forlop_id not in taken and first <= one.dato <= last
    ]
    return sorted(left, key=lambda f: (f.dato, f.forlop_id))


@dataclass(frozen=True)
class Count:
    """Referrals in a month to an avdeling, and how many of them are registered. ``avdeling_id`` None: not recognised."""

    maaned: date
    avdeling_id: int | None
    henvist: int
    registrert: int


def counts(result: Result) -> list[Count]:
    """The result per month of referral and avdeling: all that is kept of a check. Month is its first day."""
    found: dict[tuple[date, int | None], list[int]] = {}
    for line, registered in (*((m.referral, 1) for m in result.funnet), *((line, 0) for line in result.mangler)):
        sums = found.setdefault((line.dato.replace(day=1), line.avdeling_id), [0, 0])
        sums[0] += 1
        sums[1] += registered
    ordered = sorted(found.items(), key=lambda item: (item[0][0], item[0][1] or 0))
    return [Count(month, ward, *sums) for (month, ward), sums in ordered]

"""When and at which unit each forløp of the demo runs, how far it has come, and which patient has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ingest.demo import odds
from ingest.demo.draw import Draw, day_number

Ints = NDArray[np.int64]
YEARS = 3
STAY_MEDIAN, STAY_SPREAD, STAY_MOST = 4.0, 0.8, 45

# How far a forløp has come. All but DONE and DELETED are on the arbeidsliste.
NEW, REFERRED, FIRST_VISIT, TREATED, LEAVING, NOT_SEEN, DONE, DELETED = range(8)
ACTIVE_STAGES = {NEW: 0.08, REFERRED: 0.12, FIRST_VISIT: 0.2, TREATED: 0.32, LEAVING: 0.2, NOT_SEEN: 0.08}
PER_PATIENT = 1.15


@dataclass(frozen=True)
class Courses:
    """The planned forløp: each has one index, the same in every array, in order of start.

    Days are counted since 1970. ``unit`` is an index in lists/enheter.csv.
    """

    unit: Ints
    patient: Ints
    start: Ints
    end: Ints
    stage: Ints
    patients: int
    today: int

    def __len__(self) -> int:
        return len(self.unit)


def make(draw: Draw, n: int, total: int, part: tuple[int, int], today: date, years: int = YEARS) -> Courses:
    """Plan n of the demo's ``total`` forløp: those of part number ``part[0]`` when the last ``years`` are divided in ``part[1]``
    equal parts.

    The last part has all the active forløp, so that every unit's arbeidsliste has a natural length at any size.
    """
    now = day_number(today)
    counts = _by_share(n)
    unit = np.repeat(np.arange(len(counts)), counts)
    active = np.zeros(n, dtype=bool)
    if part[0] == part[1] - 1:
        wanted = [_active(draw, c, whole) for c, whole in zip(counts, _by_share(total), strict=True)]
        active = np.concatenate([np.arange(c) < k for c, k in zip(counts, wanted, strict=True)])
    start = _starts(draw, n, part, now, years)
    recent = now - np.minimum(draw.rng.exponential(6, n).astype(np.int64), 27)
    late = now - draw.whole(n, 28, 120)
    start = np.where(active, np.where(draw.yes(n, 0.88), recent, late), start)
    stay = np.minimum(draw.rng.lognormal(np.log(STAY_MEDIAN), STAY_SPREAD, n).astype(np.int64), STAY_MOST)
    end = np.minimum(start + stay, np.where(active, now, now - 2))
    stage = np.where(active, _stages(draw, n, now - start), np.where(draw.yes(n, 0.004), DELETED, DONE))
    order = np.lexsort((unit, start))
    patient, patients = _patients(draw, unit[order])
    return Courses(unit[order], patient, start[order], end[order], stage[order], patients, now)


def _by_share(n: int) -> Ints:
    """How many of n forløp each unit has, by ``odds.UNIT_SHARE``; they add up to n."""
    share = np.asarray(odds.UNIT_SHARE) / sum(odds.UNIT_SHARE) * n
    whole = np.floor(share).astype(np.int64)
    for place in np.argsort(whole - share, kind="stable")[: n - whole.sum()]:
        whole[place] += 1
    return whole


def _active(draw: Draw, here: int, total: int) -> int:
    wanted = odds.ACTIVE_LEAST + int(total * odds.ACTIVE_SHARE) + int(draw.whole(1, 0, 3)[0])
    return min(here, wanted, odds.ACTIVE_MOST)


def _starts(draw: Draw, n: int, part: tuple[int, int], now: int, years: int) -> Ints:
    length = years * 365 / part[1]
    first = now - years * 365 + length * part[0]
    start = (first + draw.rng.random(n) * length).astype(np.int64)
    # 1 January 1970 was a Thursday, so 2 and 3 are Saturday and Sunday, when few patients are referred.
    weekday = start % 7
    start -= np.where(((weekday == 2) | (weekday == 3)) & draw.yes(n, 0.65), weekday - 1, 0)
    return np.minimum(start, now - 9)


def _stages(draw: Draw, n: int, age: Ints) -> Ints:
    stage = np.asarray(list(ACTIVE_STAGES))[draw.index(n, list(ACTIVE_STAGES.values()))]
    stage = np.where((age > 3) & (stage <= REFERRED), TREATED, stage)
    return np.where((age < 2) & (stage == LEAVING), FIRST_VISIT, stage)


def _patients(draw: Draw, unit: Ints) -> tuple[Ints, int]:
    """The patient of each forløp, as a number, and how many patients there are.

    A patient who comes back mostly comes to the same unit.
    """
    n = len(unit)
    patients = max(1, round(n / PER_PATIENT))
    order = draw.rng.permutation(n)
    patient = np.empty(n, dtype=np.int64)
    patient[order[:patients]] = np.arange(patients)
    for again in order[patients:]:
        patient[again] = -1
    for place in np.unique(unit):
        back = np.flatnonzero((unit == place) & (patient < 0))
        known = patient[(unit == place) & (patient >= 0)]
        pool = known if len(known) else np.arange(patients)
        here = pool[draw.whole(len(back), 0, len(pool) - 1)]
        patient[back] = np.where(draw.yes(len(back), 0.85), here, draw.whole(len(back), 0, patients - 1))
    return patient, patients

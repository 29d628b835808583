"""Change over time or chance? p-charts and run charts, with the rules that tell a signal.

Laney's p′ is left out: it corrects for more variation between months than chance gives, which shows with thousands in
a month; here a month has tens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import comb, log2, sqrt
from statistics import median

SIGMAS = 3
LEAST_MONTHS = 10  # fewer useful observations than this tell nothing (Anhøj & Olesen 2014 study 10 and more)


@dataclass(frozen=True)
class PChart:
    """`centre` is the share of the baseline; `limits` one (lower, upper) for each month, None where it has no denominator;
    `outside` the places of the months beyond their limits."""

    centre: float
    limits: tuple[tuple[float, float] | None, ...]
    outside: tuple[int, ...]


@dataclass(frozen=True)
class RunChart:
    """The Anhøj rules on a series around `centre`.

    `useful` observations are those not on the centre. `longest` is the longest run on one side and `crossings` how
    often the line goes over the centre; `most` and `least` are what chance allows, None with too few observations.
    `run` holds the places of the longest run.
    """

    centre: float
    useful: int
    longest: int
    crossings: int
    most: int | None
    least: int | None
    run: tuple[int, ...]

    @property
    def long_run(self) -> bool:
        """Rule 1: a run longer than chance allows, a shift."""
        return self.most is not None and self.longest > self.most

    @property
    def few_crossings(self) -> bool:
        """Rule 2: fewer crossings than chance allows, a shift or a drift."""
        return self.least is not None and self.crossings < self.least


def p_chart(hits: Sequence[int], n: Sequence[int], baseline: Sequence[int] | None = None) -> PChart | None:
    """3-sigma limits of shares with varying denominators, kept within 0–1.

    `hits` and `n` are one figure a month; `baseline` the places whose Σ ÷ Σ is the centre, all of them when None.
    None when they hold no denominator. Source: Montgomery, Introduction to Statistical Quality Control, 6th ed.,
    section 7.2.
    """
    places = range(len(n)) if baseline is None else baseline
    whole = sum(n[i] for i in places)
    if not whole:
        return None
    centre = sum(hits[i] for i in places) / whole
    limits = tuple(_limits(centre, count) for count in n)
    outside = tuple(
        i for i, found in enumerate(limits) if found is not None and not found[0] <= hits[i] / n[i] <= found[1]
    )
    return PChart(centre, limits, outside)


def _limits(centre: float, n: int) -> tuple[float, float] | None:
    if not n:
        return None
    reach = SIGMAS * sqrt(centre * (1 - centre) / n)
    return max(0.0, centre - reach), min(1.0, centre + reach)


def run_chart(values: Sequence[float | None], baseline: Sequence[int] | None = None) -> RunChart | None:
    """The Anhøj rules on one value a month, around the median of the baseline (all months when None).

    Months without a value (None) are passed over, so a run goes on across them. None when the baseline has no value.
    Source: Anhøj & Olesen, PLoS ONE 2014;9(11):e113825.
    """
    places = range(len(values)) if baseline is None else baseline
    known = [value for i in places if (value := values[i]) is not None]
    if not known:
        return None
    centre = median(known)
    sides = [(i, value > centre) for i, value in enumerate(values) if value is not None and value != centre]
    runs = [tuple(i for i, _ in run) for _, run in groupby(sides, key=lambda side: side[1])]
    longest: tuple[int, ...] = max(runs, key=len, default=())
    crossings = sum(a[1] != b[1] for a, b in pairwise(sides))
    enough = len(sides) >= LEAST_MONTHS
    return RunChart(
        centre,
        len(sides),
        len(longest),
        crossings,
        longest_by_chance(len(sides)) if enough else None,
        crossings_by_chance(len(sides)) if enough else None,
        longest,
    )


def longest_by_chance(useful: int) -> int:
    """The longest run that chance allows among this many useful observations: log2(n) + 3, rounded."""
    return round(log2(useful)) + 3


def crossings_by_chance(useful: int) -> int:
    """The fewest crossings that chance allows: the 5th percentile of Binomial(n − 1, ½)."""
    tries, below = useful - 1, 0
    for crossings in range(tries + 1):
        below += comb(tries, crossings)
        if below * 20 >= 2**tries:
            return crossings
    raise AssertionError("the whole distribution is below its 5th percentile")

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
LEAST_EXPECTED = 5  # in the numerator, and outside it, for the limits of a month to mean something
LEAST_MONTHS = 10  # fewer useful observations than this tell nothing (Anhøj & Olesen 2014 study 10 and more)


@dataclass(frozen=True)
class PChart:
    """`centre` is the share of the baseline; `limits` one (lower, upper) for each month, None where it has no denominator or
    too small a one; `few` the places of the latter, and `outside` those of the months beyond their limits."""

    centre: float
    limits: tuple[tuple[float, float] | None, ...]
    few: tuple[int, ...]
    outside: tuple[int, ...]


@dataclass(frozen=True)
class RunChart:
    """The Anhøj rules on a series around `centre`.

    `useful` observations are those not on the centre. `longest` is the longest run on one side and `crossings` how
    often the line goes over the centre; `most` and `least` are what chance allows, None with too few observations, or when
    the centre is `at_end` of the scale and one side of it has no room. `run` holds the places of the longest run.
    """

    centre: float
    useful: int
    longest: int
    crossings: int
    most: int | None
    least: int | None
    run: tuple[int, ...]
    at_end: bool = False

    @property
    def long_run(self) -> bool:
        """Rule 1: a run longer than chance allows, a shift."""
        return self.most is not None and self.longest > self.most

    @property
    def few_crossings(self) -> bool:
        """Rule 2: fewer crossings than chance allows, a shift or a drift."""
        return self.least is not None and self.crossings < self.least


def p_chart(hits: Sequence[int], n: Sequence[int], baseline: tuple[int, int] | None = None) -> PChart | None:
    """3-sigma limits of shares with varying denominators, kept within 0–1.

    `hits` and `n` are one figure a month; `baseline` the (Σ hits, Σ n) whose quotient is the centre, of all months when
    None. None when it holds no denominator. Source: Montgomery, Introduction to Statistical Quality Control, 6th ed.,
    section 7.2.

    The limits are of the normal distribution, which is like the binomial only where numbers are not small. So a month has
    limits when at least LEAST_EXPECTED are expected in the numerator and as many outside it: n·p̄ ≥ 5 and n·(1 − p̄) ≥ 5, the
    textbooks' usual rule (compared with others by Emura & Lin, Qual Reliab Eng Int 2015;31:411–418). A centre of 0 or 1
    therefore never has limits: they would have no width, and one 4 of 5 after months of 5 of 5 would be a signal.
    """
    total, whole = baseline or (sum(hits), sum(n))
    if not whole:
        return None
    centre = total / whole
    limits = tuple(_limits(centre, count) for count in n)
    few = tuple(i for i, (count, found) in enumerate(zip(n, limits, strict=True)) if count and found is None)
    outside = tuple(
        i for i, found in enumerate(limits) if found is not None and not found[0] <= hits[i] / n[i] <= found[1]
    )
    return PChart(centre, limits, few, outside)


def _limits(centre: float, n: int) -> tuple[float, float] | None:
    if round(n * min(centre, 1 - centre), 9) < LEAST_EXPECTED:  # 50 × (1 − 0,9) is 4,999…
        return None
    reach = SIGMAS * sqrt(centre * (1 - centre) / n)
    return max(0.0, centre - reach), min(1.0, centre + reach)


def run_chart(
    values: Sequence[float | None], baseline: Sequence[float | None] | None = None, ends: Sequence[float] = ()
) -> RunChart | None:
    """The Anhøj rules on one value a month, around the median of the values of the baseline (those of all months when None).

    Months without a value (None) are passed over, so a run goes on across them. None when the baseline has no value.
    `ends` are the ends of the scale. Around one of them the rules say nothing, because they take for granted that a month
    is as likely to lie on either side.
    Source: Anhøj & Olesen, PLoS ONE 2014;9(11):e113825.
    """
    known = [value for value in (values if baseline is None else baseline) if value is not None]
    if not known:
        return None
    centre = median(known)
    sides = [(i, value > centre) for i, value in enumerate(values) if value is not None and value != centre]
    runs = [tuple(i for i, _ in run) for _, run in groupby(sides, key=lambda side: side[1])]
    longest: tuple[int, ...] = max(runs, key=len, default=())
    crossings = sum(a[1] != b[1] for a, b in pairwise(sides))
    at_end = centre in ends
    enough = len(sides) >= LEAST_MONTHS and not at_end
    return RunChart(
        centre,
        len(sides),
        len(longest),
        crossings,
        longest_by_chance(len(sides)) if enough else None,
        crossings_by_chance(len(sides)) if enough else None,
        longest,
        at_end,
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

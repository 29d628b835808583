"""Shares, means and what may be said about them: intervals, and the funnel that a unit's figure lies inside or outside.

One method throughout, Wilson's score: a unit lies outside the funnel at a level exactly when its interval at that
level leaves out the figure the funnel is drawn around.
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

LEVEL = 0.95
OUTER = 0.998


def z(level: float) -> float:
    """Standard deviations on each side that hold `level` of a normal distribution."""
    return NormalDist().inv_cdf((1 + level) / 2)


def wilson(hits: float, n: int, level: float = LEVEL) -> tuple[float, float] | None:
    """Lower and upper end of a share's interval (0–1); None for an empty denominator.

    Source: Wilson, J Am Stat Assoc 1927;22:209–12; without continuity correction.
    """
    if not n:
        return None
    s = z(level)
    middle = hits + s * s / 2
    reach = s * sqrt(hits * (n - hits) / n + s * s / 4)
    lower, upper = (middle - reach) / (n + s * s), (middle + reach) / (n + s * s)
    # Exactly 0 and 1 where the share is, whatever the rounding.
    return (0.0 if hits == 0 else lower, 1.0 if hits == n else upper)


def funnel(target: float, n: int, level: float) -> tuple[float, float]:
    """Where the share of `n` lies with this probability when `target` (0–1) is the truth, within 0–1.

    Source: Spiegelhalter, Stat Med 2005;24:1185–202, the normal approximation. It is the acceptance region of the
    score test that Wilson's interval inverts.
    """
    reach = z(level) * sqrt(target * (1 - target) / n)
    return max(0.0, target - reach), min(1.0, target + reach)


def spread(total: float, squares: float, n: int) -> float | None:
    """Standard deviation from a sum and a sum of squares; None for fewer than two."""
    if n < 2:
        return None
    return sqrt(max(0.0, (squares - total * total / n) / (n - 1)))


def mean_interval(mean: float, deviation: float, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Normal interval of a mean of `n`; also the funnel of a mean, with `mean` its target."""
    reach = z(level) * deviation / sqrt(n)
    return mean - reach, mean + reach

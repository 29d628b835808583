"""Indirect standardisation: what a unit had beside what was expected of its own patients, and an interval for it.

O ÷ E and O ÷ E × the nation's share (Breslow & Day, Statistical Methods in Cancer Research II, IARC 1987, section 2.3;
DeLong et al., Stat Med 1997;16:2645–64 for a logistic model). The interval is the score interval when every patient's log
odds are moved by the same amount: with equal expectations it is Wilson's, which all other shares here have
(checks/proportions.py). Byar's and the other Poisson intervals are for rare outcomes; indicators are not rare, and such an
interval would be too wide and go above 100 %. What was expected is taken as known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from checks import proportions
from checks.comparison.logistic import expit

FAR = 36.0  # log odds so far out that nobody, or everybody, has the outcome
HALVINGS = 60


@dataclass(frozen=True)
class Standardised:
    """A unit's `observed` of `n`, the `expected` number and its `variance`, and where the observed could have been."""

    n: int
    observed: int
    expected: float
    variance: float
    low: float
    high: float

    @property
    def ratio(self) -> float:
        """O ÷ E: above 1 is more than expected."""
        return self.observed / self.expected

    def share(self, whole: float) -> float:
        """The standardised share (0–1) when the nation's is `whole`; never above 1."""
        return min(1.0, self.ratio * whole)

    def interval(self, whole: float) -> tuple[float, float]:
        """The interval of the standardised share."""
        return min(1.0, self.low / self.expected * whole), min(1.0, self.high / self.expected * whole)

    def error(self, whole: float) -> float:
        """Standard error of the standardised share when the unit is like the nation."""
        return whole * sqrt(self.variance) / self.expected


def standardised(
    p: np.ndarray, n: np.ndarray, hits: np.ndarray, level: float = proportions.LEVEL
) -> Standardised | None:
    """A unit whose groups have `hits` of `n` and expected shares `p`; None for a unit without forløp."""
    whole = int(n.sum())
    if not whole:
        return None
    eta, observed = np.log(p / (1 - p)), int(hits.sum())

    def moments(delta: float) -> tuple[float, float]:
        q = expit(eta + delta)
        return float((n * q).sum()), float((n * q * (1 - q)).sum())

    s = proportions.z(level)
    low = 0.0 if observed == 0 else moments(_root(lambda d: _above(moments(d), s) - observed))[0]
    high = float(whole) if observed == whole else moments(_root(lambda d: _above(moments(d), -s) - observed))[0]
    expected, variance = moments(0.0)
    return Standardised(whole, observed, expected, variance, low, high)


def _above(moments: tuple[float, float], s: float) -> float:
    mean, variance = moments
    return mean + s * sqrt(variance)


def _root(f: Callable[[float], float]) -> float:
    """Where `f` goes from below 0 to above it."""
    low, high = -FAR, FAR
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if f(middle) < 0:
            low = middle
        else:
            high = middle
    return high

"""How well the model says what happens: calibration by tenth, the Brier score and the c-statistic.

Sources: Hosmer, Lemeshow & Sturdivant, Applied Logistic Regression, 3rd ed., chapter 5 (tenths); Brier, Mon Weather Rev
1950;78:1–3; Hanley & McNeil, Radiology 1982;143:29–36 (c is the area under the ROC curve). All three are of the forløp the
model was made of, so they are a little better than for new ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TENTHS = 10


@dataclass(frozen=True)
class Tenth:
    """The forløp with the lowest, second lowest … expected share: how many, and `hits` beside what was expected."""

    n: int
    hits: int
    expected: float


@dataclass(frozen=True)
class Calibration:
    """`brier` is the mean squared error of the expected share, `without` that of the same share for everybody;
    `c` is how often the one of a pair who had the outcome was expected to, 0.5 being chance.
    """

    tenths: tuple[Tenth, ...]
    brier: float
    without: float
    c: float


def calibration(p: np.ndarray, n: np.ndarray, hits: np.ndarray) -> Calibration:
    """The calibration of expected shares `p` of groups with `hits` of `n`. Forløp expected alike are in the same tenth."""
    alike, place = np.unique(np.round(p, 9), return_inverse=True)
    count = np.bincount(place, n, len(alike))
    hit = np.bincount(place, hits, len(alike))
    kept = count > 0
    alike, count, hit = alike[kept], count[kept], hit[kept]
    whole = count.sum()
    middle = np.cumsum(count) - count / 2
    tenth = np.minimum((TENTHS * middle / whole).astype(int), TENTHS - 1)
    tenths = tuple(
        Tenth(int(count[here].sum()), int(hit[here].sum()), float((count * alike)[here].sum()))
        for number in range(TENTHS)
        if (here := tenth == number).any()
    )
    share = hit.sum() / whole
    brier = float((hit * (1 - alike) ** 2 + (count - hit) * alike**2).sum() / whole)
    return Calibration(tenths, brier, float(share * (1 - share)), _c(hit, count - hit))


def _c(hits: np.ndarray, misses: np.ndarray) -> float:
    """The c-statistic of groups in the order of what was expected; a tie counts half."""
    pairs = hits.sum() * misses.sum()
    if not pairs:
        return 0.5
    below = np.cumsum(misses) - misses
    return float((hits * (below + misses / 2)).sum() / pairs)

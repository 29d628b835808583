"""A unit followed forløp by forløp, each against what was expected of that patient: VLAD and risk-adjusted CUSUM.

Sources: Lovegrove et al., Lancet 1997;350:1128–30 (VLAD: the sum of observed less expected); Steiner et al., Biostatistics
2000;1:441–52 (CUSUM of log likelihood ratios); Brook & Evans, Biometrika 1972;59:539–49 (the run length as a Markov chain),
with each step shared between the two nearest states so that its mean is kept (Knoth, Wittenberg & Gan, Stat Med
2019;38:2206–18).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np

BETTER, WORSE = 2.0, 0.5  # the odds ratios that are looked for: doubled and halved, as Steiner has them
STATES = 120
HALVINGS = 18
FINEST = 40  # how many different expected shares the false-alarm rate is computed of
Mix = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Followed:
    """`sums` go up with evidence and begin again at 0 after an alarm; `alarms` are the places of the alarms."""

    sums: tuple[float, ...]
    alarms: tuple[int, ...]


def vlad(outcomes: Sequence[int], expected: Sequence[float]) -> list[float]:
    """How many more than expected have had the outcome (1) so far, after each forløp."""
    return [float(value) for value in np.cumsum(np.asarray(outcomes) - np.asarray(expected))]


def weight(outcome: int, expected: float, odds: float) -> float:
    """The evidence of one forløp that the odds are `odds` times what was expected (Steiner's equation 2.2, R0 = 1)."""
    return (log(odds) if outcome else 0.0) - log(1 - expected + odds * expected)


def cusum(outcomes: Sequence[int], expected: Sequence[float], odds: float, limit: float) -> Followed:
    """The chart; an alarm is a sum at or over `limit`."""
    total, sums, alarms = 0.0, [], []
    for place, (outcome, p) in enumerate(zip(outcomes, expected, strict=True)):
        total = max(0.0, total + weight(outcome, p, odds))
        sums.append(total)
        if total >= limit:
            alarms.append(place)
            total = 0.0
    return Followed(tuple(sums), tuple(alarms))


def mix(expected: Sequence[float] | np.ndarray, n: Sequence[float] | np.ndarray) -> Mix:
    """(expected share, how much of all forløp has it), in at most FINEST steps of equally many forløp."""
    order = np.argsort(expected, kind="stable")
    p, count = np.asarray(expected, float)[order], np.asarray(n, float)[order]
    middle = np.cumsum(count) - count / 2
    step = np.minimum((FINEST * middle / count.sum()).astype(int), FINEST - 1)
    parts = [(p[here], count[here]) for number in range(FINEST) if (here := (step == number) & (count > 0)).any()]
    return tuple((float((q * c).sum() / c.sum()), float(c.sum() / count.sum())) for q, c in parts)


def run_length(patients: Mix, odds: float, limit: float, states: int = STATES) -> float:
    """How many forløp there are between alarms on the average when everything is as expected (ARL0)."""
    step = limit / states
    p = np.array([[share] for share, _ in patients])
    part = np.array([[size] for _, size in patients])
    base = -np.log(1 - p + odds * p)
    start = np.arange(states) * step
    moves = np.zeros((states, states))
    for chance, move in ((p * part, base + log(odds)), ((1 - p) * part, base)):
        place = np.maximum(start[None, :] + move, 0.0) / step
        below = np.floor(place).astype(int)
        over = place - below
        origin = np.broadcast_to(np.arange(states), place.shape)
        for to, much in ((below, (1 - over) * chance), (below + 1, over * chance)):
            inside = to < states
            np.add.at(moves, (origin[inside], to[inside]), np.broadcast_to(much, place.shape)[inside])
    return float(np.linalg.solve(np.eye(states) - moves, np.ones(states))[0])


@lru_cache(maxsize=256)
def limit_for(patients: Mix, odds: float, between: float) -> float:
    """The limit that gives a false alarm every `between` forløp on the average."""
    low, high = 0.05, 1.0
    while run_length(patients, odds, high) < between:
        low, high = high, 2 * high
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if run_length(patients, odds, middle) < between:
            low = middle
        else:
            high = middle
    return high

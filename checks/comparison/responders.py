"""Who has had a fall in pain (NRS 0–10) that matters to a patient: at least 2 points, or at least 30 %.

Sources: Farrar et al., Pain 2001;94:149–58 (about 2 points, or about 30 %, is what patients call «much improved»); Dworkin et
al. (IMMPACT), J Pain 2008;9:105–21 (30 % or more is at least a moderate clinically important fall). The two are not the same: from NRS 4 a fall
of 30 % needs 2 points, from NRS 10 it needs 3, and from NRS 3 it needs 1. So both are shown, by the NRS at the beginning.
A patient without pain at the beginning cannot have a fall, and is not counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

POINTS = 2
PERCENT = 30
BANDS = ((1, 3), (4, 6), (7, 10))


@dataclass(frozen=True)
class Responders:
    """Of `n` forløp with NRS from `low` to `high` at the first visit: those with a fall of 2 points, and of 30 %."""

    low: int
    high: int
    n: int
    points: int
    percent: int


def fell_points(first: int, last: int) -> bool:
    return first - last >= POINTS


def fell_percent(first: int, last: int) -> bool:
    return first > 0 and 100 * (first - last) >= PERCENT * first


def responders(pairs: Mapping[tuple[int, int], int]) -> tuple[Responders, ...]:
    """By the NRS at the first visit, and last all together; `pairs` is (first, last) -> how many forløp."""
    return tuple(_of(pairs, low, high) for low, high in (*BANDS, (BANDS[0][0], BANDS[-1][1])))


def _of(pairs: Mapping[tuple[int, int], int], low: int, high: int) -> Responders:
    inside = {pair: n for pair, n in pairs.items() if low <= pair[0] <= high}
    return Responders(
        low,
        high,
        sum(inside.values()),
        sum(n for pair, n in inside.items() if fell_points(*pair)),
        sum(n for pair, n in inside.items() if fell_percent(*pair)),
    )

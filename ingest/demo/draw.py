"""Chance that is the same every time: one seeded generator, and the few ways in which the demo draws from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.demo.odds import Odds

Array = NDArray[Any]
EPOCH = date(1970, 1, 1)


class Draw:
    """A generator seeded by the register's seed and ``number``, its chunk's number, so that chunks differ."""

    def __init__(self, seed: int, number: int = 0) -> None:
        self.rng = np.random.default_rng([seed, number])

    def yes(self, n: int, p: float) -> NDArray[np.bool_]:
        """n draws, each True with probability ``p``."""
        return self.rng.random(n) < p

    def index(self, n: int, weights: Sequence[float]) -> NDArray[np.int64]:
        """n indices in ``weights``, drawn by weight."""
        edges = np.cumsum(np.asarray(weights, dtype=float))
        return np.searchsorted(edges, self.rng.random(n) * edges[-1], side="right").astype(np.int64)

    def codes(self, n: int, odds: Odds) -> pl.Series:
        """n codes, drawn by their odds; the code None gives a blank."""
        chosen = pl.Series(self.index(n, list(odds.values())))
        return pl.Series(list(odds), strict=False)[chosen]

    def whole(self, n: int, low: int, high: int) -> NDArray[np.int64]:
        """n whole numbers from ``low`` to ``high``, both included."""
        return self.rng.integers(low, high + 1, n)

    def bytes(self, n: int) -> bytes:
        return self.rng.bytes(n)


def days(values: NDArray[np.int64] | Array) -> pl.Series:
    """The dates that the numbers of days since 1970 stand for."""
    return pl.Series(np.asarray(values, dtype=np.int32)).cast(pl.Date)


def day_number(day: date) -> int:
    return (day - EPOCH).days


def moments(day_numbers: Array, seconds: Array, last: datetime) -> pl.Series:
    """A moment (UTC) on each day, ``seconds`` after midnight, or ``last`` when that is earlier."""
    found = np.asarray(day_numbers, dtype=np.int64) * 86_400 + np.asarray(seconds, dtype=np.int64)
    limit = int((last - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    return pl.Series(np.minimum(found, limit) * 1_000_000).cast(pl.Datetime("us", "UTC"))


def only(values: pl.Series, where: NDArray[np.bool_] | pl.Series) -> pl.Series:
    """The values where the condition holds, blank elsewhere."""
    blank = pl.Series([None], dtype=values.dtype).new_from_index(0, len(values))
    return values.zip_with(pl.Series(np.asarray(where, dtype=bool)), blank)

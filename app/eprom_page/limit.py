"""A limit to how many wrong links one network address may try. Links that work are not counted, since a whole hospital
may have one address.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

MOST, WITHIN = 20, timedelta(minutes=10)
MOST_SOURCES = 10_000


class Failures:
    """The tries of wrong links by source, in memory. A restart forgets them, which is safe: a token has 256 random bits."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._found: dict[str, deque[datetime]] = {}

    def too_many(self, source: str) -> bool:
        """Whether the source must wait before it may try another link."""
        with self._lock:
            return len(self._recent(source)) >= MOST

    def add(self, source: str) -> None:
        """Count one wrong link. When very many sources fail the oldest are forgotten, to bound the memory used."""
        with self._lock:
            times = self._recent(source)
            times.append(self._clock())
            self._found.setdefault(source, times)
            while len(self._found) > MOST_SOURCES:
                del self._found[next(iter(self._found))]

    def _recent(self, source: str) -> deque[datetime]:
        times = self._found.get(source, deque(maxlen=MOST))
        while times and self._clock() - times[0] > WITHIN:
            times.popleft()
        if not times:
            self._found.pop(source, None)
        return times

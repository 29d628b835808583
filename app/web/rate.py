"""How often one source may do something that costs, or that guesses: wrong patient links and passwords, applications, uploads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

MOST_SOURCES = 10_000


class Rate:
    """At most ``most`` tries from a source within a time, in memory. A restart forgets them, so a rate is no lock: what
    it guards must be safe without it (a link has 256 random bits, an application is approved by a coordinator).
    """

    def __init__(self, clock: Callable[[], datetime], most: int, within: timedelta) -> None:
        self.most, self._within = most, within
        self._clock, self._lock = clock, threading.Lock()
        self._found: dict[str, deque[datetime]] = {}
        self._told: dict[str, datetime] = {}

    def too_many(self, source: str) -> bool:
        """Whether the source must wait before it may try again."""
        with self._lock:
            return len(self._recent(source)) >= self.most

    def add(self, source: str) -> None:
        """Count one try. When very many sources try the oldest are forgotten, to bound the memory used."""
        with self._lock:
            times = self._recent(source)
            times.append(self._clock())
            self._found.setdefault(source, times)
            while len(self._found) > MOST_SOURCES:
                del self._found[next(iter(self._found))]

    def is_first_refused(self, source: str) -> bool:
        """Whether no refusal of the source was told of within the time, so that this one is. Asked once for each refusal."""
        with self._lock:
            now, told = self._clock(), self._told.get(source)
            if told is not None and now - told <= self._within:
                return False
            self._told[source] = now
            while len(self._told) > MOST_SOURCES:
                del self._told[next(iter(self._told))]
            return True

    def _recent(self, source: str) -> deque[datetime]:
        times = self._found.get(source, deque(maxlen=self.most))
        while times and self._clock() - times[0] > self._within:
            times.popleft()
        if not times:
            self._found.pop(source, None)
        return times


class Rates:
    """The rates of the running app. A whole hospital may have one network address, so none is tight, and what works is
    not counted where only failures tell of guessing.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.failed_sign_ins = Rate(clock, 100, timedelta(minutes=10))
        self.wrong_links = Rate(clock, 20, timedelta(minutes=10))
        self.applications = Rate(clock, 10, timedelta(hours=1))
        self.uploads = Rate(clock, 20, timedelta(minutes=10))
        self.eprom = Rate(clock, 1, timedelta(minutes=10))  # only what is logged is limited

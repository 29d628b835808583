"""The write lock: one writer at a time, and jobs that let others go first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """Who may write now, and how many wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turn, self._waiting = threading.Condition(), 0

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the write lock; a caller that waits for it is counted, for ``give_way``."""
        with self._turn:
            self._waiting += 1
        with self._lock:
            with self._turn:
                self._waiting -= 1
                self._turn.notify_all()
            yield

    def give_way(self, patience: float) -> None:
        """Let those who wait to write go first, for at most ``patience`` seconds."""
        with self._turn:
            self._turn.wait_for(lambda: self._waiting == 0, patience)

"""How long a job goes on asking an outside service that does not answer.

A service that keeps its callers waiting would otherwise hold a job of thousands for hours; what is left is asked about
at the next run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ingest.standin import ServiceDown

ENOUGH = 3  # unanswered in a row
Answer = TypeVar("Answer")


class Patience:
    """Asks one service during one run of a job."""

    def __init__(self) -> None:
        self._unanswered = 0

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """The answer. Raises ServiceDown when there is none, and without asking once that has happened too often."""
        if self._unanswered >= ENOUGH:
            raise ServiceDown
        try:
            answer = question()
        except ServiceDown:
            self._unanswered += 1
            raise
        self._unanswered = 0
        return answer

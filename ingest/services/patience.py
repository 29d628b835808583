"""How long a job goes on asking an outside service that does not answer.

A service that keeps its callers waiting would otherwise hold up a job with thousands of questions for hours. The
questions that are left are asked at the next run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ingest.standin import ServiceDown

ENOUGH = 3  # failures in a row before the service is given up
Answer = TypeVar("Answer")


class Patience:
    """Puts the questions of one run of a job to one service, and gives up after ``ENOUGH`` failures in a row."""

    def __init__(self) -> None:
        self._unanswered = 0

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """The answer to ``question``. Raises ServiceDown without one, and without asking after too many failures."""
        if self._unanswered >= ENOUGH:
            raise ServiceDown
        try:
            answer = question()
        except ServiceDown:
            self._unanswered += 1
            raise
        self._unanswered = 0
        return answer

"""How long a job goes on asking an outside service that does not answer.

A service that keeps its callers waiting would otherwise hold up a job with thousands of questions for hours. The
questions that are left are asked at the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from ingest.services.moments import Outcome
from ingest.standin import ServiceDown

ENOUGH = 3  # failures in a row before the service is given up
Answer = TypeVar("Answer")
Question = TypeVar("Question")


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

    def ask_many(
        self,
        asked: Mapping[str, Question],
        together: Callable[[Sequence[Question]], Mapping[str, Answer]],
        alone: Callable[[Question], Answer],
        outcome: Outcome,
    ) -> dict[str, Answer]:
        """The answers to what is asked, by the same keys; what is not answered is left out, and why is noted in ``outcome``.

        When the service does not answer all of them ``together``, it is asked one at a time: one may be what it stumbles over.
        """
        if not asked:
            return {}
        try:
            return dict(self.ask(partial(together, list(asked.values()))))
        except ServiceDown as error:
            outcome.put_off(error)
        found: dict[str, Answer] = {}
        for key, question in asked.items():
            try:
                found[key] = self.ask(partial(alone, question))
            except ServiceDown as error:
                outcome.put_off(error)
        outcome.count("utsatt", len(asked) - len(found))
        return found

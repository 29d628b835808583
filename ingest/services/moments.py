"""What scheduled jobs share: transactions, at another moment than now in a rehearsal (``--at``), and their outcome."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from ingest.access import Actor
from ingest.standin import Refused, ServiceDown
from ingest.store import Store, Tx


@contextmanager
def writing(store: Store, actor: Actor, at: datetime | None) -> Iterator[Tx]:
    """A transaction as ``store.write`` gives, whose time is ``at`` unless that is None."""
    with store.write(actor) as tx:
        yield tx if at is None else replace(tx, now=at)


@contextmanager
def reading(store: Store, actor: Actor, at: datetime | None) -> Iterator[Tx]:
    """A transaction as ``store.read`` gives, whose time is ``at`` unless that is None."""
    with store.read(actor) as tx:
        yield tx if at is None else replace(tx, now=at)


@dataclass
class Outcome:
    """What a job did: how many of each kind, and what it could not do, in sentences without names."""

    jobb: str
    gjort: dict[str, int] = field(default_factory=dict)
    feil: list[str] = field(default_factory=list)

    def count(self, what: str, number: int = 1) -> None:
        if number:
            self.gjort[what] = self.gjort.get(what, 0) + number

    def put_off(self, error: ServiceDown) -> None:
        """Note why a service did not answer, once for each reason, when somebody must do something about it."""
        if isinstance(error, Refused) and str(error) not in self.feil:
            self.feil.append(str(error))

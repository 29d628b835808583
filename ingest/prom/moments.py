"""How jobs hold the register: at another moment than now in a rehearsal (``--at``), and never for long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from ingest.access import Actor
from ingest.store import Store, Tx

PAUSE = 0.01  # seconds


@contextmanager
def writing(store: Store, actor: Actor, at: datetime | None) -> Iterator[Tx]:
    """As ``store.write``, at ``at`` when it is given."""
    with store.write(actor) as tx:
        yield tx if at is None else replace(tx, now=at)


@contextmanager
def reading(store: Store, actor: Actor, at: datetime | None) -> Iterator[Tx]:
    """As ``store.read``, at ``at`` when it is given."""
    with store.read(actor) as tx:
        yield tx if at is None else replace(tx, now=at)


def give_way() -> None:
    """Let whoever waits to save go first: the lock is not fair, and a job would take it again at once."""
    time.sleep(PAUSE)

"""How jobs hold the register: at another moment than now in a rehearsal (``--at``)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from ingest.access import Actor
from ingest.store import Store, Tx


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

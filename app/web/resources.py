"""What the running app holds open (settings, the store, outside services), one of each per process.

The server opens them when it starts. Pages reach them through this module, because Streamlit runs pages as scripts, and
scripts cannot be given arguments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from app.web.door import Door
from app.web.metrics import Metrics
from app.web.probe import Probe
from app.web.rate import Rates
from ingest import audit, units
from ingest.access import JOB, Actor
from ingest.people import users
from ingest.prom.inbox import Reception
from ingest.registration import population
from ingest.safekeeping.opening import opened
from ingest.services import sending
from ingest.services.folkeregister import Folkeregister
from ingest.settings import Settings
from ingest.store import Store


@dataclass(frozen=True)
class Resources:
    """``store`` is open for the process's whole life; pages use ``store.read(actor)`` and ``store.write(actor)``.

    ``settings`` are those that hold over this register: what only a demo has is off in others.
    """

    settings: Settings
    store: Store
    folkeregister: Folkeregister
    channels: Mapping[str, sending.Channel] = field(default_factory=dict)

    @cached_property
    def door(self) -> Door:
        """Where the app is reached from."""
        return Door(self.settings)

    @cached_property
    def rates(self) -> Rates:
        """How often a source may do what is counted."""
        return Rates(self.store.clock)

    @cached_property
    def reception(self) -> Reception:
        """Takes what ePROM tells."""
        return Reception(self.store)

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings", self.settings.over(demo=self.store.demo))

    def sends(self, kanal: str) -> bool:
        """Whether a message by this channel goes anywhere: out of the house, or to the outbox that a demo shows."""
        return not isinstance(self.channels.get(kanal), sending.NotSetUp)

    @property
    def reaches_users(self) -> bool:
        """Whether users get in without an app: with a code by SMS, or through an identity provider."""
        return self.sends(sending.SMS) or bool(self.settings.oidc_issuer)

    @cached_property
    def metrics(self) -> Metrics:
        """What is counted as it happens."""
        with self.store.read(JOB) as tx:
            return Metrics(audit.last(tx))

    @cached_property
    def probe(self) -> Probe:
        """Whether the register answers."""
        return Probe(self.store)

    def unit_name(self, enhet: str) -> str:
        """The name of the unit with this RESH-id; the id itself when it is unknown."""
        with self.store.read(JOB) as tx:
            return units.name(tx, enhet)

    def actors(self) -> Sequence[Actor]:
        """Every actor that a visitor of the demo can choose to be: one for each user, role and unit."""
        with self.store.read(JOB) as tx:
            return users.actors(tx)


@contextmanager
def open_resources(settings: Settings) -> Iterator[Resources]:
    """Open the register in ``settings.data``, and close it, with its journal written, when the block ends."""
    store = opened(settings)
    here = settings.over(demo=store.demo)
    try:
        yield Resources(here, store, population.folkeregister(store, here), sending.channels(here))
    finally:
        store.close()


_open: list[Resources] = []


@contextmanager
def holding(opened: AbstractContextManager[Resources]) -> Iterator[Resources]:
    """Make what `opened` gives the process's resources until the block ends."""
    with opened as held:
        held.store.watched = held.metrics.watched
        _open.append(held)
        try:
            yield held
        finally:
            _open.remove(held)


def current() -> Resources:
    """The resources of this process. Raises RuntimeError when nothing is open."""
    if not _open:
        raise RuntimeError("Ingen ressurser er åpne: appen er ikke startet")
    return _open[-1]

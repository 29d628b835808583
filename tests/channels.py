"""A channel to patients that delivers to itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.services import sending
from ingest.services.channel import NoReceipt, Rejected
from ingest.standin import Faults


@dataclass
class LocalChannel:
    """A channel that delivers to itself and honours the key. ``bounces`` are addresses that nobody has.

    When it is told never to answer it has taken the message all the same: the worst case for a sender that must not send
    twice.
    """

    keeps: bool = False
    delivered: dict[str, tuple[str, str]] = field(default_factory=dict)
    bounces: set[str] = field(default_factory=set)
    faults: Faults = field(default_factory=Faults)

    def send(self, to: str, text: str, key: str) -> None:
        try:
            sending.meet(self.faults)
        except NoReceipt:
            self.delivered.setdefault(key, (to, text))
            raise
        if to in self.bounces:
            raise Rejected("adressen finnes ikke")
        self.delivered.setdefault(key, (to, text))

"""The Kontaktregister behind one small interface (manual: «Systemet sjekker her mot Difiregisteret»), with the demo's stand-in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ingest.standin import Faults


@dataclass(frozen=True)
class Contact:
    """What the Kontaktregister knows of a person: reachable digitally (``digital``), and reserved against it."""

    digital: bool
    reservert: bool = False

    @property
    def reachable(self) -> bool:
        return self.digital and not self.reservert


class Kontaktregister(Protocol):
    def find(self, number: str) -> Contact:
        """The contact of the person with this fødselsnummer. Raises ServiceDown (TimedOut when it was waited for)."""
        ...

    def find_many(self, numbers: Sequence[str]) -> Mapping[str, Contact]:
        """Number → its person's contact, of every number. Raises as ``find``."""
        ...


@dataclass
class LocalKontaktregister:
    """The demo's Kontaktregister: nine of ten patients are digital, always the same ones.

    ``told`` maps a fødselsnummer to the contact to answer instead.
    """

    told: dict[str, Contact] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)

    def find_many(self, numbers: Sequence[str]) -> Mapping[str, Contact]:
        return {number: self.find(number) for number in numbers}

    def find(self, number: str) -> Contact:
        self.faults.meet("Kontaktregisteret")
        chance = hashlib.sha256(number.encode()).digest()[0]
        return self.told.get(number, Contact(digital=chance >= 26, reservert=chance in (26, 27, 28)))

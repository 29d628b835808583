"""The population register behind one small interface (manual: «Fødselsnummer og navn blir hentet direkte fra folkeregister»).

The local stand-in answers about synthetic persons only, and always makes the same name of the same number. The real
register is not connected yet, so nothing is known about a real person, and nothing is made up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from faker import Faker

from checks.identity import Fodselsnummer
from ingest.standin import Faults, NotConnected


@dataclass(frozen=True)
class Borger:
    """What the population register knows of a person. ``nummer`` is the number that the person has now, when it is another
    than the one asked about; ``skjermet`` says that the address is protected, and must not be kept or shown.
    """

    fornavn: str
    etternavn: str
    fodselsdato: date | None
    kjonn: int | None
    adresse: str
    postnr: str
    poststed: str
    dodsdato: date | None = None
    nummer: str | None = None
    skjermet: bool = False


@dataclass(frozen=True)
class Changes:
    """The numbers (in use or not) of those whom something has happened to, and the last event that was read."""

    numbers: frozenset[str]
    last: str | None


class Folkeregister(Protocol):
    def find(self, number: Fodselsnummer) -> Borger | None:
        """The person with this number, or None without one.

        Raises ServiceDown: TimedOut when it was waited for, NotConnected when there is none to ask.
        """
        ...

    def find_many(self, numbers: Sequence[Fodselsnummer]) -> Mapping[str, Borger | None]:
        """Number → the person with it, None without one. Raises as ``find``."""
        ...

    def changes(self, after: str | None) -> Changes:
        """Whom something has happened to after the event ``after``. Raises as ``find``."""
        ...


class NoFolkeregister:
    """What a register in operation has until a population register is connected."""

    def find(self, number: Fodselsnummer) -> Borger | None:
        raise NotConnected("Folkeregisteret er ikke koblet til")

    def find_many(self, numbers: Sequence[Fodselsnummer]) -> Mapping[str, Borger | None]:
        return {number.number: self.find(number) for number in numbers}

    def changes(self, after: str | None) -> Changes:
        return Changes(frozenset(), after)


@dataclass
class LocalFolkeregister:
    """The demo's population: every valid synthetic number belongs to somebody.

    ``told`` maps a number to the answer to give (a death, a new address). For other numbers ``known`` is asked, and ``now``
    says what has happened to that person since; for the rest a person is made of the number. ``faults`` can make it down, slow or silent; of a real number it knows nothing.
    """

    told: dict[str, Borger] = field(default_factory=dict)
    known: Callable[[str], Borger | None] = lambda _number: None
    now: Callable[[Fodselsnummer, Borger], Borger] = lambda _number, borger: borger
    faults: Faults = field(default_factory=Faults)

    def find(self, number: Fodselsnummer) -> Borger | None:
        if not number.synthetic:
            raise NotConnected("Folkeregisteret er ikke koblet til")
        self.faults.meet("Folkeregisteret")
        if told := self.told.get(number.number):
            return told
        known = self.known(number.number)
        return self.now(number, known) if known else _made(number)

    def find_many(self, numbers: Sequence[Fodselsnummer]) -> Mapping[str, Borger | None]:
        return {number.number: self.find(number) for number in numbers}

    def changes(self, after: str | None) -> Changes:
        return Changes(frozenset(), after)


def _made(number: Fodselsnummer) -> Borger:
    """The same person for the same number every time."""
    fake = Faker("no_NO")
    fake.seed_instance(int.from_bytes(hashlib.sha256(number.number.encode()).digest()[:8], "big"))
    first = fake.first_name_female() if number.sex == 2 else fake.first_name_male()
    street, postcode, city = fake.street_address(), fake.postcode(), fake.city()
    return Borger(first, fake.last_name(), number.birth_date, number.sex, street, postcode, city)

"""The population register behind one small interface (manual: «Fødselsnummer og navn blir hentet direkte fra folkeregister»).

The local stand-in answers for synthetic persons only; it makes the same name of the same number every time. A real
register is not connected yet: of a real person nothing is known, and nothing is made up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from faker import Faker

from checks.identity import Fodselsnummer
from ingest.standin import Faults, ServiceDown


@dataclass(frozen=True)
class Borger:
    """What the population register knows of a person."""

    fornavn: str
    etternavn: str
    fodselsdato: date | None
    kjonn: int | None
    adresse: str
    postnr: str
    poststed: str
    dodsdato: date | None = None


class Folkeregister(Protocol):
    def find(self, number: Fodselsnummer) -> Borger | None:
        """The person with this number, or None when there is none. Raises ServiceDown, TimedOut when no answer came in time."""
        ...


@dataclass
class LocalFolkeregister:
    """The demo's population: every valid synthetic number belongs to somebody.

    ``told`` decides for the numbers it names (a death, a new address); ``known`` is asked next; others get a name made
    of their number. ``faults`` can take it down, make it slow or silent; of a real number it is always down.
    """

    told: dict[str, Borger] = field(default_factory=dict)
    known: Callable[[str], Borger | None] = lambda _number: None
    faults: Faults = field(default_factory=Faults)

    def find(self, number: Fodselsnummer) -> Borger | None:
        if not number.synthetic:
            raise ServiceDown("Folkeregisteret er ikke koblet til")
        self.faults.meet("Folkeregisteret")
        return self.told.get(number.number) or self.known(number.number) or _made(number)


def _made(number: Fodselsnummer) -> Borger:
    """The same person for the same number every time."""
    fake = Faker("no_NO")
    fake.seed_instance(int.from_bytes(hashlib.sha256(number.number.encode()).digest()[:8], "big"))
    first = fake.first_name_female() if number.sex == 2 else fake.first_name_male()
    street, postcode, city = fake.street_address(), fake.postcode(), fake.city()
    return Borger(first, fake.last_name(), number.birth_date, number.sex, street, postcode, city)

"""The population register behind one small interface (manual: «Fødselsnummer og navn blir hentet direkte fra folkeregister»).

The local stand-in answers for synthetic persons only; it makes the same name of the same number every time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from faker import Faker

from checks.identity import Fodselsnummer


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


class Folkeregister(Protocol):
    def find(self, number: Fodselsnummer) -> Borger | None:
        """The person with this number, or None when there is none."""
        ...


class LocalFolkeregister:
    """The demo's population: every valid synthetic number belongs to somebody."""

    def find(self, number: Fodselsnummer) -> Borger | None:
        fake = Faker("no_NO")
        fake.seed_instance(int.from_bytes(hashlib.sha256(number.number.encode()).digest()[:8], "big"))
        first = fake.first_name_female() if number.sex == 2 else fake.first_name_male()
        street, postcode, city = fake.street_address(), fake.postcode(), fake.city()
        return Borger(first, fake.last_name(), number.birth_date, number.sex, street, postcode, city)

"""What happens to the demo's patients after the demo was made, and what its Folkeregister therefore says on a day.

The plan is determined by the demo's seed, the day it was made and the patient's number, and holds whatever the register says: so
the job population has something to discover as the demo's clock goes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from faker import Faker

from checks import identity
from checks.identity import Fodselsnummer
from ingest.services.folkeregister import Borger

DIES, WITHDRAWN, MOVED = "dør", "dødsfallet trekkes tilbake", "dødsdatoen flyttes"
NUMBER, NAME, PROTECTED = "får nytt nummer", "skifter navn", "får skjermet adresse"
SHARES = {DIES: 0.02, WITHDRAWN: 0.006, MOVED: 0.006, NUMBER: 0.01, NAME: 0.02, PROTECTED: 0.01}
SPAN = 60  # days within which it happens, most of it in the first weeks
SECOND = timedelta(days=9)  # after which a death is withdrawn or moved
FREE_SERIES = range(150, 190)  # of a birth date's numbers: the demo gives out the first ones


@dataclass(frozen=True)
class Plan:
    """The plan of a demo that was made on ``made`` with ``seed``."""

    seed: int
    made: date

    def fate(self, number: str) -> tuple[str, date] | None:
        """What happens to who has the number, and the day that the Folkeregister knows; None for most."""
        drawn = self._drawn(number)
        chance, when = drawn[0] / 2**32, drawn[1] / 2**32
        for what, share in SHARES.items():
            chance -= share
            if chance < 0:
                return what, self.made + timedelta(days=1 + int(SPAN * when * when))
        return None

    def on(self, number: Fodselsnummer, borger: Borger, today: date) -> Borger:
        """What the Folkeregister says on ``today`` of ``borger``, of whom the register may have heard before."""
        found = self.fate(number.number)
        if found is None or today < found[1] or (borger.dodsdato is not None and borger.dodsdato < self.made):
            return borger
        what, day = found
        second = today >= day + SECOND
        changes: dict[str, dict[str, Any]] = {
            DIES: {"dodsdato": day},
            WITHDRAWN: {"dodsdato": None if second else day},
            MOVED: {"dodsdato": day - timedelta(days=1) if second else day},
            NUMBER: {"nummer": self._number(number)},
            NAME: {"etternavn": self._surname(number.number)},
            PROTECTED: {"skjermet": True},
        }
        return replace(borger, **changes[what])

    def _drawn(self, number: str) -> tuple[int, int, int]:
        noise = hashlib.sha256(f"{self.seed}:{self.made}:{number}".encode()).digest()
        return tuple(int.from_bytes(noise[i : i + 4], "big") for i in (0, 4, 8))  # pyright: ignore[reportReturnType]

    def _surname(self, number: str) -> str:
        fake = Faker("no_NO")
        fake.seed_instance(self._drawn(number)[2])
        return fake.last_name()

    def _number(self, number: Fodselsnummer) -> str | None:
        """Another number of the same birth date and sex; None where the series has none left."""
        if number.birth_date is None or number.sex is None:
            return None
        serial = FREE_SERIES[self._drawn(number.number)[2] % len(FREE_SERIES)]
        try:
            return identity.make(number.birth_date, number.sex, serial)
        except ValueError:
            return None

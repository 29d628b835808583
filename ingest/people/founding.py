"""The beginning of a register in operation: its units, and the first national coordinator (SC), who lets in the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from checks.units import Unit
from ingest import audit, units
from ingest.people import accounts, passwords, users
from ingest.people.applications import PATTERNS
from ingest.store import Tx


@dataclass(frozen=True)
class Person:
    """The first coordinator; the fields have been checked as those of «Ny bruker» are (applications.PATTERNS)."""

    navn: str
    mobil: str
    epost: str


@dataclass(frozen=True)
class SignIn:
    """How the coordinator gets in, once: username and one-time key. The first password is known already."""

    brukernavn: str
    nokkel: str


def begin(tx: Tx, listed: Sequence[Unit], own: Unit, person: Person, first: passwords.FirstPassword) -> SignIn:
    """Add the units to an empty register, and the person as SC at one of them (``own``)."""
    for unit in listed:
        units.add_unit(tx, unit.resh, unit.navn, unit.hf, unit.rhf)
    user, name = users.new_id(tx), users.free_username(tx, username(person.navn))
    roles = [(own.resh, "SC")]
    users.add(tx, user, person.navn, roles, brukernavn=name, mobil=person.mobil, epost=person.epost)
    audit.log(tx, "register laget", details={"enheter": [unit.resh for unit in listed], "bruker": user})
    return SignIn(name, accounts.let_in_once(tx, user, first))


def username(navn: str) -> str:
    """A username made of a name: «Kari Nordvik» gives kari.nordvik."""
    made = ".".join(re.sub(r"[^a-zæøå0-9-]", "", word) for word in navn.casefold().split())
    made = re.sub(r"\.{2,}", ".", made).strip(".")[:30]
    return made if re.fullmatch(PATTERNS["brukernavn"][0], made) else "koordinator"

"""A reservation and its deletion, as the tests of them do it."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.work import operations
from ingest.access import Actor
from ingest.prom import reservasjon
from ingest.registration import patients, reservation_cases
from tests.spec.identitet import do
from tests.support import OWN, SC, Register

SECOND = Actor("bruker9", "Svein Nasjonal", "SC", OWN)
LETTER = ("brev", date(2026, 11, 20), "Brev, saksnummer 12")


def reserve(register: Register, patient: int, actor: Actor = SC) -> None:
    do(register, reservasjon.receive, patient, *LETTER, actor=actor)


def case(register: Register) -> reservation_cases.Case:
    """The first case of the list."""
    with register.store.read(SC) as tx:
        return reservation_cases.listed(tx)[0]


def delete(register: Register, patient: int) -> int:
    found = case(register)
    return operations.delete_reserved(register.store, register.settings(), SECOND, found.sak_id, str(patient))


def counted(register: Register) -> list[tuple[Any, ...]]:
    with register.store.read(SC) as tx:
        return [tuple(row.values()) for row in tx.rows("select * from register.reservert_telling order by all")]


def idnr(register: Register, patient: int) -> str:
    return do(register, patients.reveal, patient)

"""What PVK says of reservations: told by patients on Helsenorge, asked for one patient, and asked for all who have no answer.

Only one question is put at a time, and its answer written before the next is put: what PVK says last is what holds here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TypeVar

from checks.errors import RegisterError
from checks.reservasjon import NOT_RESERVED, RESERVED
from ingest import audit
from ingest.access import JOB, Actor, require
from ingest.prom import reservasjon
from ingest.registration import patients, reservations, reserved_remains
from ingest.registration.reservations import PVK
from ingest.services.moments import Outcome, reading, writing
from ingest.services.national.personvern import Personvern, Told
from ingest.services.patience import Patience
from ingest.standin import ServiceDown
from ingest.store import Store, Tx

One = TypeVar("One")
BATCH = 200
_asking = threading.Lock()


def receive(store: Store, service: Personvern, told: Told) -> bool:
    """Take what PVK tells of a person; returns whether it is dealt with, and need not be told again.

    What is told has no time, so PVK is asked what holds. When it does not answer, a reservation takes effect all the same, and is
    to be told again; a lifting waits.
    """
    if told.reserved is None:
        return True
    with _asking:
        try:
            reserved, sure = service.is_reserved(told.number), True
        except ServiceDown:
            reserved, sure = told.reserved, False
        if reserved or sure:
            with store.write(JOB) as tx:
                _take(tx, told.number, reserved=reserved, by_patient=True)
        return sure


def ask(store: Store, service: Personvern, actor: Actor, pasient_id: int) -> bool:
    """Ask about one patient now, for SC; returns whether the patient is reserved. Raises REG-617 and REG-618."""
    number = _number(store, actor, pasient_id)
    with _answered():
        reserved = service.is_reserved(number)
        with store.write(actor) as tx:
            _take(tx, number, reserved=reserved)
            audit.log(tx, "PVK spurt", pasient_id=pasient_id, details={"reservert": reserved})
    return reserved


def tell(store: Store, service: Personvern, actor: Actor, pasient_id: int) -> None:
    """Have PVK say the same as the letter that SC has recorded, so that the patient sees it on Helsenorge. Raises as ``ask``."""
    number = _number(store, actor, pasient_id)
    with _answered():
        service.set(number, reserved=True)


def update(store: Store, service: Personvern, at: datetime | None = None) -> Outcome:
    """Ask about every patient without an answer: by the full list the first time, then about each.

    Stopped in the middle, it goes on at the next run: what is written stands, and the list is read again until it has been whole.
    """
    outcome = Outcome("reservasjon")
    with reading(store, JOB, at) as tx:
        require(tx.actor, "kjøre_jobber")
        waiting = {row["idnr"]: row["pasient_id"] for row in reservations.never_asked(tx)}
        listed = tx.row("select 1 from register.reservasjon_liste") is not None
    with _asking:
        if listed:
            _ask_each(store, service, waiting, at, outcome)
        else:
            _read_list(store, service, waiting, at, outcome)
    return outcome


def _read_list(
    store: Store, service: Personvern, waiting: dict[str, int], at: datetime | None, outcome: Outcome
) -> None:
    try:
        reserved = service.everybody()
    except ServiceDown as error:
        outcome.put_off(error)
        outcome.count("utsatt", len(waiting))
        return
    for batch in _batches(store, sorted(reserved)):
        with writing(store, JOB, at) as tx:
            for number in batch:
                _take(tx, number, reserved=True)
        outcome.count("reservert", len(batch))
    others = [pasient_id for number, pasient_id in waiting.items() if number not in reserved]
    for batch in _batches(store, others):
        with writing(store, JOB, at) as tx:
            still = {row["pasient_id"] for row in reservations.never_asked(tx)}
            reservations.record_all(tx, [one for one in batch if one in still], NOT_RESERVED, PVK)
        outcome.count("ikke reservert", len(batch))
    with writing(store, JOB, at) as tx:
        tx.run("insert into register.reservasjon_liste values (?)", tx.now)


def _ask_each(
    store: Store, service: Personvern, waiting: dict[str, int], at: datetime | None, outcome: Outcome
) -> None:
    patience = Patience()
    for number in waiting:
        store.give_way()
        try:
            reserved = patience.ask(partial(service.is_reserved, number))
        except ServiceDown as error:
            outcome.put_off(error)
            outcome.count("utsatt")
            continue
        with writing(store, JOB, at) as tx:
            _take(tx, number, reserved=reserved)
        outcome.count("reservert" if reserved else "ikke reservert")


def _take(tx: Tx, number: str, *, reserved: bool, by_patient: bool = False) -> None:
    """Write what PVK says of a person, who need not be a patient.

    That there is no reservation in PVK does not lift one that came by letter, unless the patient has lifted it there.
    """
    patient = patients.with_number(tx, number)
    if patient is None:
        (reserved_remains.hold if reserved else reserved_remains.release)(tx, number)
        return
    known = reservations.latest(tx, patient)
    if reserved:
        reservasjon.reserve(tx, patient, PVK, tx.today)
    elif known is None or known["status"] != RESERVED:
        reservations.record(tx, patient, NOT_RESERVED, PVK)
    elif by_patient or known["kilde"] == PVK:
        reservasjon.lift(tx, patient, PVK)


@contextmanager
def _answered() -> Iterator[None]:
    """One question at a time. Raises REG-618 when PVK does not answer it."""
    with _asking:
        try:
            yield
        except ServiceDown as error:
            raise RegisterError("REG-618", grunn=str(error)) from error


def _number(store: Store, actor: Actor, pasient_id: int) -> str:
    with store.read(actor) as tx:
        require(tx.actor, "behandle_reservasjoner")
        patient = patients.get(tx, pasient_id).pasient_id
        row = tx.row("select idnr from identitet.person where pasient_id = ? and idtype = 'fnr'", patient)
    if row is None or not row["idnr"]:
        raise RegisterError("REG-617")
    return row["idnr"]


def _batches(store: Store, found: Sequence[One]) -> Iterator[Sequence[One]]:
    for start in range(0, len(found), BATCH):
        store.give_way()
        yield found[start : start + BATCH]

"""The scheduled jobs of patient forms: send, remind, lock. Each does what is due and not done, and nothing else.

What is due is read from the register (checks/eprom.py), decided again inside the transaction that does it, and done for
a few forløp at a time. So a job may be skipped, run late or often, or be killed anywhere: the next run does the rest,
once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from checks import eprom, hads_texts
from checks.closing_reasons import NOT_PLOTTED
from checks.eprom import NOT_CONFIGURED, NOT_DIGITAL, NOT_LICENSED, Sak, Step
from checks.errors import RegisterError
from ingest.access import JOB, require
from ingest.prom import cases, delivery, inbox, orders, place
from ingest.prom.outbox import ADDRESSES, SECURE
from ingest.prom.outside import Services
from ingest.services.moments import Outcome, reading, writing
from ingest.services.patience import Patience
from ingest.store import Store, Tx

BATCH = 15  # forløp in one transaction: a behandler who saves waits at most as long as that takes


@dataclass(frozen=True)
class Due:
    """One thing that a run would do: ``hva`` is bestill, purr, laas, lukk or stopp, ``tid`` when it fell due."""

    hva: str
    forlop_id: int
    skjema: str
    tid: datetime
    grunn: int | None


def due(tx: Tx) -> list[Due]:
    """What the jobs would do at the transaction's moment with the data as they are; nothing is done."""
    require(tx.actor, "kjøre_jobber")
    return [
        Due(
            step.kind,
            sak.forlop_id,
            sak.skjema,
            step.since if step.kind != "bestill" else eprom.sends_at(sak.skjema, step.since),
            step.grunn,
        )
        for sak, step in _steps(cases.open_cases(tx), tx.now)
    ]


def send(store: Store, services: Services, at: datetime | None = None) -> Outcome:
    """The job eprom: order the forms that go out without a behandler, stop the orders that may not go out any more, and
    send the messages that are due.
    """
    outcome, patience = Outcome("eprom"), Patience()
    with reading(store, JOB, at) as tx:
        require(tx.actor, "kjøre_jobber")
        steps = _steps(cases.open_cases(tx), tx.now)
        ids = dict.fromkeys(sak.forlop_id for sak, step in steps if step.kind in ("bestill", "stopp"))
    for batch in _batches(store, list(ids)):
        reachable = _reachable(store, services, batch, outcome, patience)
        with writing(store, JOB, at) as tx:
            inbox.settle(tx, batch)
            found = list(_steps(cases.of_forlop(tx, batch), tx.now))
            stopped = [s.bestilling_id for s, step in found if step.kind == "stopp" and s.bestilling_id]
            place.end(tx, stopped, eprom.STOPPED)
            wanted = [
                place.Wanted(
                    s.forlop_id,
                    s.pasient_id,
                    s.skjema,
                    SECURE,
                    eprom.sends_at(s.skjema, step.since),
                    _obstacle(tx, s, services, reachable[s.pasient_id]),
                )
                for s, step in found
                if step.kind == "bestill" and s.pasient_id in reachable
            ]
            place.place(tx, place.AUTOMATIC, wanted)
        outcome.count("stoppet", len(stopped))
        outcome.count("bestilt", sum(w.arsak is None for w in wanted))
        outcome.count("ikke sendt", sum(w.arsak is not None for w in wanted))
    _deliver(store, services, at, outcome)
    return outcome


def remind(store: Store, services: Services, at: datetime | None = None) -> Outcome:
    """The job reminders: remind patients of forms that were sent three days ago and are not answered."""
    outcome = Outcome("reminders")
    with reading(store, JOB, at) as tx:
        require(tx.actor, "kjøre_jobber")
        ids = cases.unanswered(tx, tx.today - eprom.REMIND_AFTER)
    for batch in _batches(store, ids):
        with writing(store, JOB, at) as tx:
            inbox.settle(tx, batch)
            found = [
                (sak, eprom.sends_at(sak.skjema, step.since))
                for sak, step in _steps(cases.of_forlop(tx, batch), tx.now)
                if step.kind == "purr"
            ]
            place.remind(tx, found)
        outcome.count("påminnelser", len(found))
    _deliver(store, services, at, outcome)
    return outcome


def lock(store: Store, at: datetime | None = None) -> Outcome:
    """The job lock: close the forms that were not answered in time, cannot reach the patient, or were left open by a
    patient who died.
    """
    outcome = Outcome("lock")
    with reading(store, JOB, at) as tx:
        require(tx.actor, "kjøre_jobber")
        open_forms = _steps(cases.open_cases(tx), tx.now)
        found = [(sak.forlop_id, sak.skjema) for sak, step in open_forms if step.grunn is not None]
    for forlop_id, skjema in found:
        store.give_way()
        try:
            with writing(store, JOB, at) as tx:
                inbox.settle(tx, [forlop_id])
                sak = cases.of_form(tx, forlop_id, skjema)
                step = eprom.step(sak, tx.now)
                if step is not None and step.grunn is not None:
                    late_paper = step.kind == "laas" and sak.papir
                    orders.close_form(tx, sak, step.grunn, NOT_PLOTTED if late_paper else None)
                    outcome.count("låst")
        except RegisterError as error:
            outcome.feil.append(f"forløp {forlop_id}, {skjema}: {error.code}")
    return outcome


def _steps(found: Sequence[Sak], now: datetime) -> Iterator[tuple[Sak, Step]]:
    for sak in found:
        step = eprom.step(sak, now)
        if step is not None:
            yield sak, step


def _batches(store: Store, forlop_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The forløp, ``BATCH`` at a time; before each batch, writers who are waiting for the lock go first."""
    for start in range(0, len(forlop_ids), BATCH):
        store.give_way()
        yield forlop_ids[start : start + BATCH]


def _reachable(
    store: Store, services: Services, batch: Sequence[int], outcome: Outcome, patience: Patience
) -> dict[int, bool]:
    """Whether each patient of these forløp can be reached by the secure channel.

    A patient of whom the Kontaktregister did not answer is left out, and counted as «utsatt» in ``outcome``.
    """
    with store.read(JOB) as tx:
        numbers = {
            row["pasient_id"]: row["idnr"]
            for row in tx.rows(
                f"select f.pasient_id, {ADDRESSES} from register.forlop f "
                "join identitet.person i using (pasient_id) where f.forlop_id in (select unnest(?::integer[]))",
                list(batch),
            )
        }
    if services.contacts is None:
        return dict.fromkeys(numbers, False)
    asked = {number: number for number in numbers.values() if number}
    contacts = patience.ask_many(asked, services.contacts.find_many, services.contacts.find, outcome)
    return {
        pasient_id: bool(number) and contacts[number].reachable
        for pasient_id, number in numbers.items()
        if not number or number in contacts
    }


def _obstacle(tx: Tx, sak: Sak, services: Services, reachable: bool) -> str | None:
    """Why the job cannot send the form, None when it can."""
    if SECURE not in services.channels or services.contacts is None:
        return NOT_CONFIGURED
    if not reachable:
        return NOT_DIGITAL
    if sak.skjema == hads_texts.FORM and not services.hads and not orders.test_person(tx, sak.pasient_id):
        return NOT_LICENSED
    return None


def _deliver(store: Store, services: Services, at: datetime | None, outcome: Outcome) -> None:
    for state, number in delivery.send_due(store, services, at).items():
        outcome.count(f"meldinger: {state}", number)

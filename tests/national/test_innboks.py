"""What ePROM tells is kept before it is acknowledged, many together, and worked off before anything that depends on it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest

from app.web import resources
from app.work import told
from checks import eprom as schedule
from ingest.access import JOB, Actor
from ingest.identity import merging
from ingest.prom import delivery, eprom_told, inbox, jobs, orders, patient_answers, samtykke
from ingest.registration import erasure
from ingest.services.national import eprom_callbacks
from ingest.store import Tx
from tests.mocks.eprom import API_KEY
from tests.mocks.server import BUSY
from tests.national.eprom_world import ANSWERS, World
from tests.support import MOMENT, SC


def until(happened: Callable[[], bool]) -> None:
    """Wait for another thread, at most a minute."""
    late = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < late
        time.sleep(0.01)


def rows(eprom: World) -> list[dict[str, Any]]:
    with eprom.register.store.read(JOB) as tx:
        return tx.rows("select * from prom.eprom_innboks order by nr")


def status(eprom: World, forlop_id: int) -> int:
    """The form's status as it stands, whatever waits."""
    return eprom.register.head(forlop_id).skjema["pasreg"].status


def test_what_is_told_is_kept_without_the_key_and_without_who_filled_it_in_and_gone_when_it_is_worked_off(
    eprom: World,
) -> None:
    forlop_id, order = eprom.sent_out()
    guardian = {"filledOutBy": {"filledOutByActNationalId": "01816012345", "filledOutByActType": "Fullmakt"}}
    assert eprom.told(eprom.service.completed(order, ANSWERS, **guardian))
    [kept] = rows(eprom)
    assert json.loads(kept["svar"]) == ANSWERS
    assert API_KEY not in str(kept) and "01816012345" not in str(kept)
    assert status(eprom, forlop_id) == -1
    eprom.worked_off()
    assert rows(eprom) == []
    assert eprom.answers(forlop_id).items() >= ANSWERS.items()


def test_an_answer_that_is_stored_already_is_acknowledged_and_not_kept_again(eprom: World) -> None:
    _, order = eprom.sent_out()
    assert eprom.told(eprom.service.completed(order, ANSWERS))
    eprom.worked_off()
    assert eprom.told(eprom.service.completed(order, ANSWERS))
    assert rows(eprom) == []


def test_those_who_tell_while_somebody_writes_are_written_together(eprom: World) -> None:
    _, order = eprom.sent_out()
    store, written = eprom.register.store, []
    write = store.write

    def counted(actor: Actor) -> Any:
        written.append(actor)
        return write(actor)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(20) as pool:
        patch.setattr(store, "write", counted)
        with write(SC):
            taken = [pool.submit(eprom.told, eprom.service.ordered(order)) for _ in range(20)]
            reception = resources.current().reception
            until(lambda: len(written) == 1 and len(reception._waiting) >= 15)
        assert all(one.result() for one in taken)
    assert len(written) <= 6
    assert len(rows(eprom)) == 20


def test_one_that_cannot_be_written_keeps_no_other_from_it(eprom: World, monkeypatch: pytest.MonkeyPatch) -> None:
    forlop_id, order = eprom.sent_out()
    call = eprom.service.completed(order, ANSWERS)
    good = eprom_callbacks.read(json.dumps(call).encode(), "application/json")
    bad = eprom_callbacks.read(json.dumps(call | {"formOrderStatus": "Error"}).encode(), "application/json")
    keep = inbox.keep

    def strict(tx: Tx, told: Any) -> list[bool]:
        taken = keep(tx, told)
        if bad in told:
            raise OSError("kan ikke skrives")
        return taken

    monkeypatch.setattr(inbox, "keep", strict)
    reception = inbox.Reception(eprom.register.store)
    with eprom.register.store.write(SC):  # so that the first waits, and the two others come together after it
        first = reception.take(good)
        until(lambda: not reception._waiting)
        others = [reception.take(bad), reception.take(good)]
    assert first.result() and others[1].result()
    with pytest.raises(OSError, match="kan ikke skrives"):
        others[0].result()
    assert [row["status"] for row in rows(eprom)] == ["Completed", "Completed"]
    assert eprom.answers(forlop_id).items() >= ANSWERS.items() and eprom.versions(forlop_id) == 1


def stop(eprom: World, forlop_id: int) -> None:
    eprom.do(lambda tx: orders.stop(tx, forlop_id, schedule.UNABLE))


def paper(eprom: World, forlop_id: int) -> None:
    with pytest.raises(Exception, match="ferdigstilt"):
        eprom.do(lambda tx: orders.mark_paper(tx, forlop_id, "pasreg"))


def on_paper(eprom: World, forlop_id: int) -> None:
    def save(tx: Tx) -> None:
        patient_answers.save_paper(tx, forlop_id, "pasreg", {"PRSpm1": 1}, grunnversjon=0, hendelse="ferdigstilt")

    with pytest.raises(Exception, match="sendt"):
        eprom.do(save)


def withdraw(eprom: World, forlop_id: int) -> None:
    patient = eprom.register.head(forlop_id).pasient_id
    eprom.do(lambda tx: samtykke.withdraw(tx, patient, tx.today, "Brev"), SC)


def lock(eprom: World, forlop_id: int) -> None:
    del forlop_id
    eprom.at(29)
    jobs.lock(eprom.register.store)


def remind(eprom: World, forlop_id: int) -> None:
    del forlop_id
    eprom.at(26, 16, 32)
    jobs.remind(eprom.register.store, eprom.services)


def merge(eprom: World, forlop_id: int) -> None:
    mine, other = eprom.register.head(forlop_id).pasient_id, eprom.register.patient()
    eprom.do(lambda tx: merging.merge(tx, other, mine, "samme person"), SC)


@pytest.mark.parametrize("meanwhile", [stop, paper, on_paper, withdraw, lock, remind, merge])
def test_what_was_told_before_counts_before_what_depends_on_it(
    eprom: World, meanwhile: Callable[[World, int], None]
) -> None:
    forlop_id, order = eprom.sent_out()
    assert eprom.told(eprom.service.completed(order, ANSWERS))
    meanwhile(eprom, forlop_id)
    assert eprom.answers(forlop_id) == {**ANSWERS, "DatoUfylPR": "2026-11-23", "PasDelUfylPR": 1}
    assert eprom.versions(forlop_id) == 1
    assert eprom.events(forlop_id) == []


def test_a_patient_who_answers_after_the_reminder_is_decided_is_not_reminded(eprom: World) -> None:
    _, order = eprom.sent_out()
    eprom.at(26)
    eprom.service.play(BUSY, at="unsecuremessagesms")
    jobs.remind(eprom.register.store, eprom.services)
    assert eprom.told(eprom.service.completed(order, ANSWERS))
    eprom.at(26, 16, 40)
    delivery.send_due(eprom.register.store, eprom.services)
    with eprom.register.store.read(SC) as tx:
        found = tx.rows(
            "select skjema, m.tilstand from prom.utboks m join prom.bestilling using (bestilling_id) "
            "where slag = 'paaminnelse' order by skjema"
        )
    assert [tuple(row.values()) for row in found] == [("pasreg", "avlyst")]


def test_when_the_answer_came_counts_and_not_when_it_was_worked_off(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    eprom.at(29, 16, 29)
    assert eprom.told(eprom.service.completed(order, ANSWERS, timestampUtc=None, timestamp=None))
    eprom.at(29, 16, 31)
    assert eprom.answers(forlop_id).items() >= ANSWERS.items()


def test_an_erased_patients_answers_are_erased_with_her(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    patient = eprom.register.head(forlop_id).pasient_id
    assert eprom.told(eprom.service.completed(order, ANSWERS))
    with eprom.register.store.write(SC) as tx:
        erasure.erase(tx, patient, str(patient), "Brev")
    assert rows(eprom) == []


def test_what_cannot_be_worked_off_stays_and_is_tried_again_and_keeps_no_other_waiting(
    eprom: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, order = eprom.sent_out()
    second, other = eprom.sent_out()
    take = eprom_told.take

    def broken(tx: Tx, told: eprom_callbacks.Told, *rest: Any) -> None:
        if told.ordre_id == order.id:
            raise ZeroDivisionError
        take(tx, told, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(eprom_told, "take", broken)
        for one in (order, other):
            assert eprom.told(eprom.service.completed(one, ANSWERS))
        assert eprom.answers(second).items() >= ANSWERS.items()
        assert [row["ordre_id"] for row in rows(eprom)] == [order.id]
        assert "kan ikke behandles nå" in caplog.text
        stop(eprom, first)  # staff are not kept from their work by it
    assert len(rows(eprom)) == 1
    eprom.register.clock.turn(minutes=10)
    eprom.worked_off()
    assert rows(eprom) == []
    assert eprom.events(first) == [("svar fra ePROM ikke lagret", {"grunn": "skjemaet tar ikke imot svar nå"})]


@pytest.mark.parametrize(
    ("first", "last", "calm"), [(0.5, 0.5, False), (1.5, 1.5, True), (59, 0.5, False), (61, 0.5, True), (-5, -5, True)]
)
def test_work_waits_for_a_burst_to_end_but_not_for_ever(eprom: World, first: float, last: float, calm: bool) -> None:
    _, order = eprom.sent_out()
    assert not inbox.is_calm(eprom.register.store)
    for ago in (first, last):
        eprom.register.clock.now = MOMENT + timedelta(days=1, seconds=-ago)
        assert eprom.told(eprom.service.ordered(order))
    eprom.register.clock.now = MOMENT + timedelta(days=1)
    assert inbox.is_calm(eprom.register.store) is calm


def test_the_app_works_off_what_it_finds_and_what_is_told(eprom: World) -> None:
    first, order = eprom.sent_out()
    second, other = eprom.sent_out()
    assert eprom.told(eprom.service.completed(order, ANSWERS))
    eprom.register.clock.turn(seconds=2)
    with resources.holding(nullcontext(resources.current())), told.worked_off(resources.current()):
        until(lambda: status(eprom, first) == 1)
        assert eprom.told(eprom.service.completed(other, ANSWERS))
        eprom.register.clock.turn(seconds=2)
        until(lambda: status(eprom, second) == 1)
    assert rows(eprom) == []

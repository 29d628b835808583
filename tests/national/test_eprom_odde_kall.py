"""Manual: «ePROM», with an ePROM that says the same again in other ways, answers orders that were given up, and callers without the key."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest

from checks import eprom as schedule
from ingest.prom import jobs, orders, samtykke
from ingest.prom.outbox import SECURE
from ingest.registration import erasure
from ingest.services.national.calls import client
from ingest.services.national.eprom import Eprom
from tests.mocks.eprom import API_KEY, FORMS
from tests.national.eprom_world import ANSWERS, World
from tests.support import SC


def test_a_field_that_is_there_twice_with_two_values_is_left_out(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    twice = '{"PRSpm1": 3, "PRSpm2": 1, "PRSpm2": 2, "PRSpm3": 12, "PRSpm3": 12}'
    assert eprom.told(eprom.service.completed(order, ANSWERS, formData=twice))
    assert eprom.answers(forlop_id) == {"PRSpm1": 3, "PRSpm3": 12, "DatoUfylPR": "2026-11-23", "PasDelUfylPR": 1}
    assert eprom.events(forlop_id) == [("svar fra ePROM utelatt", {"felt": ["PRSpm2"]})]


def test_an_answer_to_an_order_that_was_given_up_counts_for_the_one_that_is_out(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    eprom.do(lambda tx: orders.undelivered(tx, forlop_id, "pasreg"))
    eprom.do(lambda tx: orders.order(tx, forlop_id, "pasreg", SECURE))
    # ePROM takes no order back, and the patient found the first one after all.
    assert eprom.told(eprom.service.completed(order, ANSWERS))
    assert eprom.answers(forlop_id).items() >= ANSWERS.items()
    assert eprom.form(forlop_id, "pasreg").eprom == "utfylt"
    eprom.run_on(24)
    assert [order.skjema for order in eprom.service.orders].count("pasreg") == 1


def test_what_is_left_is_said_once_however_often_it_is_told(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    calls = [eprom.service.completed(order, {**ANSWERS, "PRSpm1": code}) for code in (3, 1, 2)]
    for _ in range(3):
        assert all(eprom.told(call) for call in calls)
    assert len(eprom.events(forlop_id)) == 2


def test_an_answer_after_an_empty_one_is_stored_and_known_when_it_is_told_again(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    for answers in ({}, ANSWERS, ANSWERS, {}):
        assert eprom.told(eprom.service.completed(order, answers))
    assert eprom.answers(forlop_id).items() >= ANSWERS.items()
    assert eprom.events(forlop_id) == [("svar fra ePROM ikke lagret", {"grunn": "ingenting besvart"})]


@pytest.mark.parametrize("body", [b"", b"[" * 200_000, b"\xff\xfe{", b'{"apiKey":"\\ud800"}', b'{"apiKey":{}}'])
def test_who_calls_without_the_key_many_times_is_logged_once(
    eprom: World, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    for _ in range(50):
        assert eprom.http.put("/api/PromsFormOrder", content=body).status_code in (400, 401)
    assert [record.levelname for record in caplog.records if record.name == "smertereg.eprom"] == ["WARNING"]


def test_what_is_told_of_an_order_while_it_is_placed_is_to_be_told_again(eprom: World) -> None:
    forlop_id = eprom.consented()
    taken: list[bool] = []

    class Quick(Eprom):
        """An ePROM that tells that the patient cannot be reached before it answers our order."""

        def order(self, number: str, skjema: str, expires: datetime, key: str) -> str:
            placed = super().order(number, skjema, expires, key)
            taken.append(eprom.told(eprom.service.failed(eprom.service.orders[-1])))
            return placed

    eprom.at(23)
    way = Quick(eprom.service.address, API_KEY, FORMS, client())
    jobs.send(eprom.register.store, replace(eprom.services, channels={SECURE: way}))
    assert taken == [False] * len(eprom.service.orders)
    assert eprom.told(eprom.service.failed(eprom.service.orders[0]))
    assert eprom.form(forlop_id, "pasreg").eprom == "tilgjengelig"


def test_twenty_who_tell_the_same_at_once_give_one_answer(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    calls = [eprom.service.completed(order, ANSWERS), eprom.service.ordered(order), eprom.service.expired(order)]
    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(eprom.told, calls * 20))
    assert eprom.answers(forlop_id).items() >= ANSWERS.items()
    assert eprom.versions(forlop_id) == 1
    assert eprom.events(forlop_id) == []


@pytest.mark.parametrize("meanwhile", ["withdrawn", "erased", "locked", "stopped"])
def test_an_answer_that_comes_while_something_else_ends_the_form_is_stored_or_left_never_half(
    eprom: World, meanwhile: str
) -> None:
    forlop_id, order = eprom.sent_out()
    patient = eprom.register.head(forlop_id).pasient_id
    eprom.at(29, 16, 29)
    happens: dict[str, Callable[[], object]] = {
        "withdrawn": lambda: eprom.do(lambda tx: samtykke.withdraw(tx, patient, tx.today, "Brev"), SC),
        "erased": lambda: eprom.do(lambda tx: erasure.erase(tx, patient, str(patient), "Brev"), SC),
        "locked": lambda: eprom.run_on(29),
        "stopped": lambda: eprom.do(lambda tx: orders.stop(tx, forlop_id, schedule.UNABLE)),
    }
    call = eprom.service.completed(order, ANSWERS)
    with ThreadPoolExecutor(9) as pool:
        told = [pool.submit(eprom.told, call) for _ in range(4)]
        other = pool.submit(happens[meanwhile])
        told += [pool.submit(eprom.told, call) for _ in range(4)]
        other.result()
        taken = [one.result() for one in told]
    if meanwhile == "erased":
        with eprom.register.store.read(SC) as tx:
            assert tx.rows("select * from prom.eprom_ordre where ordre_id = ?", order.id) == []
        return
    assert all(taken)
    stored = eprom.answers(forlop_id).get("PasDelUfylPR")
    assert (stored == 1) == (eprom.answers(forlop_id).items() >= ANSWERS.items())
    assert eprom.versions(forlop_id) == 1


@pytest.mark.parametrize(
    ("answered", "stored"), [("2026-11-29T15:29:59Z", True), ("2026-11-29T15:30:00Z", False), (None, False)]
)
def test_an_answer_that_was_given_in_time_counts_until_the_form_is_locked_however_late_it_is_told(
    eprom: World, answered: str | None, stored: bool
) -> None:
    forlop_id, order = eprom.sent_out()
    eprom.at(29, 16, 45)  # and the job lock has not run
    assert eprom.told(eprom.service.completed(order, ANSWERS, timestampUtc=answered))
    assert (eprom.form(forlop_id, "pasreg").status == 1) is stored
    eprom.run()
    assert eprom.answers(forlop_id)["PasDelUfylPR"] == stored
    other = eprom.service.completed(order, {**ANSWERS, "PRSpm1": 1}, timestampUtc="2026-11-29T15:29:59Z")
    assert eprom.told(other)
    assert eprom.answers(forlop_id).get("PRSpm1") == (ANSWERS["PRSpm1"] if stored else None)

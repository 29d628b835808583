"""Manual: «ePROM», with the answers told by ePROM: each is stored once and as it was given, whatever is repeated, comes late, in another
order, or is not what the contract says.
"""

from __future__ import annotations

import itertools
import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from checks import eprom as schedule
from ingest.prom import jobs, orders, samtykke
from ingest.prom.outbox import SMS
from ingest.registration import erasure
from ingest.store import Tx
from tests.mocks.eprom import API_KEY, Ordered
from tests.mocks.server import HANGS_UP, Fault
from tests.national.eprom_world import ANSWERS, World
from tests.spec.eprom import number_of
from tests.support import LC, SC


def test_answers_are_stored_and_lock_the_form(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    assert eprom.told(eprom.service.completed(order, ANSWERS))
    assert eprom.answers(forlop_id) == {**ANSWERS, "DatoUfylPR": "2026-11-23", "PasDelUfylPR": 1}
    assert eprom.form(forlop_id, "pasreg").status == 1
    assert eprom.events(forlop_id) == []


@pytest.mark.parametrize("order_of_calls", list(itertools.permutations(range(4))))
def test_any_order_and_any_repeat_gives_the_same(eprom: World, order_of_calls: tuple[int, ...]) -> None:
    forlop_id, order = eprom.sent_out()
    answer = eprom.service.completed(order, ANSWERS)
    calls = [eprom.service.ordered(order), answer, eprom.service.expired(order), answer]
    for number in order_of_calls:
        for _ in range(2):
            assert eprom.told(calls[number])
    assert eprom.answers(forlop_id).items() >= ANSWERS.items()
    assert eprom.versions(forlop_id) == 1
    assert eprom.events(forlop_id) == []


def test_of_two_answers_to_one_order_the_first_stays(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    for _ in range(2):
        assert eprom.told(eprom.service.completed(order, ANSWERS))
        assert eprom.told(eprom.service.completed(order, {**ANSWERS, "PRSpm1": 1}))
    assert eprom.answers(forlop_id)["PRSpm1"] == 3
    assert eprom.versions(forlop_id) == 1
    assert eprom.events(forlop_id)[0] == ("svar fra ePROM ikke lagret", {"grunn": "besvart før, med andre svar"})


def test_an_answer_that_comes_before_our_order_was_kept_is_known_by_our_key(eprom: World) -> None:
    forlop_id = eprom.consented()
    eprom.at(23)
    eprom.service.play(Fault(HANGS_UP.reply, HANGS_UP.cut, done=True))
    jobs.send(eprom.register.store, eprom.services)
    assert eprom.told(eprom.service.completed(eprom.service.orders[0], ANSWERS))
    assert eprom.answers(forlop_id).items() >= ANSWERS.items()


def test_of_an_order_that_was_placed_twice_the_first_answer_is_stored_and_the_second_said(eprom: World) -> None:
    forlop_id, first = eprom.sent_out()
    second = Ordered(
        "11111111-2222-3333-4444-555555555555", "pasreg", first.number, first.expires, "Basic", first.metadata
    )
    assert eprom.told(eprom.service.completed(second, ANSWERS))
    assert eprom.told(eprom.service.completed(first, {**ANSWERS, "PRSpm1": 1}))
    assert eprom.answers(forlop_id)["PRSpm1"] == 3
    assert eprom.events(forlop_id) == [("svar fra ePROM ikke lagret", {"grunn": "besvart før"})]


def test_an_order_that_is_not_ours_is_not_taken(eprom: World) -> None:
    _, order = eprom.sent_out()
    stranger = Ordered("11111111-2222-3333-4444-555555555555", "pasreg", order.number, order.expires, "Basic")
    assert not eprom.told(eprom.service.completed(stranger, ANSWERS))
    assert not eprom.told(
        eprom.service.completed(stranger, {**ANSWERS, "smertereg_nokkel": "smertereg-prom-1-skjema-gjettet"})
    )
    assert eprom.told(eprom.service.ordered(stranger))


def withdraw(eprom: World, forlop_id: int) -> Any:
    patient = eprom.register.head(forlop_id).pasient_id
    return eprom.do(lambda tx: samtykke.withdraw(tx, patient, tx.today, "Brev"), SC)


LATE: dict[str, Any] = {
    "locked": lambda eprom, forlop_id: eprom.run_on(29),
    "stopped": lambda eprom, forlop_id: eprom.do(lambda tx: orders.stop(tx, forlop_id, schedule.UNABLE)),
    "on paper": lambda eprom, forlop_id: eprom.do(lambda tx: orders.mark_paper(tx, forlop_id, "pasreg")),
    "withdrawn": withdraw,
}


@pytest.mark.parametrize("happened", LATE)
def test_an_answer_to_a_form_that_takes_none_is_refused_for_good_and_said(eprom: World, happened: str) -> None:
    forlop_id, order = eprom.sent_out()
    LATE[happened](eprom, forlop_id)
    before = eprom.answers(forlop_id)
    for _ in range(2):
        assert eprom.told(eprom.service.completed(order, ANSWERS))
    assert eprom.answers(forlop_id) == before
    assert eprom.events(forlop_id) == [("svar fra ePROM ikke lagret", {"grunn": "skjemaet tar ikke imot svar nå"})]


def test_a_patient_who_cannot_be_reached_is_seen_and_asked_in_another_way(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    for _ in range(2):
        assert eprom.told(eprom.service.failed(order))
    assert eprom.form(forlop_id, "pasreg").eprom == "tilgjengelig"
    with eprom.register.store.write(LC) as tx:
        tx.run("update identitet.person set telefon = '+4790000000'")
        orders.order(tx, forlop_id, "pasreg", SMS)
    # What was told is of the first order: it does not touch the second.
    assert eprom.told(eprom.service.failed(order))
    assert eprom.form(forlop_id, "pasreg").eprom == "bestilt"


def test_a_failure_after_the_answer_changes_nothing(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    eprom.told(eprom.service.completed(order, ANSWERS))
    assert eprom.told(eprom.service.failed(order))
    assert eprom.form(forlop_id, "pasreg").status == 1


@pytest.mark.parametrize(
    ("given", "stored", "left_out"),
    [
        ({"PRSpm1": "3", "PRSpm2": 4.0}, {"PRSpm1": 3, "PRSpm2": 4}, []),
        ({"prspm1": 3, "PRSpm2": None, "PRSpm3": ""}, {"PRSpm1": 3}, []),
        ({"PRSpm1": 3, "PRSpm3Mangler": True}, {"PRSpm1": 3, "PRSpm3Mangler": 1}, []),
        ({"PRSpm1": 3, "PRSpm3Mangler": False, "PRSpm3": 2}, {"PRSpm1": 3, "PRSpm3": 2}, []),
        ({"PRSpm1": 3, "PRSpm3Mangler": 1, "PRSpm3": 2}, {"PRSpm1": 3, "PRSpm3Mangler": 1}, ["PRSpm3"]),
        ({"PRSpm1": 3, "Ukjent": 1}, {"PRSpm1": 3}, ["Ukjent"]),
        ({"PRSpm1": 8, "PRSpm2": 4}, {"PRSpm2": 4}, ["PRSpm1"]),
        ({"PRSpm1": "mye", "PRSpm2": 4}, {"PRSpm2": 4}, ["PRSpm1"]),
        ({"PRSpm1": [3], "PRSpm2": 4, "PRSpm3": 900}, {"PRSpm2": 4}, ["PRSpm1", "PRSpm3"]),
        ({"PRSpm1": 3, "PasDelUfylPR": 0, "GrManglUtfylPR": 5}, {"PRSpm1": 3}, ["GrManglUtfylPR", "PasDelUfylPR"]),
        ({"PRSpm1": 3, "PRSpm2": {"a": 1}, "PRSpm3": float("nan")}, {"PRSpm1": 3}, ["PRSpm2", "PRSpm3"]),
        ({"PRSpm1": 3, "PRSpm2": 10**4000}, {"PRSpm1": 3}, ["PRSpm2"]),
        # Of a question that is answered twice nobody knows which answer is meant.
        ({"PRSpm1": 3, "PRSpm2": 1, "prspm2": 2}, {"PRSpm1": 3}, ["PRSpm2", "prspm2"]),
        # A name that no field has may hold anything, and is not repeated.
        ({"PRSpm1": 3, "01816012345": 1, "x" * 5000: 1, "\ud800": 1}, {"PRSpm1": 3}, ["…"]),
    ],
)
def test_what_cannot_be_stored_is_left_out_and_said_and_the_rest_stays(
    eprom: World, given: dict[str, Any], stored: dict[str, Any], left_out: list[str]
) -> None:
    forlop_id, order = eprom.sent_out()
    assert eprom.told(eprom.service.completed(order, given))
    assert eprom.answers(forlop_id) == {**stored, "DatoUfylPR": "2026-11-23", "PasDelUfylPR": 1}
    assert eprom.events(forlop_id) == ([("svar fra ePROM utelatt", {"felt": left_out})] if left_out else [])


@pytest.mark.parametrize("given", [{}, {"Ukjent": 1}, {"PRSpm1": 99}])
def test_a_form_without_an_answer_is_not_stored_as_answered(eprom: World, given: dict[str, Any]) -> None:
    forlop_id, order = eprom.sent_out()
    assert eprom.told(eprom.service.completed(order, given))
    assert eprom.form(forlop_id, "pasreg").status == -1
    assert ("svar fra ePROM ikke lagret", {"grunn": "ingenting besvart"}) in eprom.events(forlop_id)


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({"timestampUtc": "2026-11-23T22:59:00Z"}, "2026-11-23"),
        ({"timestampUtc": "2026-11-23T23:30:00.1234567Z"}, "2026-11-24"),
        ({"timestampUtc": "2026-11-23T23:30:00"}, "2026-11-24"),
        ({"timestampUtc": None, "timestamp": "2026-11-24T00:30:00.1234567"}, "2026-11-24"),
        ({"timestampUtc": None, "timestamp": "2026-11-24T00:30:00+01:00"}, "2026-11-24"),
        ({"timestampUtc": "tull", "timestamp": "tull"}, "2026-11-25"),
        ({"timestampUtc": "2030-01-01T12:00:00Z"}, "2026-11-25"),
        # Times that were never set, or are from before the form was ordered.
        ({"timestampUtc": "0001-01-01T00:00:00"}, "2026-11-25"),
        ({"timestampUtc": None, "timestamp": "0001-01-01T00:00:00"}, "2026-11-25"),
        ({"timestampUtc": "9999-12-31T23:59:59-14:00"}, "2026-11-25"),
        ({"timestampUtc": "2026-11-20T12:00:00Z"}, "2026-11-25"),
    ],
)
def test_the_day_is_the_one_it_was_in_norway_when_the_patient_answered(
    eprom: World, fields: dict[str, Any], day: str
) -> None:
    forlop_id, order = eprom.sent_out()
    eprom.at(25, 12, 0)
    assert eprom.told(eprom.service.completed(order, ANSWERS, **fields))
    assert eprom.answers(forlop_id)["DatoUfylPR"] == day


@pytest.mark.parametrize(
    "spoil",
    [
        {"formOrderStatus": 0},
        {"formOrderStatus": "completed"},
        {"notificationChannel": "DigitalMailbox"},
        {"formData": json.dumps(ANSWERS)},
        {"formDataWarnings": None, "formOrderEventLog": None, "filledOutBy": None},
        {"notificationChannel": "Brevdue", "formOrderStatusErrorCode": "Noe nytt"},
        {"notificationChannel": [1], "formDataWarnings": "x", "formOrderEventLog": 5},
    ],
)
def test_the_contracts_ways_of_writing_are_read(eprom: World, spoil: dict[str, Any]) -> None:
    forlop_id, order = eprom.sent_out()
    call = {k: v for k, v in eprom.service.completed(order, ANSWERS, **spoil).items() if v is not None}
    assert eprom.told(call)
    assert eprom.answers(forlop_id).items() >= ANSWERS.items()


def test_a_form_post_is_read_too(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    call = {name: str(value) for name, value in eprom.service.completed(order, ANSWERS).items()}
    assert eprom.http.put("/api/PromsFormOrder", data=call).json() == {"success": True}
    assert eprom.answers(forlop_id).items() >= ANSWERS.items()


@pytest.mark.parametrize(
    "spoil",
    [
        {"formData": "{"},
        {"formData": "[]"},
        {"formData": None},
        {"formOrderId": "x"},
        {"formOrderStatus": 17},
        {"formOrderStatus": "Noe nytt"},
        {"formOrderStatus": "9" * 5000},
        {"formOrderStatus": [0]},
        {"formData": json.dumps({f"felt{n}": 1 for n in range(500)})},
        {"formData": "[" * 100_000},
    ],
)
def test_what_the_contract_does_not_know_is_refused_and_nothing_stored(eprom: World, spoil: dict[str, Any]) -> None:
    forlop_id, order = eprom.sent_out()
    answer = eprom.http.put("/api/PromsFormOrder", json=eprom.service.completed(order, ANSWERS) | spoil)
    assert (answer.status_code, answer.json()) == (400, {"success": False})
    assert eprom.form(forlop_id, "pasreg").status == -1


@pytest.mark.parametrize("key", ["", "feil", API_KEY + "x", None, 5, [API_KEY]])
def test_who_does_not_have_the_key_is_refused(eprom: World, key: Any) -> None:
    forlop_id, order = eprom.sent_out()
    answer = eprom.http.put("/api/PromsFormOrder", json=eprom.service.completed(order, ANSWERS) | {"apiKey": key})
    assert (answer.status_code, answer.json()) == (401, {"success": False})
    assert eprom.form(forlop_id, "pasreg").status == -1


def test_a_page_of_another_site_cannot_tell_us_anything(eprom: World) -> None:
    _, order = eprom.sent_out()
    headers = {"Origin": "https://en.annen"}
    answer = eprom.http.put("/api/PromsFormOrder", json=eprom.service.completed(order, ANSWERS), headers=headers)
    assert answer.status_code == 403


def test_nothing_of_an_answer_is_logged(eprom: World, caplog: pytest.LogCaptureFixture) -> None:
    forlop_id, order = eprom.sent_out()
    caplog.set_level(logging.DEBUG)
    number = number_of(eprom.register, forlop_id)
    eprom.told(eprom.service.completed(order, {**ANSWERS, number: number}))
    eprom.http.put("/api/PromsFormOrder", content=f'{{"apiKey": "{API_KEY}", "formOrderId": "{number}"}}')
    assert number not in caplog.text and API_KEY not in caplog.text


def test_a_save_that_fails_is_not_said_to_be_taken(eprom: World, monkeypatch: pytest.MonkeyPatch) -> None:
    forlop_id, order = eprom.sent_out()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Tx, "insert", full)
        answer = eprom.http.put("/api/PromsFormOrder", json=eprom.service.completed(order, ANSWERS))
    assert answer.json() == {"success": False}
    assert eprom.told(eprom.service.completed(order, ANSWERS))
    assert eprom.answers(forlop_id).items() >= ANSWERS.items()


def test_an_erased_patients_orders_are_forgotten(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    patient = eprom.register.head(forlop_id).pasient_id
    with eprom.register.store.write(SC) as tx:
        erasure.erase(tx, patient, str(patient), "Brev")
        assert tx.rows("select * from prom.eprom_ordre") == []
    assert not eprom.told(eprom.service.completed(order, ANSWERS))


def test_the_forms_own_clock_closes_it_whatever_eprom_says(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    eprom.told(eprom.service.expired(order))
    assert eprom.form(forlop_id, "pasreg").eprom == "bestilt"
    eprom.at(29, 16, 29)
    eprom.run()
    assert eprom.form(forlop_id, "pasreg").status == -1
    eprom.register.clock.now += timedelta(minutes=1)
    eprom.run()
    assert eprom.form(forlop_id, "pasreg").status == 1

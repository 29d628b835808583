"""Manual: «ePROM», with an ePROM that says the same again in other ways, answers orders that were given up, and callers without the key."""

from __future__ import annotations

import pytest

from ingest.prom import orders
from ingest.prom.outbox import SECURE
from tests.national.eprom_world import ANSWERS, World


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

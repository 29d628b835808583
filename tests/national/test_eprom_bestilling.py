"""Manual: «Skjema sendes automatisk til pasient via ePROM», by ePROM's contract: what an order says, and what each refusal and silence
becomes for the users.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from ingest.prom import jobs, orders
from ingest.prom.outbox import EMAIL, SECURE, SMS
from ingest.prom.outside import channels
from ingest.services.channel import NoReceipt
from ingest.services.national.calls import client
from ingest.services.national.eprom import UNSECURED_RULE, Eprom
from ingest.settings import Settings
from ingest.store import OSLO
from tests.mocks.eprom import API_KEY, FORMS, SETTING
from tests.mocks.server import HANGS_UP, Fault, Reply
from tests.national.eprom_world import World
from tests.spec.eprom import number_of
from tests.support import MOMENT, SC


def order_bodies(eprom: World) -> list[dict[str, Any]]:
    return [json.loads(asked.body) for asked in eprom.service.asked if asked.path == "/api/v2/formorder"]


def message(eprom: World, skjema: str = "pasreg", slag: str = "skjema") -> dict[str, Any]:
    """The state of the newest message about the form, with that of its order."""
    with eprom.register.store.read(SC) as tx:
        row = tx.row(
            "select m.tilstand, m.feil, m.forsok, o.tilstand as bestilling from prom.utboks m join prom.bestilling o "
            "using (bestilling_id) where skjema = ? and slag = ? order by melding_id desc limit 1",
            skjema,
            slag,
        )
    assert row is not None
    return row


def test_an_order_has_the_fields_of_the_contract_and_closes_when_the_form_does(eprom: World) -> None:
    forlop_id, order = eprom.sent_out()
    body = next(body for body in order_bodies(eprom) if body["formId"] == FORMS["pasreg"])
    assert body == {
        "formId": FORMS["pasreg"],
        "nationalId": number_of(eprom.register, forlop_id),
        "expiryDate": "2026-11-29T16:30:00+01:00",
        "metadata": body["metadata"],
        "distributionRule": "Basic",
    }
    assert list(json.loads(body["metadata"])) == ["smertereg_nokkel"]
    assert order.expires == datetime(2026, 11, 29, 16, 30, tzinfo=OSLO)
    assert eprom.service.asked[0].headers["Authorization"] == f"Basic {API_KEY}"
    assert message(eprom) == {"tilstand": "sendt", "feil": None, "forsok": 1, "bestilling": "sendt"}


def test_each_form_goes_out_on_its_own_minute_and_once(eprom: World) -> None:
    eprom.consented()
    for _ in range(2):
        eprom.run_on(23)
        eprom.run_on(24)
    assert [order.skjema for order in eprom.service.orders] == ["pasreg", "hads"]


def test_the_reminder_goes_once_after_three_days_and_has_no_link_of_ours(eprom: World) -> None:
    forlop_id, _ = eprom.sent_out()
    for day in (24, 25, 26, 27):
        eprom.run_on(day)
    found = [m for m in eprom.service.messages if "29.11. kl. 16.30" in m["smsText"]]
    assert [m["nationalId"] for m in found] == [number_of(eprom.register, forlop_id)]
    assert all("/e/" not in m["smsText"] and "smerte" not in m["smsText"].lower() for m in eprom.service.messages)


def test_nobody_with_the_number_is_told_and_the_form_can_be_ordered_in_another_way(eprom: World) -> None:
    forlop_id = eprom.consented()
    eprom.service.unknown = {number_of(eprom.register, forlop_id)}
    eprom.run_on(23)
    told = message(eprom)
    assert (told["tilstand"], told["bestilling"]) == ("feilet", "ikke_sendt")
    assert told["feil"] == "avvist: ePROM finner ingen med pasientens fødselsnummer"
    eprom.do(lambda tx: orders.order(tx, forlop_id, "pasreg", SECURE))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda service: service.withdrawn.add("pasreg"), "avvist: skjemaet er ikke publisert i ePROM"),
        (
            lambda service: service.play(Fault(Reply(400, "No form with id='x' exists"))),
            "avvist: ePROM har ikke skjemaet; se SMERTEREG_EPROM_SKJEMA",
        ),
        (lambda service: service.play(Fault(Reply(400, "noe nytt"))), "avvist: ePROM tok ikke imot bestillingen"),
    ],
)
def test_a_refusal_is_said_in_words_and_not_tried_again(eprom: World, spoil: Any, said: str) -> None:
    eprom.consented()
    spoil(eprom.service)
    eprom.run_on(23)
    assert (message(eprom)["feil"], message(eprom)["tilstand"]) == (said, "feilet")
    assert sum(body["formId"] == FORMS["pasreg"] for body in order_bodies(eprom)) == 1


MOVED = Fault(Reply(308, headers={"Location": "http://127.0.0.1:9/"}))


@pytest.mark.parametrize("fault", [MOVED, *(Fault(Reply(code)) for code in (401, 404, 405, 413, 415, 429, 503))])
def test_what_was_surely_not_placed_is_tried_again(eprom: World, fault: Fault) -> None:
    eprom.consented()
    eprom.service.play(fault)
    eprom.at(23)
    jobs.send(eprom.register.store, eprom.services)
    assert message(eprom)["tilstand"] == "venter"
    eprom.at(23, 16, 36)
    jobs.send(eprom.register.store, eprom.services)
    assert message(eprom)["tilstand"] == "sendt"
    assert [order.skjema for order in eprom.service.orders].count("pasreg") == 1


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize(
    "fault",
    [
        *(HANGS_UP, Fault(cut="middle"), Fault(Reply(504)), Fault(Reply(408)), Fault(Reply(raw=b"<html>"))),
        *(Fault(Reply(raw=b"[" * 100_000)), Fault(Reply(raw=b" " * 2_000_000 + b"{}"))),
    ],
)
def test_an_order_that_may_have_been_placed_is_never_placed_again(eprom: World, fault: Fault, done: bool) -> None:
    forlop_id = eprom.consented()
    eprom.service.play(Fault(fault.reply, fault.cut, done))
    for day in (23, 24, 25):
        eprom.run_on(day)
    assert [order.skjema for order in eprom.service.orders].count("pasreg") == done
    assert message(eprom)["feil"] == "kan ha kommet fram før: kanalen svarte ikke i tide"
    assert eprom.form(forlop_id, "pasreg").eprom == "bestilt"


def test_a_number_that_is_none_of_the_folkeregisters_is_never_given_to_eprom(eprom: World) -> None:
    forlop_id = eprom.consented()
    with eprom.register.store.write(SC) as tx:
        tx.run("update identitet.person set idtype = 'annet', idnr = '80000012345', telefon = '+4790000000'")
    eprom.run_on(23)
    assert eprom.service.asked == []
    eprom.do(lambda tx: orders.order(tx, forlop_id, "pasreg", SMS))
    way = Eprom(eprom.service.address, API_KEY, FORMS, client(), rule=UNSECURED_RULE)
    jobs.send(eprom.register.store, replace(eprom.services, channels={SMS: way}))
    assert eprom.service.asked == []
    assert message(eprom)["feil"] == "ePROM trenger fødselsnummer eller D-nummer, og det har ikke pasienten"


def test_a_d_number_is_given_to_eprom_as_it_is(eprom: World) -> None:
    forlop_id = eprom.consented()
    with eprom.register.store.write(SC) as tx:
        tx.run("update identitet.person set idnr = '41810112345' where idtype = 'fnr'")
    eprom.run_on(23)
    assert {order.number for order in eprom.service.orders} == {"41810112345"}
    assert eprom.form(forlop_id, "pasreg").eprom == "bestilt"


@pytest.mark.parametrize(
    ("address", "key"),
    [("http://[", API_KEY), ("ftp://x", API_KEY), ("", "nøkkel"), ("", "nøkkel\n"), ("", "nokkel\n")],
)
def test_settings_that_cannot_be_used_send_nothing_and_are_not_taken_for_sent(
    eprom: World, address: str, key: str
) -> None:
    eprom.consented()
    eprom.at(23)
    way = Eprom(address or eprom.service.address, key, FORMS, client())
    jobs.send(eprom.register.store, replace(eprom.services, channels={SECURE: way}))
    assert message(eprom)["tilstand"] == "venter" and eprom.service.orders == []


def test_an_answer_that_never_ends_is_not_waited_for(eprom: World) -> None:
    times = iter(range(0, 10_000, 10))
    way = Eprom(eprom.service.address, API_KEY, FORMS, client(), clock=lambda: next(times))
    with pytest.raises(NoReceipt):
        eprom.service.play(Fault(Reply(raw=b" " * 500_000)))
        way.order("01810112345", "pasreg", MOMENT, "nokkel")


def test_no_number_or_key_is_kept_or_shown(eprom: World) -> None:
    forlop_id = eprom.consented()
    number = number_of(eprom.register, forlop_id)
    eprom.service.play(Fault(Reply(400, f"noe om {number} og {API_KEY}")))
    eprom.run_on(23)
    with eprom.register.store.read(SC) as tx:
        kept = str([tx.rows(f"select * from prom.{table}") for table in ("utboks", "bestilling", "eprom_ordre")])
    assert number not in kept and API_KEY not in kept
    assert API_KEY not in repr(eprom.services)


def test_the_unsecured_ways_are_eproms_where_we_have_none_ourselves() -> None:
    given = {"eprom_url": "https://eprom.no", "eprom_nokkel": API_KEY, "eprom_skjema": SETTING, "demo": False}
    found = channels(Settings(**given))  # pyright: ignore[reportArgumentType]
    rules = {kanal: way.rule for kanal, way in found.items() if isinstance(way, Eprom)}
    assert rules == {SECURE: "Basic", SMS: UNSECURED_RULE, EMAIL: UNSECURED_RULE}
    found = channels(Settings(**given, sms_url="https://sms.no/send"))  # pyright: ignore[reportArgumentType]
    assert not isinstance(found[SMS], Eprom)


@pytest.mark.parametrize("skjema", ["pasreg=x", "b11=00000000-0000-0000-0000-000000000001", "pasreg"])
def test_forms_that_are_none_are_refused_when_the_settings_are_read(skjema: str) -> None:
    with pytest.raises(ValueError, match="eprom_skjema"):
        Settings(eprom_url="https://eprom.no", eprom_nokkel=API_KEY, eprom_skjema=skjema)  # pyright: ignore[reportArgumentType]

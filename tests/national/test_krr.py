"""Proves that we get tokens of Maskinporten as its contract says, and read the Kontaktregister's answers by number (manual: «Systemet
sjekker her mot Difiregisteret»).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.access import JOB
from ingest.prom import jobs
from ingest.prom.outbox import SECURE
from ingest.prom.outside import Services
from ingest.services.kontaktregister import Contact
from ingest.services.national.calls import NotUnderstood
from ingest.services.sending import LocalOutbox
from ingest.standin import Refused, ServiceDown
from tests.mocks.server import BUSY, DOWN, HANGS_UP, Fault, Reply
from tests.national.world import NEW, Time, World, number, write
from tests.support import TO, Register

ACTIVE = {"status": "AKTIV", "reservasjon": "NEI", "varslingsstatus": "KAN_VARSLES"}
STALE = ACTIVE | {"varslingsstatus": "KAN_IKKE_VARSLES", "kontaktinformasjon": {"epostadresse": "a@b.no"}}
MAILBOX = {"postkasseadresse": "kari.nordmann#1234", "postkasseleverandoeradresse": "984661185"}
NOBODY, REACHED, RESERVED = Contact(digital=False), Contact(digital=True), Contact(digital=True, reservert=True)
SHE = number().number


@pytest.mark.parametrize(
    ("told", "contact"),
    [
        (ACTIVE, REACHED),
        (STALE, NOBODY),
        (STALE | {"digital_post": MAILBOX}, REACHED),
        (STALE | {"digitalPost": MAILBOX}, REACHED),
        (STALE | {"digital_post": None}, NOBODY),
        (ACTIVE | {"reservasjon": "JA", "reservasjonstidspunkt": "2023-06-29T10:14:52+02"}, RESERVED),
        ({"status": "SLETTET", "reservasjon": "NEI"}, NOBODY),
        ({"status": "IKKE_REGISTRERT", "reservasjon": "NEI"}, NOBODY),
        ({"status": "AKTIV", "reservasjon": "NEI", "digital_post": MAILBOX}, REACHED),
        ({"status": "SLETTET", "reservasjon": "NEI", "digital_post": MAILBOX}, NOBODY),
    ],
)
def test_what_a_person_is_told_by(national: World, told: dict[str, Any], contact: Contact) -> None:
    national.contacts.people = {SHE: told}
    assert national.krr.find(SHE) == contact
    assert national.krr.find(SHE).reachable is (contact == REACHED)


def test_a_krr_that_does_not_say_who_may_be_told_is_not_taken_for_nobody(national: World) -> None:
    national.contacts.people = {SHE: {"status": "AKTIV", "reservasjon": "NEI"}}
    with pytest.raises(Refused, match="mangler tilgang til kontaktinformasjon"):
        national.krr.find(SHE)


def test_a_thousand_are_asked_about_at_a_time_and_told_apart_by_number(national: World) -> None:
    numbers = [f"{serial:011d}" for serial in range(1500)]
    national.contacts.people = {one: ACTIVE if int(one) % 3 else STALE for one in numbers if int(one) % 5}
    told = national.krr.find_many(numbers)
    assert list(told) == numbers
    assert all(told[one] == (REACHED if int(one) % 3 and int(one) % 5 else NOBODY) for one in numbers)
    assert len(national.contacts.asked) == 2
    assert len(national.maskinporten.grants) == 1


def test_a_token_is_kept_until_it_runs_out_and_its_grant_is_never_used_again(national: World) -> None:
    for seconds in (0, 500, 100, 500, 100):
        national.ours.pass_(seconds)
        national.krr.find(SHE)
    assert len({grant["jti"] for grant in national.maskinporten.grants}) == len(national.maskinporten.grants) == 3
    assert all(grant["exp"] - grant["iat"] <= 120 for grant in national.maskinporten.grants)


@pytest.mark.parametrize("fault", [DOWN, BUSY, HANGS_UP, Fault(cut="before", done=True)])
def test_what_passes_is_tried_again_with_a_new_grant(national: World, fault: Fault) -> None:
    national.maskinporten.play(fault, at="/token")
    national.krr.find(SHE)
    assert len({grant["jti"] for grant in national.maskinporten.grants}) == len(national.maskinporten.grants)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda n: setattr(n.maskinporten, "refuses", "MP-250"), "MP-250"),
        (lambda n: write(n.key, NEW), "MP-124"),
        (lambda n: n.ours.pass_(11), "MP-130. Klokken på denne maskinen går 11 sekunder for fort"),
    ],
)
def test_a_refusal_is_told_with_its_code(national: World, wrong: Any, told: str) -> None:
    national.theirs.clock = Time(datetime(2026, 11, 23, 9, tzinfo=UTC)).clock
    wrong(national)
    with pytest.raises(Refused, match=told):
        national.krr.find(SHE)


def test_a_token_that_krr_refuses_is_fetched_anew_once(national: World) -> None:
    national.krr.find(SHE)
    national.contacts.spent = {national.contacts.asked[0].headers["Authorization"].removeprefix("Bearer ")}
    national.krr.find(SHE)
    assert len(national.maskinporten.grants) == 2
    national.contacts.play(Fault(Reply(401)), Fault(Reply(401)))
    with pytest.raises(Refused, match="godtar ikke tilgangen fra Maskinporten"):
        national.krr.find(SHE)


@pytest.mark.parametrize(
    "reply", [Reply(400), Reply(raw=b"<html>"), Reply(content={"personer": [{}]}), Reply(content=[])]
)
def test_an_answer_that_the_contract_does_not_know_is_refused_whole(national: World, reply: Reply) -> None:
    national.contacts.play(Fault(reply))
    with pytest.raises(NotUnderstood) as told:
        national.krr.find(SHE)
    assert SHE not in str(told.value)


def test_a_krr_that_is_down_is_given_up_after_three_tries(national: World) -> None:
    national.contacts.play(DOWN, DOWN, DOWN)
    with pytest.raises(ServiceDown, match="Kontaktregisteret svarte 503"):
        national.krr.find(SHE)


def test_the_job_asks_about_all_its_patients_at_once(national: World, register: Register) -> None:
    for _ in range(4):
        register.save(register.forlop(), "to", TO | {"DatoSamtykke": "2026-11-23"})
    with register.store.read(JOB) as tx:
        numbers = [row["idnr"] for row in tx.rows("select idnr from identitet.person order by pasient_id")]
    national.contacts.people = dict.fromkeys(numbers[:2], ACTIVE) | {numbers[2]: STALE}
    services = Services(national.krr, {SECURE: LocalOutbox()}, "https://eprom.sykehuset.no", hads=True)
    register.clock.turn(hours=8)
    gjort = jobs.send(register.store, services).gjort
    assert len(national.contacts.asked) == 1
    assert gjort["ikke sendt"] == gjort["bestilt"] == 4  # two forms each

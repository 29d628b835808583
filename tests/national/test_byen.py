"""Proves that the mocks of `make run-tjenester` lead through the real flows: what is done at their desks is what the register hears."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from ingest.prom import jobs
from ingest.services.folkeregister import Borger
from tests import accounts
from tests.accounts import ORIGIN
from tests.mocks import town
from tests.mocks.eprom import API_KEY, SETTING
from tests.mocks.server import serving
from tests.national import eprom_world
from tests.national.world import OLD, World, number
from tests.support import Register

PATIENT, STRANGER = number(0), number(1)
HOME = Borger("Åse", "Ødegård", PATIENT.birth_date, 2, "Storgata 5", "0155", "OSLO")


def at_desk(mock: town.Mock, **fields: str) -> str:
    """What the desk says after something was done there."""
    return httpx.post(f"{mock.address}{town.DESK}", data=fields, follow_redirects=True).text


@pytest.fixture
def with_town(national: World) -> Iterator[World]:
    known = {PATIENT.number: HOME}
    with ExitStack() as stack:
        people = stack.enter_context(serving(town.Population(national.theirs.clock, known.get)))
        contacts = stack.enter_context(serving(town.Contacts(national.theirs.clock)))
        yield replace(national, people=people, contacts=contacts)


def test_everybody_who_is_asked_about_lives_there(with_town: World) -> None:
    found = with_town.folkeregister.find_many([PATIENT, STRANGER])
    known, made = found[PATIENT.number], found[STRANGER.number]
    assert known == HOME
    assert made is not None and (made.fodselsdato, made.kjonn) == (STRANGER.birth_date, 2)


def test_what_happens_at_the_desk_is_an_event_that_the_register_reads(with_town: World) -> None:
    with_town.folkeregister.find(PATIENT)
    seen = with_town.folkeregister.changes(None).last
    for what in town.Population.CHANGES:
        at_desk(with_town.people, nummer=PATIENT.number, hva=what)
        heard = with_town.folkeregister.changes(seen)
        assert heard.numbers == {PATIENT.number}
        seen = heard.last
        now = with_town.folkeregister.find(PATIENT)
        assert now is not None and (now.dodsdato is not None) == (what == "død")
    assert now.skjermet and now.etternavn == "Nyheim" and not now.adresse


def test_nine_of_ten_are_digital_and_the_reserved_say_so(with_town: World) -> None:
    numbers = [number(serial).number for serial in range(200)]
    found = with_town.krr.find_many(numbers)
    assert 150 < sum(found[one].digital for one in numbers) < 200
    assert any(found[one].reservert for one in numbers)


@pytest.mark.parametrize("skjema", ["pasreg", "hads", "eval", "opioid"])
def test_the_first_answers_are_answers(skjema: str) -> None:
    given = town.answers(skjema)
    assert len(given) > 2 and all(isinstance(value, int | str) for value in given.values())


def test_the_patient_answers_at_the_desk_and_twice_is_once(register: Register, tmp_path: Path) -> None:
    options = {"eprom_url": "http://localhost", "eprom_nokkel": API_KEY, "eprom_skjema": SETTING}
    with (
        accounts.serving(register, tmp_path, **options) as app,
        TestClient(app, base_url=ORIGIN) as http,
        serving(town.EpromDesk(register.clock, http)) as desk,
    ):
        world = eprom_world.World(register, service=desk, http=http)
        forlop_id, order = world.sent_out()
        assert all(words in httpx.get(f"{desk.address}{town.DESK}").text for words in desk.DEEDS.values())
        for deed in ("svar", "igjen"):
            assert "SmerteReg svarte" in at_desk(desk, ordre=order.id, hva=deed)
        jobs.send(register.store, world.services)
        given = town.answers(order.skjema)
        assert given and given.items() <= world.answers(forlop_id).items()
        assert world.versions(forlop_id) == 1


def test_helseid_asks_who_sits_at_the_machine(with_town: World) -> None:
    door = town.HelseIdDoor(with_town.theirs.clock, {"Kari": PATIENT.number}, OLD)
    with serving(door):
        door.pushed = {f"urn:{nr}": {"state": "s", "redirect_uri": ORIGIN, "nonce": "n"} for nr in range(3)}
        for nr, (words, pid, level) in enumerate(
            (("Kari", PATIENT.number, "4"), ("nivå 3", PATIENT.number, "3"), ("Avbryt", "", "4"))
        ):
            shown = httpx.get(
                f"{door.address}/connect/authorize?client_id=smertereg-innlogging&request_uri=urn:{nr}"
            ).text
            chosen = [link for link in re.findall(r"<a href='([^']+)'>([^<]*)", shown) if words in link[1]]
            sent = httpx.get(door.address + chosen[0][0].replace("&amp;", "&"))
            assert sent.status_code == 302 and ("error=" in sent.headers["location"]) == (words == "Avbryt")
            assert (door.pid, door.level) == (pid, level)

"""Manual: «Fødselsnummer og navn blir hentet direkte fra folkeregister», in a register in operation, through Persontjenesten."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.web import resources, session
from checks.identity import Fodselsnummer
from ingest.access import JOB
from ingest.registration import events, patients, population
from ingest.services.folkeregister import NoFolkeregister
from ingest.services.national.persontjenesten import Persontjenesten
from ingest.settings import Settings
from ingest.standin import ServiceDown
from tests.mocks.helseid import CLIENT
from tests.mocks.persontjenesten import discontinued, home, in_use, now, person
from tests.mocks.server import Fault, Reply
from tests.national.world import World, number
from tests.support import LU, SC, Register

PAGE = Path(__file__).parents[2] / "app" / "pages" / "ny_registrering.py"
SHE, OTHER, THIRD = number(0), number(1), number(2)
DEAD = {"deceasedDate": "2026-11-20T00:00:00", "isValid": True}


def known(register: Register, who: Fodselsnummer, national: World) -> int:
    """A patient whom the Folkeregister was asked about today."""
    national.people.people.append(person(who.number))
    with register.store.write(LU) as tx:
        return patients.create(tx, who, national.folkeregister.find(who))


def ask(register: Register, national: World) -> dict[str, int]:
    outcome = population.update(register.store, national.folkeregister)
    assert outcome.feil == []
    return outcome.gjort


def read(register: Register, pasient_id: int) -> patients.Pasient:
    with register.store.read(SC) as tx:
        return patients.get(tx, pasient_id)


def last(register: Register) -> str | None:
    with register.store.read(JOB) as tx:
        return events.last(tx)


def test_an_event_is_taken_the_same_day_and_nobody_else_is_asked_about(register: Register, national: World) -> None:
    first, second = known(register, SHE, national), known(register, OTHER, national)
    national.people.happens(THIRD.number)
    assert ask(register, national) == {}
    asked = len(national.people.asked)
    national.people.happens(SHE.number, "PersonIsDeceased", death=DEAD)
    national.people.happens(THIRD.number, "PersonIsDeceased")
    assert ask(register, national) == {"kontrollert": 1, "døde": 1}
    bodies = b"".join(one.body for one in national.people.asked[asked:]).decode()
    assert SHE.number in bodies and OTHER.number not in bodies and THIRD.number not in bodies
    assert (read(register, first).dodsdato, read(register, second).dodsdato) == (date(2026, 11, 20), None)


def test_a_death_that_is_withdrawn_is_taken_back_by_its_event(register: Register, national: World) -> None:
    patient = known(register, SHE, national)
    national.people.happens(OTHER.number)
    ask(register, national)
    national.people.happens(SHE.number, "PersonIsDeceased", death=DEAD)
    ask(register, national)
    national.people.happens(SHE.number, "ChangeInDeath", death=DEAD | {"isValid": False})
    ask(register, national)
    assert (read(register, patient).avdod, read(register, patient).dodsdato) == (0, None)


@pytest.mark.parametrize("times", [1, 2])
def test_a_new_number_and_a_protected_address_come_by_events(register: Register, national: World, times: int) -> None:
    patient = known(register, SHE, national)
    national.people.happens(OTHER.number)
    ask(register, national)
    for _ in range(times):
        national.people.happens(
            SHE.number,
            "ChangeInNorwegianIdentificationNumber",
            norwegianIdentificationNumber=[discontinued(SHE.number), in_use(OTHER.number)],
            addressProtection=[now(protectionLevel="StrictlyConfidential")],
        )
        ask(register, national)
    with register.store.read(SC) as tx:
        assert patients.reveal(tx, patient) == OTHER.number
        assert patients.with_number(tx, SHE.number) == patient
    found = read(register, patient)
    assert (found.skjermet, found.adresse, found.postnr) == (True, None, None)


def test_who_could_not_be_asked_about_is_asked_about_the_next_time_and_the_events_are_read_on(
    register: Register, national: World
) -> None:
    patient = known(register, SHE, national)
    national.people.happens(OTHER.number)
    ask(register, national)
    national.people.happens(SHE.number, "PersonIsDeceased", death=DEAD)
    national.people.play(*(30 * [Fault(Reply(503))]), at="person/")
    before = last(register)
    assert ask(register, national) == {"utsatt": 1}
    assert last(register) != before
    national.people.stop()
    assert ask(register, national) == {"kontrollert": 1, "døde": 1}
    assert read(register, patient).avdod == 1
    assert ask(register, national) == {}


def test_a_number_that_the_service_stumbles_over_keeps_no_others_waiting(register: Register, national: World) -> None:
    ids = [known(register, number(serial), national) for serial in range(3)]
    register.clock.turn(days=40)
    for one in national.people.people:
        one["name"] = [now(givenName="Ny", familyName="Etternavn")]
    national.people.stumbles = {number(1).number}
    gjort = ask(register, national)
    assert (gjort["kontrollert"], gjort["utsatt"]) == (2, 1)
    assert [read(register, one).fornavn for one in ids] == ["Ny", "Kari", "Ny"]


def test_a_refusal_is_told_once_and_makes_the_job_fail(register: Register, national: World) -> None:
    for serial in range(3):
        known(register, number(serial), national)
    register.clock.turn(days=40)
    national.people.forbidden = True
    outcome = population.update(register.store, national.folkeregister)
    assert outcome.gjort == {"utsatt": 3}
    assert outcome.feil == ["Persontjenesten gir ikke denne klienten tilgang (403)"]


def settings(register: Register, national: World) -> Settings:
    return Settings(
        data=register.store.path.parent,
        helseid_url=national.helseid.address,
        helseid_klient=CLIENT,
        helseid_nokkel=national.key,
        persontjenesten_url=national.people.address,
    )


def test_the_settings_choose_persontjenesten(
    register: Register, national: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register.store, "demo", False)
    assert isinstance(population.folkeregister(register.store, Settings()), NoFolkeregister)
    assert isinstance(population.folkeregister(register.store, settings(register, national)), Persontjenesten)


def search(register: Register, national: World, monkeypatch: pytest.MonkeyPatch, text: str) -> AppTest:
    """Ny registrering after a search by this number."""
    monkeypatch.setattr(session, "current_actor", lambda: LU)
    page = AppTest.from_file(str(PAGE), default_timeout=30).run()
    page.text_input(key="ny_nummer").input(text)
    page.button[0].click().run()
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    return " ".join(html.proto.body for html in page.get("html"))  # type: ignore[attr-defined]


@pytest.fixture
def held(register: Register, national: World):
    opened = resources.Resources(settings(register, national), register.store, national.folkeregister)
    with resources.holding(nullcontext(opened)):
        yield opened


@pytest.mark.usefixtures("held")
def test_name_and_address_are_shown_and_registered(
    register: Register, national: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    national.people.people = [person(SHE.number)]
    page = search(register, national, monkeypatch, SHE.number)
    assert "Kari Nordmann" in said(page) and "Storgata 5B, 0155 OSLO" in said(page)
    page.button(key="ny_opprett").click().run()
    with register.store.read(SC) as tx:
        patient = patients.with_number(tx, SHE.number)
    assert patient is not None
    assert read(register, patient).navn == "Kari Nordmann"


@pytest.mark.usefixtures("held")
def test_a_protected_address_is_never_shown_or_kept(
    register: Register, national: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = home("Hemmelig vei", "13", None, "9999", "SKJULT", "StrictlyConfidential")
    national.people.people = [person(SHE.number, residentialAddress=[secret])]
    page = search(register, national, monkeypatch, SHE.number)
    assert "Hemmelig" not in said(page) and "Skjermet i Folkeregisteret" in said(page)
    page.button(key="ny_opprett").click().run()
    with register.store.read(JOB) as tx:
        assert "Hemmelig" not in str(tx.rows("select * from identitet.person"))


@pytest.mark.usefixtures("held")
def test_a_patient_is_registered_with_the_number_that_holds_now_and_found_by_both(
    register: Register, national: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [discontinued(SHE.number), in_use(OTHER.number)]
    national.people.people = [person(OTHER.number, norwegianIdentificationNumber=numbers)]
    page = search(register, national, monkeypatch, SHE.number)
    assert "Nummeret er byttet" in said(page)
    page.button(key="ny_opprett").click().run()
    with register.store.read(SC) as tx:
        patient = patients.with_number(tx, OTHER.number)
        assert patient is not None
        assert patients.with_number(tx, SHE.number) == patient
        assert patients.reveal(tx, patient) == OTHER.number


@pytest.mark.usefixtures("held")
def test_a_patient_who_is_known_by_the_new_number_is_not_registered_again(
    register: Register, national: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = known(register, OTHER, national)
    national.people.people[0]["norwegianIdentificationNumber"] = [discontinued(SHE.number), in_use(OTHER.number)]
    search(register, national, monkeypatch, SHE.number)
    with register.store.read(SC) as tx:
        assert patients.with_number(tx, SHE.number) == patient
        assert len(tx.rows("select * from register.pasient")) == 1


def test_no_number_token_or_key_is_told_whatever_goes_wrong(
    register: Register, national: World, caplog: pytest.LogCaptureFixture
) -> None:
    known(register, SHE, national)
    register.clock.turn(days=40)
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    for fault in (
        Fault(Reply(500, content=SHE.number)),
        Fault(Reply(400, content={"nin": SHE.number})),
        Fault(Reply(raw=b"x")),
    ):
        national.people.play(fault, at="get-by-nin")
        with pytest.raises(ServiceDown) as error:
            national.folkeregister.find(SHE)
        told.append(str(error.value))
    national.helseid.refuses = SHE.number
    national.ours.pass_(national.helseid.lives)
    outcome = population.update(register.store, national.folkeregister)
    token = national.people.asked[0].headers["Authorization"].partition(" ")[2]
    everything = "\n".join([*told, *outcome.feil, caplog.text])
    assert outcome.feil
    for secret in (SHE.number, token, token.split(".")[2], national.key.read_text()[20:60]):
        assert secret not in everything

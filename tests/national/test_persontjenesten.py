"""Proves what we read of Persontjenesten's answers: the person's name, number, death and home as they hold now, and no address that
is protected (manual: «Fødselsnummer og navn blir hentet direkte fra folkeregister»).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ingest.services.folkeregister import Borger, Changes
from ingest.services.national.calls import NotUnderstood
from ingest.services.national.persontjenesten import EVENTS, PAGES
from ingest.standin import Refused, ServiceDown
from tests.mocks.persontjenesten import FIRST_EVENT, discontinued, former, home, in_use, now, person
from tests.mocks.server import DOWN, Fault, Reply
from tests.national.world import World, number

SHE, OTHER = number(0), number(1)
KARI = Borger("Kari", "Nordmann", date(1960, 3, 14), 2, "Storgata 5B", "0155", "OSLO")


def found(national: World, **parts: object) -> Borger | None:
    national.people.people = [person(SHE.number, **parts)]
    return national.folkeregister.find(SHE)


def test_a_person_is_found_by_number(national: World) -> None:
    assert found(national) == KARI
    assert national.folkeregister.find(OTHER) is None


def test_the_number_goes_in_the_body_and_never_in_the_address(national: World) -> None:
    found(national)
    national.folkeregister.find_many([SHE, OTHER])
    assert all(SHE.number not in asked.url for asked in national.people.asked)
    assert any(SHE.number in asked.body.decode() for asked in national.people.asked)


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        (
            {
                "name": [
                    former(now(givenName="Kari", familyName="Hansen")),
                    now(givenName="Kari Anne", middleName="Moe", familyName="Li"),
                ]
            },
            {"fornavn": "Kari Anne", "etternavn": "Moe Li"},
        ),
        (
            {
                "name": [
                    now(givenName="Kari", familyName="Eldre", validFrom="2001-01-01T00:00:00"),
                    now(givenName="Kari", familyName="Nyere", validFrom="2019-01-01T00:00:00"),
                ]
            },
            {"etternavn": "Nyere"},
        ),
        ({"birth": [now(birthYear=1960)]}, {"fodselsdato": None}),
        ({"birth": [now(birthDate="1960-03-14T23:30:00+01:00")]}, {"fodselsdato": date(1960, 3, 14)}),
        ({"gender": [now(gender="Male")]}, {"kjonn": 1}),
        ({"gender": []}, {"kjonn": None}),
        ({"death": {"deceasedDate": "2026-11-01T00:00:00", "isValid": True}}, {"dodsdato": date(2026, 11, 1)}),
        ({"death": {"deceasedDate": "2026-11-01T00:00:00", "isValid": False}}, {}),
        ({"residentialAddress": []}, {"adresse": "", "postnr": "", "poststed": ""}),
        (
            {"residentialAddress": [now(unknownResidence={"municipalityNumber": "0301"})]},
            {"adresse": "", "postnr": "", "poststed": ""},
        ),
        (
            {
                "residentialAddress": [
                    now(
                        cadastralAddress={
                            "addressAdditionalName": "Nordli",
                            "city": {"postalCode": "2690", "cityName": "SKJÅK"},
                        }
                    )
                ]
            },
            {"adresse": "Nordli", "postnr": "2690", "poststed": "SKJÅK"},
        ),
    ],
)
def test_what_holds_now_is_read(national: World, parts: dict[str, Any], what: dict[str, Any]) -> None:
    assert found(national, **parts) == replace(KARI, **what)


PROTECTED = replace(KARI, adresse="", postnr="", poststed="", skjermet=True)


@pytest.mark.parametrize(
    "parts",
    [
        {"addressProtection": [now(protectionLevel="StrictlyConfidential")]},
        {"addressProtection": [now(protectionLevel="Confidential")], "residentialAddress": []},
        {"addressProtection": [now(protectionLevel="EtNyttNivaa")]},
        {"residentialAddress": [home("Hemmelig vei", "1", None, "0001", "OSLO", "Confidential")]},
        {"residentialAddress": [home("Hemmelig vei", "1", None, "0001", "OSLO", "ClientAddress")]},
    ],
)
def test_a_protected_address_is_not_taken_out_of_the_answer(national: World, parts: dict[str, Any]) -> None:
    assert found(national, **parts) == PROTECTED


def test_a_protection_that_has_ended_protects_no_longer(national: World) -> None:
    assert found(national, addressProtection=[former(now(protectionLevel="Confidential"))]) == KARI


def test_the_number_that_holds_now_is_told_when_it_is_another(national: World) -> None:
    numbers = [discontinued(SHE.number), in_use(OTHER.number)]
    assert found(national, norwegianIdentificationNumber=numbers) == replace(KARI, nummer=OTHER.number)
    assert national.folkeregister.find(OTHER) == KARI


def test_of_a_false_identity_the_right_number_is_told(national: World) -> None:
    right = {"isFalseIdentity": True, "correctIdentityFromIdentificationNumber": OTHER.number}
    told = found(national, falseIdentity=right)
    assert told is not None
    assert told.nummer == OTHER.number


def test_many_are_asked_about_a_hundred_at_a_time_and_told_apart_by_number(national: World) -> None:
    numbers = [number(serial) for serial in range(130)]
    national.people.people = [
        person(one.number, name=[now(givenName=f"Kari{serial}", familyName="Nordmann")])
        for serial, one in enumerate(numbers[:120])
    ]
    national.people.leaves_out = {numbers[7].number}
    told = national.folkeregister.find_many(numbers)
    assert list(told) == [one.number for one in numbers]
    assert [len(asked.form["nins"]) for asked in national.people.asked] == [100, 30]
    names = [borger and borger.fornavn for borger in told.values()]
    assert names == [None if serial == 7 or serial >= 120 else f"Kari{serial}" for serial in range(130)]


def test_a_number_that_was_changed_is_answered_for_among_many(national: World) -> None:
    numbers = [discontinued(SHE.number), in_use(OTHER.number)]
    national.people.people = [person(OTHER.number, norwegianIdentificationNumber=numbers)]
    told = national.folkeregister.find_many([SHE])
    assert told == {SHE.number: replace(KARI, nummer=OTHER.number)}


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_who_have_had_a_number_it_is_the_ones_who_has_it_now(national: World, first: int) -> None:
    split = person(SHE.number, name=[now(givenName="Ny", familyName="Igjen")])
    other = person(OTHER.number, norwegianIdentificationNumber=[discontinued(SHE.number), in_use(OTHER.number)])
    national.people.people = [split, other] if first else [other, split]
    told = national.folkeregister.find_many([SHE, OTHER])
    assert [(b.fornavn, b.nummer) for b in told.values() if b] == [("Ny", None), ("Kari", None)]


def test_an_event_that_is_none_is_not_understood(national: World) -> None:
    for results in ([None], [{"nin": SHE.number}], ["x"], {}, None):
        national.people.play(Fault(Reply(content={"results": results})), at="/event")
        if results == {}:
            assert national.folkeregister.changes("1") == Changes(frozenset(), "1")
            continue
        with pytest.raises(NotUnderstood):
            national.folkeregister.changes("1")


def test_events_are_read_on_from_the_last_one(national: World) -> None:
    national.people.people = [person(SHE.number), person(OTHER.number)]
    service = national.folkeregister
    assert service.changes(None) == Changes(frozenset(), None)
    national.people.happens(OTHER.number)
    start = service.changes(None)
    assert start == Changes(frozenset(), str(FIRST_EVENT))
    assert service.changes(start.last) == start
    national.people.happens(SHE.number, "PersonIsDeceased")
    national.people.happens(OTHER.number, "MaritalStatusChanged")
    told = service.changes(start.last)
    assert told == Changes(frozenset({SHE.number}), str(FIRST_EVENT + 1))


def test_a_burst_of_events_is_read_page_by_page_and_the_rest_the_next_time(national: World) -> None:
    national.people.happens(OTHER.number)
    start = national.folkeregister.changes(None)
    for _ in range(2500):
        national.people.happens(SHE.number)
    assert national.folkeregister.changes(start.last) == Changes(frozenset({SHE.number}), str(FIRST_EVENT + 2500))
    pages = [asked for asked in national.people.asked if asked.path.endswith("/event")]
    assert len(pages) == 4
    assert set(pages[0].query["eventTypes"]) == set(EVENTS)
    assert len(pages) < PAGES


def test_who_may_not_read_events_asks_for_none(national: World) -> None:
    national.people.happens(OTHER.number)
    restricted = replace(national.folkeregister, access="restricted-access")
    assert restricted.changes("1") == Changes(frozenset(), "1")
    assert national.people.asked == []


def test_a_client_without_the_right_is_told_so(national: World) -> None:
    national.people.forbidden = True
    with pytest.raises(Refused, match="gir ikke denne klienten tilgang"):
        national.folkeregister.find(SHE)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(raw=b"<html>"),
        Reply(content=[]),
        Reply(content={"name": "Kari"}),
        Reply(content={"birth": [now(birthDate="i går")]}),
        Reply(400, {"title": "Bad request"}),
        Reply(410),
    ],
)
def test_an_answer_that_the_contract_does_not_know_is_refused_whole(national: World, reply: Reply) -> None:
    national.people.play(Fault(reply))
    with pytest.raises(NotUnderstood) as told:
        national.folkeregister.find(SHE)
    assert SHE.number not in f"{told.value}"


def test_a_service_that_is_down_for_a_moment_is_asked_again(national: World) -> None:
    national.people.people = [person(SHE.number)]
    national.people.play(DOWN, DOWN)
    assert national.folkeregister.find(SHE) == KARI
    national.people.play(Fault(Reply(500)))
    with pytest.raises(ServiceDown, match="500"):
        national.folkeregister.find(SHE)


def test_a_token_that_runs_out_midway_is_renewed(national: World) -> None:
    national.people.people = [person(SHE.number)]
    for _ in range(3):
        assert national.folkeregister.find(SHE) == KARI
        national.ours.pass_(national.helseid.lives - 5)
    assert len(national.helseid.assertions) == 3

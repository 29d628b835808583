"""Proves that PVK is asked by the contract of ePROM, through its faults, and each night about those nobody has answered for."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from app.work import doctor_services, scheduled
from app.work.doctor import OK, WRONG
from checks.errors import RegisterError
from checks.timetable import POPULATION
from ingest.prom import pvk
from ingest.services.national.calls import NotUnderstood
from ingest.settings import Settings
from ingest.standin import Refused, ServiceDown
from tests import support
from tests.mocks.eprom import API_KEY, SETTING
from tests.mocks.personvern import ASK, LIST, PVK_ID, SET
from tests.mocks.server import BUSY, DOWN, HALF, HANGS_UP, Fault, Reply
from tests.national.eprom_world import World
from tests.national.pvk_world import PVK_DOWN, number, service, status, told
from tests.support import LU, SC


def test_asking_has_the_fields_of_the_contract_and_the_key_as_it_is(pvk_world: World) -> None:
    of = number(pvk_world, pvk_world.register.patient())
    assert service(pvk_world).is_reserved(of) is False
    pvk_world.service.pvk.put(of, reserved=True)
    assert service(pvk_world).is_reserved(of) is True
    [first, _] = pvk_world.service.asked
    assert json.loads(first.body) == {"nationalId": of, "type": 0, "pvkId": PVK_ID}
    assert first.headers["Authorization"] == f"Basic {API_KEY}" and of not in first.url


def test_setting_twice_is_no_error_and_says_that_nothing_was_new(pvk_world: World) -> None:
    of = number(pvk_world, pvk_world.register.patient())
    assert [service(pvk_world).set(of, reserved=True) for _ in range(2)] == [True, False]
    assert pvk_world.service.pvk.reserved == {of}
    assert service(pvk_world).set(of, reserved=False) is True


def test_the_list_is_read_page_by_page(pvk_world: World) -> None:
    every = {number(pvk_world, pvk_world.register.patient()) for _ in range(5)}
    for one in every:
        pvk_world.service.pvk.put(one, reserved=True)
    assert service(pvk_world).everybody() == every
    assert [json.loads(one.body)["pagingReference"] for one in pvk_world.service.asked] == [0, 2, 4]


def test_a_page_that_comes_again_ends_the_list_and_not_in_the_middle(pvk_world: World) -> None:
    for _ in range(3):
        pvk_world.service.pvk.put(number(pvk_world, pvk_world.register.patient()), reserved=True)
    pvk_world.service.pvk.repeats = True
    with pytest.raises(NotUnderstood, match="samme side"):
        service(pvk_world).everybody()
    assert len(pvk_world.service.asked) == 2


@pytest.mark.parametrize("fault", [PVK_DOWN, BUSY, DOWN, HANGS_UP, HALF])
def test_a_fault_that_passes_is_asked_through(pvk_world: World, fault: Fault) -> None:
    of = number(pvk_world, pvk_world.register.patient())
    pvk_world.service.pvk.put(of, reserved=True)
    pvk_world.service.play(fault, at=ASK)
    assert service(pvk_world).is_reserved(of) is True


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        (Fault(Reply(400, "nationalId must be 11 characters")), Refused, "SMERTEREG_EPROM_PVK"),
        (Fault(Reply(401)), Refused, "SMERTEREG_EPROM_NOKKEL"),
        (Fault(Reply(500, "01815049999")), ServiceDown, "svarte 500"),
        (Fault(Reply(404)), ServiceDown, "svarte 404"),
        (Fault(Reply(200, raw=b"<html>")), NotUnderstood, "noe annet enn avtalt"),
        (Fault(Reply(200, [1])), NotUnderstood, "noe annet enn avtalt"),
        (Fault(Reply(200, {"status": 2})), NotUnderstood, "noe annet enn avtalt"),
        (Fault(Reply(200, {"status": True})), NotUnderstood, "noe annet enn avtalt"),
        (Fault(Reply(200, {})), NotUnderstood, "noe annet enn avtalt"),
    ],
)
def test_a_fault_that_does_not_pass_is_said_without_the_number(
    pvk_world: World, fault: Fault, error: type[ServiceDown], said: str
) -> None:
    of = number(pvk_world, pvk_world.register.patient())
    pvk_world.service.play(fault, at=ASK)
    with pytest.raises(error, match=said) as raised:
        service(pvk_world).is_reserved(of)
    assert of not in str(raised.value) and "0181" not in str(raised.value) and API_KEY not in repr(service(pvk_world))


def test_three_failures_of_pvk_are_enough_for_one_question(pvk_world: World) -> None:
    pvk_world.service.play(*[PVK_DOWN] * 9, at=ASK)
    with pytest.raises(ServiceDown, match="502"):
        service(pvk_world).is_reserved(number(pvk_world, pvk_world.register.patient()))
    assert len(pvk_world.service.asked) == 3


def test_an_answer_that_never_ends_is_given_up(pvk_world: World) -> None:
    seconds = iter(range(0, 1000, 6))
    with pytest.raises(ServiceDown):
        service(pvk_world, clock=lambda: next(seconds), limit=5).is_reserved(
            number(pvk_world, pvk_world.register.patient())
        )


def test_the_first_night_reads_the_list_once_and_the_next_ask_about_those_who_are_new(pvk_world: World) -> None:
    first, second, third = (pvk_world.register.patient() for _ in range(3))
    pvk_world.service.pvk.put(number(pvk_world, second), reserved=True)
    assert pvk.update(pvk_world.register.store, service(pvk_world)).gjort == {"reservert": 1, "ikke reservert": 2}
    assert [status(pvk_world, one) for one in (first, second, third)] == [0, 1, 0]
    assert pvk_world.service.paths() == [LIST]
    fourth = pvk_world.register.patient()
    assert pvk.update(pvk_world.register.store, service(pvk_world)).gjort == {"ikke reservert": 1}
    assert pvk_world.service.paths() == [LIST, ASK]
    assert status(pvk_world, fourth) == 0
    assert pvk.update(pvk_world.register.store, service(pvk_world)).gjort == {}


def test_the_list_cut_in_the_middle_answers_for_nobody_and_is_read_again(pvk_world: World) -> None:
    patients_ = [pvk_world.register.patient() for _ in range(5)]
    for one in patients_:
        pvk_world.service.pvk.put(number(pvk_world, one), reserved=True)
    calls = iter([None, Fault(Reply(500))])
    answer = pvk_world.service.pvk.answer

    def second_fails(path: str, body: dict[str, Any]) -> Reply:
        fault = next(calls, None)
        return fault.reply if fault and fault.reply else answer(path, body)

    pvk_world.service.pvk.answer = second_fails
    assert pvk.update(pvk_world.register.store, service(pvk_world)).gjort == {"utsatt": 5}
    assert {status(pvk_world, one) for one in patients_} == {None}
    assert pvk.update(pvk_world.register.store, service(pvk_world)).gjort == {"reservert": 5}
    assert {status(pvk_world, one) for one in patients_} == {1}


def test_the_list_killed_between_two_writes_is_read_again_and_gives_the_same(
    pvk_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    patients_ = [pvk_world.register.patient() for _ in range(4)]
    for one in patients_[:3]:
        pvk_world.service.pvk.put(number(pvk_world, one), reserved=True)
    monkeypatch.setattr(pvk, "BATCH", 1)
    write, left = pvk_world.register.store.write, iter([True, True, False])

    def killed(actor: support.Actor) -> Any:
        if not next(left, True):
            raise KeyboardInterrupt
        return write(actor)

    monkeypatch.setattr(pvk_world.register.store, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        pvk.update(pvk_world.register.store, service(pvk_world))
    assert sorted(str(status(pvk_world, one)) for one in patients_) == ["1", "1", "None", "None"]
    pvk.update(pvk_world.register.store, service(pvk_world))
    assert [status(pvk_world, one) for one in patients_] == [1, 1, 1, 0]
    with pvk_world.register.store.read(SC) as tx:
        assert len(tx.rows("select 1 from register.reservasjon")) == 4


def test_a_letter_holds_though_pvk_has_no_reservation_until_the_patient_lifts_it_there(pvk_world: World) -> None:
    from ingest.prom import reservasjon

    patient = pvk_world.register.patient()
    pvk_world.do(lambda tx: reservasjon.receive(tx, patient, "brev", date(2026, 11, 20), "Brev i arkivet"), SC)
    assert pvk.ask(pvk_world.register.store, service(pvk_world), SC, patient) is False
    assert status(pvk_world, patient) == 1
    pvk.tell(pvk_world.register.store, service(pvk_world), SC, patient)
    assert pvk_world.service.pvk.reserved == {number(pvk_world, patient)} and pvk_world.service.paths()[-1] == SET
    pvk_world.service.pvk.put(number(pvk_world, patient), reserved=False)
    assert told(pvk_world, number(pvk_world, patient), "IRES") == (200, True)
    assert status(pvk_world, patient) == 0


def test_sc_asks_about_one_patient_and_is_told_when_pvk_is_silent(pvk_world: World) -> None:
    patient = pvk_world.register.patient()
    assert pvk.ask(pvk_world.register.store, service(pvk_world), SC, patient) is False
    assert status(pvk_world, patient) == 0
    pvk_world.service.play(Fault(Reply(500)), at=ASK)
    with pytest.raises(RegisterError, match="svarer ikke nå"):
        pvk.ask(pvk_world.register.store, service(pvk_world), SC, patient)
    with pytest.raises(RegisterError) as refused:
        pvk.ask(pvk_world.register.store, service(pvk_world), LU, patient)
    assert refused.value.code == "REG-060"


def test_the_doctor_asks_about_nobody_and_the_job_of_the_night_asks_about_everybody(pvk_world: World) -> None:
    options: dict[str, Any] = {"eprom_nokkel": API_KEY, "eprom_skjema": SETTING, "reservasjon_fra": "2022-12-01"}
    settings = Settings(
        data=pvk_world.register.store.path.parent, eprom_url=pvk_world.service.address, eprom_pvk=PVK_ID, **options
    )
    found = {one.om: one.tilstand for one in doctor_services.tried(settings)}
    assert found["personvern"] == OK
    pvk_world.service.api_key = "en annen"
    assert {one.om: one.tilstand for one in doctor_services.tried(settings)}["personvern"] == WRONG
    pvk_world.service.api_key = API_KEY
    patient = pvk_world.register.patient()
    scheduled.run(pvk_world.register.store, settings, POPULATION)
    assert status(pvk_world, patient) == 0

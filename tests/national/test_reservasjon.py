"""Reservations through PVK and ePROM: told, asked, listed, with every fault of the contract, and what they do to what is under way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.work import doctor_services, scheduled
from app.work.doctor import OK, WRONG
from checks import eprom as schedule
from checks.closing_reasons import NO_CONSENT
from checks.errors import RegisterError
from checks.timetable import POPULATION
from ingest.prom import jobs, orders, pvk
from ingest.prom.outbox import SECURE
from ingest.registration import forlop, patients, reservation_cases, reservations, reserved_remains
from ingest.services.national.calls import Caller, NotUnderstood, client
from ingest.services.national.personvern import SERVICE, Personvern
from ingest.settings import Settings
from ingest.standin import Refused, ServiceDown
from tests import support
from tests.mocks.eprom import API_KEY, SETTING
from tests.mocks.personvern import ASK, LIST, PVK_ID, SET
from tests.mocks.server import BUSY, DOWN, HALF, HANGS_UP, Fault, Reply
from tests.national import eprom_world
from tests.national.eprom_world import ANSWERS, World
from tests.support import LU, SC, Register

ADDRESS = "/api/PersonvernInnstilling"
KEY = {"Authorization": f"Basic {API_KEY}"}
PVK_DOWN = Fault(Reply(502, {"statusCode": 500, "status": "Feil", "message": "PVK svarer ikke for 01815049999"}))


@pytest.fixture
def world(register: Register) -> Iterator[World]:
    with eprom_world.world(register, eprom_pvk=PVK_ID, reservasjon_fra="2022-12-01") as here:
        yield here


def service(world: World, key: str = API_KEY, **more: Any) -> Personvern:
    caller = Caller(SERVICE, client(), sleep=lambda _: None, **more)
    return Personvern(world.service.address, key, PVK_ID, caller)


def number(world: World, patient: int) -> str:
    with world.register.store.write(LU) as tx:
        return patients.reveal(tx, patient)


def status(world: World, patient: int) -> int | None:
    with world.register.store.read(SC) as tx:
        return reservations.status(tx, patient)


def told(world: World, of: str, code: str, **headers: str) -> tuple[int, Any]:
    answer = world.http.put(ADDRESS, content=json.dumps(world.service.personvern(of, code)), headers=headers or KEY)
    return answer.status_code, answer.json()["success"]


def reserves(world: World, patient: int) -> bool:
    """The patient reserves on Helsenorge, and ePROM tells us; returns whether we took it."""
    of = number(world, patient)
    world.service.pvk.put(of, reserved=True)
    return told(world, of, "RES")[1]


def test_asking_has_the_fields_of_the_contract_and_the_key_as_it_is(world: World) -> None:
    of = number(world, world.register.patient())
    assert service(world).is_reserved(of) is False
    world.service.pvk.put(of, reserved=True)
    assert service(world).is_reserved(of) is True
    [first, _] = world.service.asked
    assert json.loads(first.body) == {"nationalId": of, "type": 0, "pvkId": PVK_ID}
    assert first.headers["Authorization"] == f"Basic {API_KEY}" and of not in first.url


def test_setting_twice_is_no_error_and_says_that_nothing_was_new(world: World) -> None:
    of = number(world, world.register.patient())
    assert [service(world).set(of, reserved=True) for _ in range(2)] == [True, False]
    assert world.service.pvk.reserved == {of}
    assert service(world).set(of, reserved=False) is True


def test_the_list_is_read_page_by_page(world: World) -> None:
    every = {number(world, world.register.patient()) for _ in range(5)}
    for one in every:
        world.service.pvk.put(one, reserved=True)
    assert service(world).everybody() == every
    assert [json.loads(one.body)["pagingReference"] for one in world.service.asked] == [0, 2, 4]


def test_a_page_that_comes_again_ends_the_list_and_not_in_the_middle(world: World) -> None:
    for _ in range(3):
        world.service.pvk.put(number(world, world.register.patient()), reserved=True)
    world.service.pvk.repeats = True
    with pytest.raises(NotUnderstood, match="samme side"):
        service(world).everybody()
    assert len(world.service.asked) == 2


@pytest.mark.parametrize("fault", [PVK_DOWN, BUSY, DOWN, HANGS_UP, HALF])
def test_a_fault_that_passes_is_asked_through(world: World, fault: Fault) -> None:
    of = number(world, world.register.patient())
    world.service.pvk.put(of, reserved=True)
    world.service.play(fault, at=ASK)
    assert service(world).is_reserved(of) is True


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
    world: World, fault: Fault, error: type[ServiceDown], said: str
) -> None:
    of = number(world, world.register.patient())
    world.service.play(fault, at=ASK)
    with pytest.raises(error, match=said) as raised:
        service(world).is_reserved(of)
    assert of not in str(raised.value) and "0181" not in str(raised.value) and API_KEY not in repr(service(world))


def test_three_failures_of_pvk_are_enough_for_one_question(world: World) -> None:
    world.service.play(*[PVK_DOWN] * 9, at=ASK)
    with pytest.raises(ServiceDown, match="502"):
        service(world).is_reserved(number(world, world.register.patient()))
    assert len(world.service.asked) == 3


def test_an_answer_that_never_ends_is_given_up(world: World) -> None:
    seconds = iter(range(0, 1000, 6))
    with pytest.raises(ServiceDown):
        service(world, clock=lambda: next(seconds), limit=5).is_reserved(number(world, world.register.patient()))


def test_a_reservation_stops_everything_at_once_and_the_answer_that_comes_after_is_refused_and_counted(
    world: World,
) -> None:
    forlop_id, order = world.sent_out()
    patient = world.register.head(forlop_id).pasient_id
    assert reserves(world, patient)
    with world.register.store.read(SC) as tx:
        live = tx.rows(f"select 1 from prom.bestilling where tilstand in {schedule.LIVE}")
        texts = tx.rows("select tekst, tilstand from prom.utboks where tilstand <> 'sendt'")
        reasons = {row["lukket_grunn"] for row in tx.rows("select lukket_grunn from register.skjema where status = 1")}
        head = forlop.get(tx, forlop_id)
    assert (live, reasons, head.trukket_dato) == ([], {NO_CONSENT}, date(2026, 11, 23))
    assert all(row["tekst"] == "" for row in texts)
    assert world.told(world.service.completed(order, ANSWERS))
    assert not set(ANSWERS) & set(world.answers(forlop_id))
    with world.register.store.read(SC) as tx:
        assert reserved_remains.refused_answers(tx) == 1
    sent = len(world.service.orders), len(world.service.messages)
    for day in (24, 26, 27, 29):
        world.run_on(day)
        jobs.send(world.register.store, world.services)
    assert (len(world.service.orders), len(world.service.messages)) == sent
    with pytest.raises(RegisterError, match="samtykke"):
        world.do(lambda tx: orders.order(tx, forlop_id, "hads", SECURE))


def test_an_order_that_is_live_for_a_form_that_is_closed_is_stopped_too(world: World) -> None:
    forlop_id, _ = world.sent_out()
    world.do(lambda tx: tx.run("update register.skjema set status = 1 where skjema = 'pasreg'"))
    assert reserves(world, world.register.head(forlop_id).pasient_id)
    with world.register.store.read(SC) as tx:
        assert tx.rows(f"select 1 from prom.bestilling where tilstand in {schedule.LIVE}") == []


def test_an_answer_after_the_deletion_is_taken_from_eprom_counted_and_not_kept(world: World) -> None:
    forlop_id, order = world.sent_out()
    patient = world.register.head(forlop_id).pasient_id
    assert reserves(world, patient)
    with world.register.store.write(SC) as tx:
        reservation_cases.confirm(tx, 1)
    with world.register.store.write(replace(SC, bruker="bruker9")) as tx:
        reservation_cases.carry_out(tx, 1, str(patient))
    assert world.told(world.service.completed(order, ANSWERS)) and world.told(world.service.expired(order))
    world.worked_off()
    with world.register.store.read(SC) as tx:
        assert reserved_remains.refused_answers(tx) == 1
        assert tx.rows("select * from prom.eprom_innboks") == tx.rows("select * from prom.eprom_ordre") == []


def test_the_same_call_many_times_at_once_is_one_reservation(world: World) -> None:
    patient = world.register.patient()
    of = number(world, patient)
    world.service.pvk.put(of, reserved=True)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: told(world, of, "RES"), range(16))) == {(200, True)}
    with world.register.store.read(SC) as tx:
        assert (
            len(tx.rows("select 1 from register.reservasjon"))
            == len(tx.rows("select 1 from register.reservasjon_sak"))
            == 1
        )


@pytest.mark.parametrize("codes", [("RES", "IRES"), ("IRES", "RES"), ("IRES", "RES", "IRES", "RES", "RES")])
@pytest.mark.parametrize("ends", [True, False])
def test_calls_in_any_order_end_in_what_pvk_says_now(world: World, codes: tuple[str, ...], ends: bool) -> None:
    patient = world.register.patient()
    of = number(world, patient)
    world.service.pvk.put(of, reserved=ends)
    for code in codes:
        assert told(world, of, code) == (200, True)
    assert status(world, patient) == int(ends)


def test_when_pvk_cannot_be_asked_a_reservation_holds_and_a_lifting_waits_and_both_are_told_again(world: World) -> None:
    patient = world.register.patient()
    of = number(world, patient)
    world.service.play(Fault(Reply(500)), at=ASK)
    assert told(world, of, "RES") == (200, False)
    assert status(world, patient) == 1
    world.service.play(Fault(Reply(500)), at=ASK)
    assert told(world, of, "IRES") == (200, False)
    assert status(world, patient) == 1
    assert told(world, of, "IRES") == (200, True)
    assert status(world, patient) == 0


def test_a_consent_is_of_no_setting_of_ours(world: World) -> None:
    patient = world.register.patient()
    assert [told(world, number(world, patient), code) for code in ("SAM", "ISAM")] == [(200, True)] * 2
    assert status(world, patient) is None and world.service.asked == []


@pytest.mark.parametrize("headers", [{"Authorization": "Basic feil"}, {"X": "y"}, {"ApiKey": ""}])
def test_who_has_not_the_key_tells_nothing(world: World, headers: dict[str, str]) -> None:
    patient = world.register.patient()
    of = number(world, patient)
    world.service.pvk.put(of, reserved=True)
    assert told(world, of, "RES", **headers) == (401, False)
    assert status(world, patient) is None
    assert told(world, of, "RES", ApiKey=API_KEY) == (200, True)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c.update(nationalId="123"),
        lambda c: c.update(nationalId=None),
        lambda c: c.update(nationalId="１２３４５６７８９０１"),
        lambda c: c.update(status="1"),
        lambda c: c.pop("status"),
    ],
)
def test_what_cannot_be_read_is_refused_and_logged_once_without_what_it_held(
    world: World, spoil: Callable[[dict[str, Any]], Any], caplog: pytest.LogCaptureFixture
) -> None:
    call = world.service.personvern(number(world, world.register.patient()), "RES")
    spoil(call)
    for _ in range(3):
        assert world.http.put(ADDRESS, content=json.dumps(call), headers=KEY).status_code == 400
    assert world.http.put(ADDRESS, content=b"{", headers=KEY).status_code == 400
    assert len([record for record in caplog.records if record.name == "smertereg.eprom"]) == 2


def test_somebody_who_was_never_a_patient_is_not_registered_later_until_it_is_lifted(world: World) -> None:
    of = next(support.numbers(date(1961, 2, 3), 1, range(20, 90)))
    world.service.pvk.put(of, reserved=True)
    assert told(world, of, "RES") == (200, True)

    def register() -> int:
        with world.register.store.write(LU) as tx:
            return patients.create(tx, support.fodselsnummer(tx, of), None)

    with pytest.raises(RegisterError, match="Pasienten er reservert – registreres ikke"):
        register()
    with world.register.store.read(SC) as tx:
        assert tx.rows("select 1 from identitet.person") == tx.rows("select 1 from register.pasient") == []
    assert of.encode() not in world.register.store.path.read_bytes()
    world.service.pvk.put(of, reserved=False)
    assert told(world, of, "IRES") == (200, True)
    assert register()


def test_the_first_night_reads_the_list_once_and_the_next_ask_about_those_who_are_new(world: World) -> None:
    first, second, third = (world.register.patient() for _ in range(3))
    world.service.pvk.put(number(world, second), reserved=True)
    assert pvk.update(world.register.store, service(world)).gjort == {"reservert": 1, "ikke reservert": 2}
    assert [status(world, one) for one in (first, second, third)] == [0, 1, 0]
    assert world.service.paths() == [LIST]
    fourth = world.register.patient()
    assert pvk.update(world.register.store, service(world)).gjort == {"ikke reservert": 1}
    assert world.service.paths() == [LIST, ASK]
    assert status(world, fourth) == 0
    assert pvk.update(world.register.store, service(world)).gjort == {}


def test_the_list_cut_in_the_middle_answers_for_nobody_and_is_read_again(world: World) -> None:
    patients_ = [world.register.patient() for _ in range(5)]
    for one in patients_:
        world.service.pvk.put(number(world, one), reserved=True)
    calls = iter([None, Fault(Reply(500))])
    answer = world.service.pvk.answer

    def second_fails(path: str, body: dict[str, Any]) -> Reply:
        fault = next(calls, None)
        return fault.reply if fault and fault.reply else answer(path, body)

    world.service.pvk.answer = second_fails
    assert pvk.update(world.register.store, service(world)).gjort == {"utsatt": 5}
    assert {status(world, one) for one in patients_} == {None}
    assert pvk.update(world.register.store, service(world)).gjort == {"reservert": 5}
    assert {status(world, one) for one in patients_} == {1}


def test_the_list_killed_between_two_writes_is_read_again_and_gives_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    patients_ = [world.register.patient() for _ in range(4)]
    for one in patients_[:3]:
        world.service.pvk.put(number(world, one), reserved=True)
    monkeypatch.setattr(pvk, "BATCH", 1)
    write, left = world.register.store.write, iter([True, True, False])

    def killed(actor: support.Actor) -> Any:
        if not next(left, True):
            raise KeyboardInterrupt
        return write(actor)

    monkeypatch.setattr(world.register.store, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        pvk.update(world.register.store, service(world))
    assert sorted(str(status(world, one)) for one in patients_) == ["1", "1", "None", "None"]
    pvk.update(world.register.store, service(world))
    assert [status(world, one) for one in patients_] == [1, 1, 1, 0]
    with world.register.store.read(SC) as tx:
        assert len(tx.rows("select 1 from register.reservasjon")) == 4


def test_a_letter_holds_though_pvk_has_no_reservation_until_the_patient_lifts_it_there(world: World) -> None:
    from ingest.prom import reservasjon

    patient = world.register.patient()
    world.do(lambda tx: reservasjon.receive(tx, patient, "brev", date(2026, 11, 20), "Brev i arkivet"), SC)
    assert pvk.ask(world.register.store, service(world), SC, patient) is False
    assert status(world, patient) == 1
    pvk.tell(world.register.store, service(world), SC, patient)
    assert world.service.pvk.reserved == {number(world, patient)} and world.service.paths()[-1] == SET
    world.service.pvk.put(number(world, patient), reserved=False)
    assert told(world, number(world, patient), "IRES") == (200, True)
    assert status(world, patient) == 0


def test_sc_asks_about_one_patient_and_is_told_when_pvk_is_silent(world: World) -> None:
    patient = world.register.patient()
    assert pvk.ask(world.register.store, service(world), SC, patient) is False
    assert status(world, patient) == 0
    world.service.play(Fault(Reply(500)), at=ASK)
    with pytest.raises(RegisterError, match="svarer ikke nå"):
        pvk.ask(world.register.store, service(world), SC, patient)
    with pytest.raises(RegisterError) as refused:
        pvk.ask(world.register.store, service(world), LU, patient)
    assert refused.value.code == "REG-060"


def test_no_number_and_no_key_is_in_the_log_or_the_audit(world: World, caplog: pytest.LogCaptureFixture) -> None:
    forlop_id, _ = world.sent_out()
    patient = world.register.head(forlop_id).pasient_id
    of = number(world, patient)
    world.service.play(PVK_DOWN, PVK_DOWN, PVK_DOWN, at=ASK)
    assert not reserves(world, patient)
    assert told(world, of, "RES", Authorization="Basic feil-nokkel")[0] == 401
    with world.register.store.read(SC) as tx:
        audited = " ".join(str(row) for row in tx.rows("select * from tilgang.logg"))
    kept = caplog.text + " ".join(str(vars(record)) for record in caplog.records if record.name.startswith("smertereg"))
    for secret in (of, API_KEY, "feil-nokkel"):
        assert secret not in audited and secret not in kept


def test_the_doctor_asks_about_nobody_and_the_job_of_the_night_asks_about_everybody(world: World) -> None:
    options: dict[str, Any] = {"eprom_nokkel": API_KEY, "eprom_skjema": SETTING, "reservasjon_fra": "2022-12-01"}
    settings = Settings(
        data=world.register.store.path.parent, eprom_url=world.service.address, eprom_pvk=PVK_ID, **options
    )
    found = {one.om: one.tilstand for one in doctor_services.tried(settings)}
    assert found["personvern"] == OK
    world.service.api_key = "en annen"
    assert {one.om: one.tilstand for one in doctor_services.tried(settings)}["personvern"] == WRONG
    world.service.api_key = API_KEY
    patient = world.register.patient()
    scheduled.run(world.register.store, settings, POPULATION)
    assert status(world, patient) == 0


def test_without_the_edition_the_address_takes_nothing(register: Register) -> None:
    with eprom_world.world(register) as world:
        of = number(world, register.patient())
        assert told(world, of, "RES") == (404, False)

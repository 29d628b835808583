"""Reservations through PVK and ePROM: told, asked, listed, with every fault of the contract, and what they do to what is under way."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from checks import eprom as schedule
from checks.closing_reasons import NO_CONSENT
from checks.errors import RegisterError
from ingest.prom import jobs, orders
from ingest.prom.outbox import SECURE
from ingest.registration import forlop, patients, reservation_cases, reserved_remains
from tests import support
from tests.mocks.eprom import API_KEY
from tests.mocks.personvern import ASK
from tests.mocks.server import Fault, Reply
from tests.national import eprom_world
from tests.national.eprom_world import ANSWERS, World
from tests.national.pvk_world import ADDRESS, KEY, PVK_DOWN, number, reserves, status, told
from tests.support import LU, SC, Register


def test_a_reservation_stops_everything_at_once_and_the_answer_that_comes_after_is_refused_and_counted(
    pvk_world: World,
) -> None:
    forlop_id, order = pvk_world.sent_out()
    patient = pvk_world.register.head(forlop_id).pasient_id
    assert reserves(pvk_world, patient)
    with pvk_world.register.store.read(SC) as tx:
        live = tx.rows(f"select 1 from prom.bestilling where tilstand in {schedule.LIVE}")
        texts = tx.rows("select tekst, tilstand from prom.utboks where tilstand <> 'sendt'")
        reasons = {row["lukket_grunn"] for row in tx.rows("select lukket_grunn from register.skjema where status = 1")}
        head = forlop.get(tx, forlop_id)
    assert (live, reasons, head.trukket_dato) == ([], {NO_CONSENT}, date(2026, 11, 23))
    assert all(row["tekst"] == "" for row in texts)
    assert pvk_world.told(pvk_world.service.completed(order, ANSWERS))
    assert not set(ANSWERS) & set(pvk_world.answers(forlop_id))
    with pvk_world.register.store.read(SC) as tx:
        assert reserved_remains.refused_answers(tx) == 1
    sent = len(pvk_world.service.orders), len(pvk_world.service.messages)
    for day in (24, 26, 27, 29):
        pvk_world.run_on(day)
        jobs.send(pvk_world.register.store, pvk_world.services)
    assert (len(pvk_world.service.orders), len(pvk_world.service.messages)) == sent
    with pytest.raises(RegisterError, match="samtykke"):
        pvk_world.do(lambda tx: orders.order(tx, forlop_id, "hads", SECURE))


def test_an_order_that_is_live_for_a_form_that_is_closed_is_stopped_too(pvk_world: World) -> None:
    forlop_id, _ = pvk_world.sent_out()
    pvk_world.do(lambda tx: tx.run("update register.skjema set status = 1 where skjema = 'pasreg'"))
    assert reserves(pvk_world, pvk_world.register.head(forlop_id).pasient_id)
    with pvk_world.register.store.read(SC) as tx:
        assert tx.rows(f"select 1 from prom.bestilling where tilstand in {schedule.LIVE}") == []


def test_an_answer_after_the_deletion_is_taken_from_eprom_counted_and_not_kept(pvk_world: World) -> None:
    forlop_id, order = pvk_world.sent_out()
    patient = pvk_world.register.head(forlop_id).pasient_id
    assert reserves(pvk_world, patient)
    with pvk_world.register.store.write(SC) as tx:
        reservation_cases.confirm(tx, 1)
    with pvk_world.register.store.write(replace(SC, bruker="bruker9")) as tx:
        reservation_cases.carry_out(tx, 1, str(patient))
    assert pvk_world.told(pvk_world.service.completed(order, ANSWERS)) and pvk_world.told(
        pvk_world.service.expired(order)
    )
    pvk_world.worked_off()
    with pvk_world.register.store.read(SC) as tx:
        assert reserved_remains.refused_answers(tx) == 1
        assert tx.rows("select * from prom.eprom_innboks") == tx.rows("select * from prom.eprom_ordre") == []


def test_the_same_call_many_times_at_once_is_one_reservation(pvk_world: World) -> None:
    patient = pvk_world.register.patient()
    of = number(pvk_world, patient)
    pvk_world.service.pvk.put(of, reserved=True)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: told(pvk_world, of, "RES"), range(16))) == {(200, True)}
    with pvk_world.register.store.read(SC) as tx:
        assert (
            len(tx.rows("select 1 from register.reservasjon"))
            == len(tx.rows("select 1 from register.reservasjon_sak"))
            == 1
        )


@pytest.mark.parametrize("codes", [("RES", "IRES"), ("IRES", "RES"), ("IRES", "RES", "IRES", "RES", "RES")])
@pytest.mark.parametrize("ends", [True, False])
def test_calls_in_any_order_end_in_what_pvk_says_now(pvk_world: World, codes: tuple[str, ...], ends: bool) -> None:
    patient = pvk_world.register.patient()
    of = number(pvk_world, patient)
    pvk_world.service.pvk.put(of, reserved=ends)
    for code in codes:
        assert told(pvk_world, of, code) == (200, True)
    assert status(pvk_world, patient) == int(ends)


def test_when_pvk_cannot_be_asked_a_reservation_holds_and_a_lifting_waits_and_both_are_told_again(
    pvk_world: World,
) -> None:
    patient = pvk_world.register.patient()
    of = number(pvk_world, patient)
    pvk_world.service.play(Fault(Reply(500)), at=ASK)
    assert told(pvk_world, of, "RES") == (200, False)
    assert status(pvk_world, patient) == 1
    pvk_world.service.play(Fault(Reply(500)), at=ASK)
    assert told(pvk_world, of, "IRES") == (200, False)
    assert status(pvk_world, patient) == 1
    assert told(pvk_world, of, "IRES") == (200, True)
    assert status(pvk_world, patient) == 0


def test_a_consent_is_of_no_setting_of_ours(pvk_world: World) -> None:
    patient = pvk_world.register.patient()
    assert [told(pvk_world, number(pvk_world, patient), code) for code in ("SAM", "ISAM")] == [(200, True)] * 2
    assert status(pvk_world, patient) is None and pvk_world.service.asked == []


@pytest.mark.parametrize("headers", [{"Authorization": "Basic feil"}, {"X": "y"}, {"ApiKey": ""}])
def test_who_has_not_the_key_tells_nothing(pvk_world: World, headers: dict[str, str]) -> None:
    patient = pvk_world.register.patient()
    of = number(pvk_world, patient)
    pvk_world.service.pvk.put(of, reserved=True)
    assert told(pvk_world, of, "RES", **headers) == (401, False)
    assert status(pvk_world, patient) is None
    assert told(pvk_world, of, "RES", ApiKey=API_KEY) == (200, True)


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
    pvk_world: World, spoil: Callable[[dict[str, Any]], Any], caplog: pytest.LogCaptureFixture
) -> None:
    call = pvk_world.service.personvern(number(pvk_world, pvk_world.register.patient()), "RES")
    spoil(call)
    for _ in range(3):
        assert pvk_world.http.put(ADDRESS, content=json.dumps(call), headers=KEY).status_code == 400
    assert pvk_world.http.put(ADDRESS, content=b"{", headers=KEY).status_code == 400
    assert len([record for record in caplog.records if record.name == "smertereg.eprom"]) == 2


def test_somebody_who_was_never_a_patient_is_not_registered_later_until_it_is_lifted(pvk_world: World) -> None:
    of = next(support.numbers(date(1961, 2, 3), 1, range(20, 90)))
    pvk_world.service.pvk.put(of, reserved=True)
    assert told(pvk_world, of, "RES") == (200, True)

    def register() -> int:
        with pvk_world.register.store.write(LU) as tx:
            return patients.create(tx, support.fodselsnummer(tx, of), None)

    with pytest.raises(RegisterError, match="Pasienten er reservert – registreres ikke"):
        register()
    with pvk_world.register.store.read(SC) as tx:
        assert tx.rows("select 1 from identitet.person") == tx.rows("select 1 from register.pasient") == []
    assert of.encode() not in pvk_world.register.store.path.read_bytes()
    pvk_world.service.pvk.put(of, reserved=False)
    assert told(pvk_world, of, "IRES") == (200, True)
    assert register()


def test_no_number_and_no_key_is_in_the_log_or_the_audit(pvk_world: World, caplog: pytest.LogCaptureFixture) -> None:
    forlop_id, _ = pvk_world.sent_out()
    patient = pvk_world.register.head(forlop_id).pasient_id
    of = number(pvk_world, patient)
    pvk_world.service.play(PVK_DOWN, PVK_DOWN, PVK_DOWN, at=ASK)
    assert not reserves(pvk_world, patient)
    assert told(pvk_world, of, "RES", Authorization="Basic feil-nokkel")[0] == 401
    with pvk_world.register.store.read(SC) as tx:
        audited = " ".join(str(row) for row in tx.rows("select * from tilgang.logg"))
    kept = caplog.text + " ".join(str(vars(record)) for record in caplog.records if record.name.startswith("smertereg"))
    for secret in (of, API_KEY, "feil-nokkel"):
        assert secret not in audited and secret not in kept


def test_without_the_edition_the_address_takes_nothing(register: Register) -> None:
    with eprom_world.world(register) as pvk_world:
        of = number(pvk_world, register.patient())
        assert told(pvk_world, of, "RES") == (404, False)

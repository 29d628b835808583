"""Reservations that people record: two coordinators delete, what remains, and what is refused from then on (docs/adr/038)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from checks.errors import InvalidAnswers, RegisterError
from checks.reservasjon import NOT_RESERVED
from exports.printouts import record
from ingest.access import JOB, Actor
from ingest.identity import merging
from ingest.lists import epj
from ingest.prom import reservasjon
from ingest.registration import erasure, forlop, merged, numbers, reservation_cases, reservations, reserved_remains
from tests import support
from tests.spec.identitet import do, number, person, refused
from tests.spec.reservert import LETTER, SECOND, case, delete, idnr, reserve
from tests.support import LC, LU, OTHER_LU, OWN, SC, TO, Register


def test_never_asked_not_reserved_and_reserved_are_three_answers(register: Register) -> None:
    patient = register.patient()
    with register.store.write(SC) as tx:
        assert reservations.status(tx, patient) is None
        reservations.record(tx, patient, NOT_RESERVED, "pvk")
        assert reservations.status(tx, patient) == 0
    reserve(register, patient)
    with register.store.read(SC) as tx:
        assert reservations.latest(tx, patient) == {
            "status": 1,
            "kilde": "brev",
            "tid": support.MOMENT,
            "bruker": SC.bruker,
            "begrunnelse": LETTER[2],
        }


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("pvk", date(2026, 11, 20), "Brev"), "REG-619"),
        (("due", date(2026, 11, 20), "Brev"), "REG-619"),
        (("brev", date(2026, 11, 20), " "), "REG-532"),
        (("brev", date(2026, 11, 20), "Brev fra 01815049999"), "REG-561"),
    ],
)
def test_what_is_wrong_with_a_letter_is_said_and_nothing_is_kept(
    register: Register, given: tuple[Any, ...], code: str
) -> None:
    patient = register.patient()
    assert refused(register, reservasjon.receive, patient, *given) == code
    with register.store.read(SC) as tx:
        assert reservations.status(tx, patient) is None and tx.rows("select * from register.reservasjon_sak") == []


def test_a_letter_from_tomorrow_is_refused(register: Register) -> None:
    with pytest.raises(InvalidAnswers):
        do(register, reservasjon.receive, register.patient(), "brev", date(2026, 11, 24), "Brev")


def test_twice_is_said_and_is_one_case(register: Register) -> None:
    patient = register.patient()
    reserve(register, patient)
    assert refused(register, reservasjon.receive, patient, *LETTER) == "REG-612"
    with register.store.read(SC) as tx:
        assert len(reservation_cases.listed(tx)) == 1


@pytest.mark.parametrize("actor", [LU, LC, OTHER_LU])
def test_only_sc_records_lists_confirms_and_deletes(register: Register, actor: Actor) -> None:
    patient = register.patient()
    reserve(register, patient)
    nr = case(register).sak_id
    assert refused(register, reservasjon.receive, patient, *LETTER, actor=actor) == "REG-060"
    assert refused(register, reservation_cases.listed, actor=actor) == "REG-060"
    assert refused(register, reservation_cases.confirm, nr, actor=actor) == "REG-060"
    assert refused(register, reservation_cases.carry_out, nr, str(patient), actor=actor) == "REG-060"


def test_a_reserved_patient_gets_no_forlop_and_no_answer(register: Register) -> None:
    forlop_id = register.forlop()
    patient = register.head(forlop_id).pasient_id
    reserve(register, patient)
    assert refused(register, forlop.create, patient, actor=LU) == "REG-610"
    with pytest.raises(RegisterError, match="reservert, så TO lagres ikke"):
        register.save(forlop_id, "to", {"HenvistDato": "2026-11-01"})
    assert register.head(forlop_id).skjema["to"].versjon == 0


def test_the_consents_of_forlop_from_before_are_withdrawn_so_that_they_leave_the_national_dataset(
    register: Register,
) -> None:
    forlop_id = register.completed_forlop()
    patient = register.head(forlop_id).pasient_id
    reserve(register, patient)
    head = register.head(forlop_id)
    assert (head.samtykke, head.trukket_dato) == (1, LETTER[1])


def test_two_delete_and_one_alone_cannot(register: Register) -> None:
    forlop_id = register.completed_forlop()
    patient = register.head(forlop_id).pasient_id
    reserve(register, patient)
    nr = case(register).sak_id
    assert refused(register, reservation_cases.carry_out, nr, str(patient)) == "REG-614"
    assert refused(register, erasure.erase, patient, str(patient), "Brev") == "REG-616"
    assert refused(register, reservation_cases.carry_out, nr, "1", actor=SECOND) == "REG-108"
    assert delete(register, patient) == 1
    assert refused(register, reservation_cases.carry_out, nr, str(patient), actor=SECOND) == "REG-613"
    done = case(register)
    assert (done.tilstand, done.bekreftet_av, done.utfort_av) == ("utført", SC.bruker, SECOND.bruker)
    assert (done.antall_forlop, done.antall_skjema) == (1, 9)


def test_a_case_that_came_by_itself_waits_for_the_first_of_the_two(register: Register) -> None:
    patient = register.patient()
    do(register, reservasjon.reserve, patient, "pvk", date(2026, 11, 23), actor=JOB)
    nr = case(register).sak_id
    assert case(register).tilstand == "mottatt"
    assert refused(register, reservation_cases.carry_out, nr, str(patient), actor=SECOND) == "REG-615"
    register.clock.turn(hours=5)
    do(register, reservation_cases.confirm, nr)
    assert (case(register).tilstand, case(register).timer) == ("bekreftet", 5)
    do(register, reservation_cases.confirm, nr, actor=SECOND)
    assert case(register).bekreftet_av == SC.bruker
    assert delete(register, patient) == 0


def test_lifted_before_the_deletion_ends_the_case_and_gives_new_forlop_only(register: Register) -> None:
    forlop_id = register.completed_forlop()
    patient = register.head(forlop_id).pasient_id
    reserve(register, patient)
    do(register, reservasjon.lift, patient, "pvk", actor=JOB)
    assert case(register).tilstand == "opphevet"
    assert (
        refused(register, reservation_cases.carry_out, case(register).sak_id, str(patient), actor=SECOND) == "REG-613"
    )
    assert register.head(forlop_id).trukket_dato == LETTER[1]  # what a reservation withdrew is not given again
    assert register.forlop(patient)


@pytest.mark.parametrize("which", ["til", "fra", "both"])
def test_of_two_that_are_one_patient_either_reservation_holds_and_one_deletion_takes_both(
    register: Register, which: str
) -> None:
    both = number(), number("d-nummer")
    til, fra = (person(register, one) for one in both)
    of_til, of_fra = register.forlop(til), register.forlop(fra)
    for forlop_id in (of_til, of_fra):
        register.complete(forlop_id, "to")
    for patient in {"til": [til], "fra": [fra], "both": [til, fra]}[which]:
        reserve(register, patient)
    do(register, merging.merge, til, fra, "Samme person")
    with register.store.read(SC) as tx:
        assert reservations.status(tx, til) == reservations.status(tx, fra) == 1
        assert {head.trukket_dato is None for head in forlop.of_patient(tx, til)} == {False}
        assert {one.pasient_id for one in reservation_cases.listed(tx)} == {til}
    assert refused(register, forlop.create, fra, actor=LU) == "REG-610"
    delete(register, til)
    with register.store.read(SC) as tx:
        assert {one.tilstand for one in reservation_cases.listed(tx)} == {"utført"}
        assert tx.rows("select * from identitet.person") == []
        numbers_of = {one.number for one in both}
        assert reserved_remains.held_among(tx, numbers_of) == numbers_of


def test_a_merge_undone_gives_the_reservation_back_to_the_one_who_has_it(register: Register) -> None:
    til, fra = person(register, number()), person(register, number("d-nummer"))
    of_til, of_fra = register.forlop(til), register.forlop(fra)
    register.complete(of_til, "to")
    register.complete(of_fra, "to")
    reserve(register, fra)
    nr = do(register, merging.merge, til, fra, "Samme person")
    do(register, merging.undo, nr)
    with register.store.read(SC) as tx:
        assert (reservations.status(tx, til), reservations.status(tx, fra)) == (None, 1)
        assert merged.absorbed(tx, til) == []
    assert register.head(of_til).trukket_dato is None and register.head(of_fra).trukket_dato == LETTER[1]


def test_a_merge_with_a_reservation_since_stands(register: Register) -> None:
    til, fra = person(register, number()), person(register, number("d-nummer"))
    nr = do(register, merging.merge, til, fra, "Samme person")
    reserve(register, til)
    assert refused(register, merging.undo, nr) == "REG-537"


def test_the_birth_date_of_a_reserved_patient_can_still_be_corrected(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO)
    patient = register.head(forlop_id).pasient_id
    reserve(register, patient)
    do(register, numbers.correct, patient, number(born=date(1950, 5, 4)), "Feil nummer", former_was_right=False)
    assert register.open(forlop_id, "to").svar["alder"] == 76


def test_the_patients_own_copy_says_what_is_known_of_the_reservation(register: Register) -> None:
    forlop_id = register.forlop()
    patient = register.head(forlop_id).pasient_id
    reserve(register, patient)
    with register.store.write(SC) as tx:
        person_facts = dict(record.document(tx, patient)["person"])
    assert person_facts["Reservasjon"] == "23.11.2026 kl. 10:00: reservert (Brev)"


def test_the_hospitals_list_says_who_is_reserved_and_not_that_the_patient_is_missing(register: Register) -> None:
    from checks.epj_file import Line

    patient = register.head(register.forlop()).pasient_id
    of = idnr(register, patient)
    reserve(register, patient)
    delete(register, patient)
    lines = [Line(2, of, None, date(2026, 11, 23), ""), Line(3, number().number, None, date(2026, 11, 23), "")]
    found = do(register, epj.check, OWN, lines, 3, actor=LC)
    assert [one.rad for one in found.result.mangler] == [3]
    assert [one.rad for one in found.reserverte] == [2]

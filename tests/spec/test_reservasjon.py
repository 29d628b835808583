"""Reservations that people record: two coordinators delete, what remains, and what is refused from then on (docs/adr/038)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.work import operations
from checks.errors import InvalidAnswers, RegisterError
from exports.printouts import record
from ingest import audit
from ingest.access import JOB, Actor
from ingest.identity import merging
from ingest.lists import epj
from ingest.prom import reservasjon
from ingest.registration import (
    comments,
    drafts,
    erasure,
    forlop,
    merged,
    numbers,
    patients,
    reservation_cases,
    reservations,
    reserved_remains,
)
from ingest.safekeeping import opening
from ingest.safekeeping.restore import restore
from ingest.store import Store
from tests import support
from tests.spec.identitet import do, number, person, refused
from tests.support import LC, LU, OTHER, OTHER_LU, OWN, SC, TO, Register

SECOND = Actor("bruker9", "Svein Nasjonal", "SC", OWN)
LETTER = ("brev", date(2026, 11, 20), "Brev, saksnummer 12")


def reserve(register: Register, patient: int, actor: Actor = SC) -> None:
    do(register, reservasjon.receive, patient, *LETTER, actor=actor)


def case(register: Register) -> reservation_cases.Case:
    """The first case of the list."""
    with register.store.read(SC) as tx:
        return reservation_cases.listed(tx)[0]


def delete(register: Register, patient: int) -> int:
    found = case(register)
    return operations.delete_reserved(register.store, register.settings(), SECOND, found.sak_id, str(patient))


def counted(register: Register) -> list[tuple[Any, ...]]:
    with register.store.read(SC) as tx:
        return [tuple(row.values()) for row in tx.rows("select * from register.reservert_telling order by all")]


def idnr(register: Register, patient: int) -> str:
    return do(register, patients.reveal, patient)


def test_never_asked_not_reserved_and_reserved_are_three_answers(register: Register) -> None:
    patient = register.patient()
    with register.store.write(SC) as tx:
        assert reservations.status(tx, patient) is None
        reservations.record(tx, patient, reservations.FREE, "pvk")
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


def test_what_is_deleted_is_gone_from_the_file_and_the_forlop_can_be_counted_as_nobodys(register: Register) -> None:
    settings = register.keep_journal()
    first = register.completed_forlop()
    patient = register.head(first).pasient_id
    second = register.forlop(patient)
    register.forlop(patient, actor=OTHER_LU)
    with register.store.write(LU) as tx:
        drafts.keep(tx, second, "to", 0, {"Tilsett": 1, "HenvistDato": "1999-09-09"})
        comments.write(tx, first, "b11", "Kommentaren som skal bort", 0)
    of = idnr(register, patient)
    reserve(register, patient)
    operations.delete_reserved(register.store, settings, SECOND, case(register).sak_id, str(patient))
    assert counted(register) == [(OWN, date(2026, 11, 1), 1, 1), (OWN, None, None, 1), (OTHER, None, None, 1)]
    written = register.store.path.read_bytes()
    for text in (of, "1999-09-09", "Kommentaren som skal bort", LETTER[2]):
        assert text.encode() not in written
    with register.store.read(SC) as tx:
        assert list(audit.broken_rows(tx)) == []
        for table in ("utkast", "kommentar"):
            assert tx.rows(f"select * from register.{table}") == []
        assert {row["slettet"] is None for row in tx.rows("select slettet from register.forlop")} == {False}


def test_a_new_referral_meets_the_sentence_and_stores_nothing(register: Register) -> None:
    patient = register.patient()
    of = idnr(register, patient)
    reserve(register, patient)
    delete(register, patient)
    with register.store.write(LU) as tx:
        found, known = patients.find(tx, of, test_persons=True)
    assert known is None
    before = len(_rows(register))
    assert refused(register, patients.create, found, None, actor=LU) == "REG-610"
    assert refused(register, reserved_remains.require_free, of, actor=LU) == "REG-610"
    assert len(_rows(register)) == before


def test_the_numbers_the_patient_had_before_are_known_too(register: Register) -> None:
    patient, before, now = register.patient(), number("d-nummer"), number(born=date(1970, 5, 4))
    of = idnr(register, patient)
    do(register, patients.keep_former, patient, before)
    reserve(register, patient)
    delete(register, patient)
    with register.store.read(SC) as tx:
        assert reserved_remains.held_among(tx, {of, before.number, now.number}) == {of, before.number}
    assert refused(register, patients.create, now, None, former=before, actor=LU) == "REG-610"


def test_the_hash_needs_the_key(register: Register, tmp_path: Path) -> None:
    patient = register.patient()
    of = idnr(register, patient)
    reserve(register, patient)
    delete(register, patient)
    with register.store.read(SC) as tx:
        [row] = tx.rows("select * from register.reservert_nummer")
        stolen = tx.vault.__class__(tmp_path / "smertereg.nokkel", "en helt annen nøkkel enn registerets")
        made = hmac.new(tx.vault.key("reserverte nummer", row["nokkel"]), of.encode(), hashlib.sha256).hexdigest()
    assert row["avtrykk"] == made
    assert of not in str(row) and str(patient) not in row["person"]
    with pytest.raises(RegisterError):
        stolen.key("reserverte nummer", row["nokkel"])


def test_after_a_change_of_key_the_number_is_still_known(register: Register) -> None:
    patient = register.patient()
    of = idnr(register, patient)
    reserve(register, patient)
    delete(register, patient)
    operations.change_key(register.store, register.settings())
    other = register.patient()
    reserve(register, other)
    number_of_other = idnr(register, other)
    delete(register, other)
    with register.store.read(SC) as tx:
        assert len(tx.rows("select distinct nokkel from register.reservert_nummer")) == 2
        assert reserved_remains.held_among(tx, {of, number_of_other}) == {of, number_of_other}


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


def test_lifted_after_the_deletion_gives_the_patient_a_new_id_and_nothing_back(register: Register) -> None:
    patient = register.head(register.completed_forlop()).pasient_id
    of = idnr(register, patient)
    reserve(register, patient)
    delete(register, patient)
    with register.store.write(JOB) as tx:
        assert reserved_remains.release(tx, of)
    read = do(register, patients.find, of, test_persons=True, actor=LU)[0]
    made = person(register, read)
    assert made != patient
    with register.store.read(SC) as tx:
        assert forlop.of_patient(tx, made) == [] and reservations.status(tx, made) is None


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


def test_killed_after_the_deletion_the_file_is_cleaned_at_the_next_start(register: Register) -> None:
    patient = register.head(register.completed_forlop()).pasient_id
    of = idnr(register, patient)
    reserve(register, patient)
    with register.store.write(SECOND) as tx:
        reservation_cases.carry_out(tx, case(register).sak_id, str(patient))
    register.store.close()  # the process is gone before the file was written anew
    register.store = Store(register.store.path, clock=register.clock)
    with register.store.read(SC) as tx:
        assert reserved_remains.is_held(tx, of)
        assert tx.rows("select * from register.sletting where renset is null") == []
    assert of.encode() not in register.store.path.read_bytes()


def test_a_deletion_that_fails_in_the_middle_leaves_everything(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = register.head(register.completed_forlop()).pasient_id
    reserve(register, patient)

    def killed(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(audit, "empty_rows", killed)
    with pytest.raises(KeyboardInterrupt):
        delete(register, patient)
    monkeypatch.undo()
    assert counted(register) == [] and case(register).tilstand == "bekreftet"
    with register.store.read(SC) as tx:
        assert erasure.is_there(tx, patient) and tx.rows("select * from register.reservert_nummer") == []
    assert delete(register, patient) == 1


@pytest.mark.parametrize("before", [True, False])
def test_a_restore_from_the_journal_also_to_before_the_reservation_leaves_nobody_and_still_knows_the_number(
    register: Register, before: bool
) -> None:
    settings = register.keep_journal()
    forlop_id = register.completed_forlop()
    patient = register.head(forlop_id).pasient_id
    of = idnr(register, patient)
    register.clock.turn(minutes=1)
    until = register.clock.now
    register.clock.turn(minutes=1)
    reserve(register, patient)
    register.clock.turn(minutes=1)
    with register.store.write(SECOND) as tx:
        reservation_cases.carry_out(tx, case(register).sak_id, str(patient))
    register.store.rewrite()
    register.store.close()
    restore(settings, register.clock.now, until=until if before else None, set_aside=True)
    register.store = opening.opened(settings, clock=register.clock)
    with register.store.read(SC) as tx:
        assert not erasure.is_there(tx, patient) and reserved_remains.is_held(tx, of)
        assert len(tx.rows("select * from register.reservert_telling")) == 1


def _rows(register: Register) -> list[dict[str, Any]]:
    with register.store.read(SC) as tx:
        return tx.rows("select pasient_id from register.pasient union all select pasient_id from identitet.person")

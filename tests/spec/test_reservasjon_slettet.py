"""What a deletion after a reservation takes, what is left and known again, and that it holds through failures and restores (docs/adr/038)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.work import operations
from checks.errors import RegisterError
from ingest import audit
from ingest.access import JOB
from ingest.registration import (
    comments,
    drafts,
    erasure,
    forlop,
    patients,
    reservation_cases,
    reservations,
    reserved_remains,
)
from ingest.safekeeping import opening
from ingest.safekeeping.restore import restore
from ingest.store import Store
from tests.spec.identitet import do, number, person, refused
from tests.spec.reservert import LETTER, SECOND, case, counted, delete, idnr, reserve
from tests.support import LU, OTHER, OTHER_LU, OWN, SC, Register


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

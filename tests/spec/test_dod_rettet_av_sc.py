"""Issue J: a death that is wrong in the Folkeregister is corrected by SC, and holds until the Folkeregister says something else."""

from __future__ import annotations

from datetime import date

import pytest

from checks import eprom
from checks.forlop import PATIENT_FORMS
from ingest.access import Actor
from ingest.identity import merging
from ingest.registration import deaths, erasure, patients
from tests.spec.eprom import Eprom
from tests.spec.identitet import do, healthy, number, person, refused
from tests.spec.test_dod_trukket_tilbake import hear
from tests.spec.test_identitet_folkeregister import Told, borger
from tests.support import LC, LU, SC, Register

FIRST, LATER = date(2026, 11, 20), date(2026, 11, 22)


def death(register: Register, patient: int) -> tuple[int | None, date | None]:
    with register.store.read(SC) as tx:
        found = patients.get(tx, patient)
    return found.avdod, found.dodsdato


@pytest.mark.parametrize("said", [None, LATER], ids=["lever", "døde en annen dag"])
@pytest.mark.parametrize("next_told", [None, date(2026, 11, 21)], ids=["trekkes tilbake", "flyttes"])
def test_det_sc_sier_staar_til_folkeregisteret_sier_noe_nytt(
    register: Register, said: date | None, next_told: date | None
) -> None:
    given = number()
    patient, told = person(register, given), Told(register)
    told.told[given.number] = borger(given, dodsdato=FIRST)
    told.ask()
    do(register, deaths.correct, patient, said, "Feil i Folkeregisteret")
    assert death(register, patient) == (int(said is not None), said)
    told.ask()
    told.ask()
    assert death(register, patient) == (int(said is not None), said)
    told.told[given.number] = borger(given, dodsdato=next_told)
    told.ask()
    assert death(register, patient) == (int(next_told is not None), next_told)
    with register.store.read(SC) as tx:
        assert deaths.corrected(tx, patient) is None
    told.told[given.number] = borger(given, dodsdato=FIRST)
    told.ask()
    assert death(register, patient) == (1, FIRST), "the correction is used up"
    healthy(register)


def test_det_folkeregisteret_sa_tar_rettingen_bort(register: Register) -> None:
    patient = _dead(register)
    do(register, deaths.correct, patient, None, "Lever")
    do(register, deaths.correct, patient, LATER, "Døde likevel")
    do(register, deaths.correct, patient, FIRST, "Folkeregisteret hadde rett")
    assert death(register, patient) == (1, FIRST)
    with register.store.read(SC) as tx:
        assert deaths.corrected(tx, patient) is None
        logged = tx.rows("select detaljer from tilgang.logg where hendelse = ? order by nr", deaths.EVENT)
    assert "lever" in str(logged[0]) and len(logged) == 3
    healthy(register)


def test_det_dodsfallet_lukket_aapnes_igjen(prom: Eprom, forlop_id: int) -> None:
    register = prom.register
    prom.run_on(23)
    hear(prom, forlop_id, date(2026, 11, 24), 25)
    prom.run_on(25)
    assert {prom.form(forlop_id, f).lukket_grunn for f in PATIENT_FORMS} == {eprom.DEAD}
    sent = prom.sent()
    do(register, deaths.correct, register.head(forlop_id).pasient_id, None, "Pasienten lever")
    assert {prom.form(forlop_id, f).status for f in PATIENT_FORMS} == {-1}
    hear(prom, forlop_id, date(2026, 11, 24), 26)
    prom.run_on(26)
    assert {prom.form(forlop_id, f).status for f in PATIENT_FORMS} == {-1}
    assert prom.sent() == sent
    healthy(register)


def _dead(register: Register) -> int:
    given = number()
    patient, told = person(register, given), Told(register)
    told.told[given.number] = borger(given, dodsdato=FIRST)
    told.ask()
    return patient


def test_hva_som_ikke_kan_rettes(register: Register) -> None:
    patient, living = _dead(register), person(register, number())
    assert refused(register, deaths.correct, patient, None, " ") == "REG-532"
    assert refused(register, deaths.correct, living, None, "Lever") == "REG-564"
    assert refused(register, deaths.correct, patient, FIRST, "Samme dag") == "REG-565"
    assert refused(register, deaths.correct, patient, date(2030, 1, 1), "Fram i tid") == "REG-013"
    assert refused(register, deaths.correct, patient, date(1960, 1, 1), "Før fødselen") == "REG-566"
    do(register, deaths.correct, patient, None, "Lever")
    assert refused(register, deaths.correct, patient, None, "Lever fortsatt") == "REG-565"


@pytest.mark.parametrize("actor", [LU, LC])
def test_bare_sc_retter_et_dodsfall(register: Register, actor: Actor) -> None:
    assert refused(register, deaths.correct, _dead(register), None, "Lever", actor=actor) == "REG-060"


def test_slettes_med_pasienten(register: Register) -> None:
    patient = _dead(register)
    do(register, deaths.correct, patient, None, "Lever")
    do(register, erasure.erase, patient, str(patient), "Krav fra pasienten")
    with register.store.read(SC) as tx:
        assert deaths.corrected(tx, patient) is None
    healthy(register)


def test_en_dodsdato_som_er_rettet_etter_en_sammenslaing_staar_hel_naar_den_angres(register: Register) -> None:
    """The patient was left with a day of death, and as living."""
    kept, gone = person(register, number()), _dead(register)
    merge = do(register, merging.merge, min(kept, gone), max(kept, gone), "Samme person")
    do(register, deaths.correct, kept, LATER, "Feil dag")
    do(register, merging.undo, merge)
    assert death(register, kept) == (1, LATER)
    assert death(register, gone) == (1, FIRST)
    healthy(register)

"""Manual: «Avdød og Dødsdato settes automatisk»: what a death does to the patient forms, and when it is asked about."""

from __future__ import annotations

import json
from datetime import date

import pytest

from checks import eprom
from checks.forlop import PATIENT_FORMS
from checks.identity import Fodselsnummer
from ingest.access import JOB
from ingest.registration import population
from ingest.services.folkeregister import Borger, LocalFolkeregister
from ingest.standin import TimedOut
from tests import support
from tests.spec.eprom import Eprom, number_of
from tests.support import LU, SC, Register

# --- Folkeregisteret ------------------------------------------------------------------------------------------


@pytest.mark.manual("PO 2")
def test_dod_i_folkeregisteret_stopper_alt_og_lukker_det_som_er_aapent(prom: Eprom, forlop_id: int) -> None:
    prom.run_on(23)
    token, register = prom.token("pasreg"), prom.register
    with register.store.read(SC) as tx:
        row = tx.row("select idnr from identitet.person")
    assert row is not None
    told = Borger("Ny", "Navnesen", None, None, "Nygata 1", "5003", "Bergen", date(2026, 11, 24))
    prom.at(25, 5, 0)
    outcome = population.update(register.store, LocalFolkeregister(told={row["idnr"]: told}))
    assert outcome.gjort == {"kontrollert": 1, "endret": 1, "døde": 1}
    assert (found := prom.link(token)) and not found.live
    prom.run()
    assert {prom.form(forlop_id, f).lukket_grunn for f in PATIENT_FORMS} == {eprom.DEAD}
    with register.store.read(LU) as tx:
        patient = support.patients.get(tx, register.head(forlop_id).pasient_id)
        events = tx.rows("select detaljer from tilgang.logg where hendelse = 'oppdatert fra Folkeregisteret'")
    assert (patient.etternavn, patient.adresse, patient.avdod) == ("Navnesen", "Nygata 1", 1)
    assert patient.dodsdato == date(2026, 11, 24) and "Navnesen" not in str(events)


def test_folkeregisteret_sporres_en_gang_om_dagen_og_utsettes_naar_det_er_nede(prom: Eprom, forlop_id: int) -> None:
    folkeregister = LocalFolkeregister(known=population.of_register(prom.register.store))
    folkeregister.faults.down = True
    prom.at(24, 5, 0)
    assert population.update(prom.register.store, folkeregister).gjort == {"utsatt": 1}
    folkeregister.faults.down = False
    assert population.update(prom.register.store, folkeregister).gjort == {"kontrollert": 1}
    assert population.update(prom.register.store, folkeregister).gjort == {}


def test_folkeregisteret_som_ikke_svarer_om_en_i_tide_utsetter_den_ene(
    prom: Eprom, register: Register, forlop_id: int
) -> None:
    register.patient()
    number = number_of(register, forlop_id)
    prom.at(24, 5, 0)
    register.clock.turn(days=40)

    class Silent(LocalFolkeregister):
        def find(self, number: Fodselsnummer) -> Borger | None:
            if number.number == silent:
                raise TimedOut("Folkeregisteret")
            return super().find(number)

    silent, folkeregister = number, Silent()
    assert population.update(register.store, folkeregister).gjort == {"utsatt": 1, "kontrollert": 1}
    silent = ""
    assert population.update(register.store, folkeregister).gjort == {"kontrollert": 1}


def test_hva_folkeregisteret_endret_logges_med_feltets_navn(register: Register) -> None:
    patients = {
        register.patient(): None,
        register.patient(): date(2026, 11, 20),
        register.patient(): date(2026, 11, 21),
    }
    same, moved, _ = patients
    told = {}
    with register.store.read(SC) as tx:
        for row in tx.rows("select * from identitet.person"):
            who = row["pasient_id"]
            street = "Nygata 1" if who == moved else row["adresse"]
            told[row["idnr"]] = Borger(
                row["fornavn"], row["etternavn"], None, None, street, row["postnr"], row["poststed"], patients[who]
            )
    register.clock.turn(days=40)
    population.update(register.store, LocalFolkeregister(told=told))
    with register.store.read(SC) as tx:
        rows = tx.rows(
            "select pasient_id, detaljer from tilgang.logg where hendelse = 'oppdatert fra Folkeregisteret' order by 1"
        )
        asked = tx.rows("select pasient_id, avdod, dodsdato, dato_innhentet from register.pasient order by 1")
    assert {row["pasient_id"]: json.loads(row["detaljer"]) for row in rows} == {
        moved: {"adresse": "endret", "avdod": "døde"},
        moved + 1: {"avdod": "døde"},
    }
    today = register.clock.now.date()
    assert [tuple(row.values()) for row in asked] == [
        (who, int(died is not None), died, today) for who, died in patients.items()
    ]
    assert same == moved - 1


def test_den_som_har_oppgitt_en_annen_adresse_beholder_den(register: Register) -> None:
    patient = register.patient()
    with register.store.write(LU) as tx:
        support.patients.update(tx, patient, {"adressetype": 2, "adresse": "Hytta", "poststed": "Geilo"})
    with register.store.read(SC) as tx:
        number = str(tx.rows("select idnr from identitet.person")[0]["idnr"])
    register.clock.turn(days=40)
    new = Borger("", "Navnesen", None, None, "Nygata 1", "5003", "Bergen")
    population.update(register.store, LocalFolkeregister(told={number: new}))
    with register.store.read(LU) as tx:
        found = support.patients.get(tx, patient)
    assert (found.adresse, found.poststed, found.etternavn) == ("Hytta", "Geilo", "Navnesen")
    assert found.fornavn  # an empty answer takes nothing away


def test_demoens_folkeregister_kjenner_registerets_egne_pasienter(register: Register) -> None:
    patient = register.patient(date(1970, 5, 4), 2)
    with register.store.write(LU) as tx:
        support.patients.update(tx, patient, {"etternavn": "Navnesen", "adresse": ""})
    with register.store.read(SC) as tx:
        row = tx.rows("select * from identitet.person")[0]
    find = population.of_register(register.store)
    readers: list[support.Actor] = []
    register.store.admit = readers.append
    assert find(row["idnr"]) == Borger(
        row["fornavn"], "Navnesen", date(1970, 5, 4), 2, "", row["postnr"], row["poststed"], None
    )
    assert find("12345678901") is None
    assert readers == [JOB, JOB], "whoever is signed in has not looked at the patient"

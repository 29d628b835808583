"""Manual: «Ny registrering», «Avdelinger», «Lokasjoner»."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.web import resources, session
from checks import identity
from checks.errors import RegisterError
from ingest import units
from ingest.registration import forlop, patients, population
from ingest.settings import Settings
from ingest.standin import Faults, ServiceDown
from tests import support
from tests.support import LC, LU, OTHER_LU, SC, Register

PAGE = Path(__file__).parents[2] / "app" / "pages" / "ny_registrering.py"


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


@pytest.mark.manual("Ny registrering 1")
def test_en_kjent_pasient_blir_funnet_igjen_paa_fodselsnummeret(register: Register) -> None:
    known = register.patient(date(1950, 1, 31), sex=1)
    number = next(support.numbers(date(1950, 1, 31), 1, count(1)))
    with register.store.write(LU) as tx:
        _, found = patients.find(tx, number, test_persons=True)
    assert found == known


@pytest.mark.manual("Arbeidsliste 2", "Ny registrering 1")
def test_en_ukjent_pasient_gir_ny_pasient_med_navn_fra_folkeregisteret(register: Register) -> None:
    number = identity.make(date(1950, 1, 31), 1, 7)
    with register.store.write(LU) as tx:
        assert patients.find(tx, number, test_persons=True)[1] is None
        parsed = support.fodselsnummer(tx, number)
        made = patients.get(tx, patients.create(tx, parsed, support.LocalFolkeregister().find(parsed)))
    assert made.fornavn and made.etternavn
    assert (made.fodselsdato, made.kjonn) == (date(1950, 1, 31), 1)


def test_svarer_ikke_folkeregisteret_kan_pasienten_registreres_og_navnet_hentes_naar_det_svarer(
    register: Register,
) -> None:
    number = identity.make(date(1950, 1, 31), 1, 7)
    with register.store.write(LU) as tx:
        parsed = support.fodselsnummer(tx, number)
        made = patients.create(tx, parsed, None, asked=False)
        assert patients.get(tx, made).navn == "Uten navn"
    assert population.update(register.store, support.LocalFolkeregister()).gjort == {"kontrollert": 1, "endret": 1}
    with register.store.read(LU) as tx:
        assert patients.get(tx, made).navn != "Uten navn"


def test_etterligningen_finner_ikke_paa_navn_til_et_virkelig_nummer(register: Register) -> None:
    number = identity.make(date(1950, 1, 31), 1, 7, synthetic=False)
    with register.store.write(LU) as tx:
        parsed = support.fodselsnummer(tx, number, test_persons=False)
        made = patients.create(tx, parsed, None, asked=False)
    for known in (lambda _: None, population.of_register(register.store)):
        folkeregister = support.LocalFolkeregister(known=known)
        with pytest.raises(ServiceDown):
            folkeregister.find(parsed)
        assert population.update(register.store, folkeregister).gjort == {"utsatt": 1}
    with register.store.read(LU) as tx:
        found = patients.get(tx, made)
    assert (found.navn, found.dato_innhentet) == ("Uten navn", None)


@pytest.mark.parametrize("faults", [Faults(down=True), Faults(silent=True, wait=lambda _: None)])
def test_siden_sier_at_folkeregisteret_ikke_svarer_og_registrerer_likevel(
    register: Register, monkeypatch: pytest.MonkeyPatch, faults: Faults
) -> None:
    monkeypatch.setattr(session, "current_actor", lambda: LU)
    number = identity.make(date(1950, 1, 31), 1, 7)
    held = resources.Resources(
        Settings(data=register.store.path.parent), register.store, support.LocalFolkeregister(faults=faults)
    )
    with resources.holding(nullcontext(held)):
        page = AppTest.from_file(str(PAGE), default_timeout=30).run()
        page.text_input(key="ny_nummer").input(number)
        page.button[0].click().run()
        assert not page.exception
        assert any("Folkeregisteret svarer ikke nå" in html.proto.body for html in page.get("html"))  # type: ignore[attr-defined]
        page.button(key="ny_opprett").click().run()
    with register.store.read(LU) as tx:
        row = tx.row(
            "select idnr, fornavn, dato_innhentet from identitet.person join register.pasient using (pasient_id)"
        )
    assert row == {"idnr": number, "fornavn": None, "dato_innhentet": None}


def test_uten_folkeregister_sier_siden_det_og_lover_ikke_at_noe_hentes(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "current_actor", lambda: LU)
    number = identity.make(date(1950, 1, 31), 1, 7, synthetic=False)
    settings = Settings(data=register.store.path.parent)
    monkeypatch.setattr(register.store, "demo", False)
    found = population.folkeregister(register.store, settings)
    with resources.holding(nullcontext(resources.Resources(settings, register.store, found))):
        page = AppTest.from_file(str(PAGE), default_timeout=30).run()
        page.text_input(key="ny_nummer").input(number)
        page.button[0].click().run()
        assert not page.exception
        said = " ".join(html.proto.body for html in page.get("html"))  # type: ignore[attr-defined]
        assert "Folkeregisteret er ikke koblet til dette registeret: skriv navn og adresse" in said
        assert "svarer ikke" not in said and "hentes" not in said and "eller Folkeregisteret" not in said
        page.button(key="ny_opprett").click().run()
    with register.store.read(LU) as tx:
        row = tx.row("select idnr, dato_innhentet from identitet.person join register.pasient using (pasient_id)")
    assert row == {"idnr": number, "dato_innhentet": None}


def test_samme_fodselsnummer_gir_aldri_to_pasienter(register: Register) -> None:
    number = identity.make(date(1950, 1, 31), 1, 7)
    made = set()
    for _ in range(2):
        with register.store.write(LU) as tx:
            parsed = support.fodselsnummer(tx, number)
            made.add(patients.create(tx, parsed, support.LocalFolkeregister().find(parsed)))
    assert len(made) == 1


@pytest.mark.parametrize(
    ("number", "code"), [("1234567890", "REG-040"), ("0101901234x", "REG-041"), ("32139012345", "REG-043")]
)
def test_et_feil_fodselsnummer_faar_sin_egen_setning(register: Register, number: str, code: str) -> None:
    with register.store.write(LU) as tx, refused(code) as caught:
        patients.find(tx, number, test_persons=True)
    assert number not in str(caught.value)


def test_syntetisk_nummer_er_bare_tillatt_naar_innstillingen_tillater_testpersoner(register: Register) -> None:
    number = identity.make(date(1950, 1, 31), 1, 7)
    with register.store.write(LU) as tx, refused("REG-044"):
        patients.find(tx, number, test_persons=False)


@pytest.mark.manual("Ny registrering 3")
def test_annet_uten_fodselsdato_kan_ikke_laase_tilleggsopplysninger(register: Register) -> None:
    with register.store.write(LU) as tx:
        patient = patients.create_other(tx, "John", "Doe", None, 1)
    forlop_id = register.forlop(patient)
    with pytest.raises(RegisterError) as caught:
        register.complete(forlop_id, "to", support.NOT_SEEN)
    assert "REG-028" in {p.code for p in caught.value.problems}
    with register.store.write(LU) as tx:
        patients.update(tx, patient, {"fodselsdato": date(1980, 2, 3)})
    assert register.complete(forlop_id, "to", support.NOT_SEEN).status == 1


@pytest.mark.manual("Andre sider 3")
def test_pasienten_har_en_pasientid_og_kan_ha_flere_forlopsid(register: Register) -> None:
    patient = register.patient()
    first, second = register.forlop(patient), register.forlop(patient)
    assert first != second
    with register.store.read(LU) as tx:
        assert {f.forlop_id for f in forlop.of_patient(tx, patient)} == {first, second}


def test_lu_og_lc_ser_bare_egen_enhets_forlop_i_pasienthistorikk_sc_ser_alle(register: Register) -> None:
    patient = register.patient()
    own, other = register.forlop(patient), register.forlop(patient, actor=OTHER_LU)
    for actor, expected in ((LU, {own}), (LC, {own}), (OTHER_LU, {other}), (SC, {own, other})):
        with register.store.read(actor) as tx:
            assert {f.forlop_id for f in forlop.of_patient(tx, patient)} == expected, actor.rolle


@pytest.mark.manual("Avdelinger 1")
@pytest.mark.parametrize("kind", units.KINDS)
def test_registrering_er_ikke_mulig_foer_lokasjon_og_avdeling_er_lagt_inn(register: Register, kind: str) -> None:
    patient = register.patient()
    with register.store.write(SC) as tx:
        tx.run(f"update register.{kind} set aktiv = 0 where enhet = ?", support.OWN)
    with refused("REG-065") as caught:
        register.forlop(patient)
    assert kind in str(caught.value)


def test_fodselsnummer_maskeres_og_visning_logges(register: Register) -> None:
    forlop_id = register.forlop(register.patient(date(1950, 1, 31), sex=1))
    patient = register.head(forlop_id).pasient_id
    number = next(support.numbers(date(1950, 1, 31), 1, count(1)))
    with register.store.write(LU) as tx:
        assert number not in patients.get(tx, patient).fnr_maskert
        assert patients.reveal(tx, patient) == number
        logged = tx.rows("select * from tilgang.logg where hendelse = 'fødselsnummer vist'")
    assert [row["pasient_id"] for row in logged] == [patient]
    with register.store.write(OTHER_LU) as tx, refused("REG-061"):
        patients.reveal(tx, patient)


def test_ingen_identitet_i_loggen(register: Register) -> None:
    forlop_id = register.forlop(register.patient(date(1950, 1, 31), sex=1))
    patient = register.head(forlop_id).pasient_id
    with register.store.write(LU) as tx:
        patients.update(tx, patient, {"telefon": "91234567", "epost": "kanari@eksempel.no", "etternavn": "Kanarifugl"})
        log = str(tx.rows("select * exclude (salt) from tilgang.logg"))
    for canary in (next(support.numbers(date(1950, 1, 31), 1, count(1))), "91234567", "kanari@", "Kanarifugl"):
        assert canary not in log

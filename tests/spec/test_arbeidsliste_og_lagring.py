"""Manual: «Arbeidsliste», status symbols, deleting, «Lagre»."""

from __future__ import annotations

import json
from datetime import date

import pytest

from checks.errors import InvalidAnswers, RegisterError
from ingest.audit import digest
from ingest.lists import arbeidsliste
from ingest.registration import comments, drafts, forlop, forms
from ingest.store import OSLO
from tests import support
from tests.support import B11, COLLEAGUE, LC, LU, OTHER_LC, OTHER_LU, SC, TO, Register


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def lines(register: Register, actor: support.Actor = LU) -> dict[int, dict]:
    with register.store.read(actor) as tx:
        return {row["forlop_id"]: row for row in arbeidsliste.rows(tx)}


# --- Arbeidsliste --------------------------------------------------------------------------------------------


@pytest.mark.manual("Arbeidsliste 10")
def test_symbolene_viser_tom_under_utfylling_og_ferdigstilt(register: Register) -> None:
    forlop_id = register.forlop()
    assert lines(register)[forlop_id]["skjema"]["to"]["status"] == -1
    register.save(forlop_id, "to", {"HenvistDato": "2026-11-01"})
    assert lines(register)[forlop_id]["skjema"]["to"]["status"] == 0
    register.complete(forlop_id, "to")
    symbols = {form: s["status"] for form, s in lines(register)[forlop_id]["skjema"].items()}
    assert symbols == {"to": 1, "b11": -1, "b12": -1, "b21": -1, "b22": -1}


def test_skjema_utenfor_forlopstypen_har_ikke_symbol(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", support.NOT_SEEN)
    symbols = {form: s["status"] for form, s in lines(register)[forlop_id]["skjema"].items()}
    assert symbols == {"to": 0, "b11": -1, "b12": None, "b21": None, "b22": None}


@pytest.mark.manual("Arbeidsliste 1")
def test_aktive_er_forlop_med_minst_ett_aapent_behandlerskjema(register: Register) -> None:
    done = register.completed_forlop()
    not_seen = register.completed_forlop(support.NOT_SEEN)
    open_form = register.forlop()
    assert set(lines(register)) == {open_form}
    assert register.head(done).status["pasreg"] == -1
    register.save(not_seen, "to", TO, actor=LC, grunn="ble tilsett likevel")
    assert set(lines(register)) == {open_form, not_seen}


def test_et_aapent_skjema_som_forlopstypen_har_lukket_holder_ikke_forlopet_aktivt(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", {k: v for k, v in TO.items() if k not in ("SkriftligSamtyk", "DatoSamtykke")})
    register.save(forlop_id, "b12", {"Regdato12": "2026-11-02"})
    register.complete(forlop_id, "to", support.NOT_SEEN)
    register.complete(forlop_id, "b11", support.B11_NOT_SEEN)
    assert lines(register) == {}


def test_arbeidslisten_viser_bare_egen_enhet(register: Register) -> None:
    own, other = register.forlop(), register.forlop(actor=OTHER_LU)
    assert set(lines(register)) == {own}
    assert set(lines(register, OTHER_LU)) == {other}


def test_det_nyeste_staar_overst_og_over_det_det_som_ikke_har_startdato(register: Register) -> None:
    older, new, newest, younger = (register.forlop() for _ in range(4))
    for forlop_id, day in ((older, "2026-11-02"), (newest, "2026-11-20"), (younger, "2026-11-02")):
        register.save(forlop_id, "to", {"HenvistDato": day, "StartdatoTO": day})
    assert list(lines(register)) == [new, newest, younger, older]


@pytest.mark.manual("Arbeidsliste 3")
@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({}, "venter"),
        ({"SkriftligSamtyk": 1, "DatoSamtykke": "2026-11-02"}, "ja"),
        ({"SkriftligSamtyk": 0, "TypeManglSamt": 1}, "nei"),
        ({"KognSvekket": 1}, "ikke_aktuelt"),
    ],
)
def test_viser_samtykke(register: Register, answers: dict, state: str) -> None:
    forlop_id = register.forlop()
    base = {k: v for k, v in TO.items() if k not in ("SkriftligSamtyk", "DatoSamtykke")}
    register.save(forlop_id, "to", {**base, **answers})
    assert lines(register)[forlop_id]["samtykke"] == state


@pytest.mark.manual("Arbeidsliste 7")
def test_linjen_sier_om_pasienten_er_kvinne_mann_eller_barn(register: Register) -> None:
    born = {"kvinne": (date(1970, 5, 4), 2), "mann": (date(1970, 5, 4), 1), "barn": (date(2016, 5, 4), 1)}
    made = {who: register.forlop(register.patient(*known)) for who, known in born.items()}
    found = lines(register)
    assert {who: (found[forlop]["kjonn"], found[forlop]["barn"]) for who, forlop in made.items()} == {
        "kvinne": (2, False),
        "mann": (1, False),
        "barn": (1, True),
    }


@pytest.mark.manual("Arbeidsliste 6")
def test_ved_overflytting_endres_avdeling_ogsaa_naar_b11_er_laast(register: Register) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    register.complete(forlop_id, "b11")
    with register.store.write(LU) as tx:
        forlop.change_avdeling(tx, forlop_id, 2)
        history = tx.rows("select fra_avdeling_id, til_avdeling_id from register.avdelingsbytte")
        registered = support.answers_of(tx, forlop_id, "b11")
    assert lines(register)[forlop_id]["avdeling"] == "Med"
    assert registered["InnlAvd"] == 1
    assert history == [{"fra_avdeling_id": 1, "til_avdeling_id": 2}]
    # A later correction of B 1.1 does not move the patient back.
    register.save(forlop_id, "b11", {"RegDato11": "2026-11-03"}, actor=LC, grunn="feil dato")
    assert register.head(forlop_id).avdeling_id == 2


def test_avdeling_kan_ikke_byttes_til_en_annen_enhets(register: Register) -> None:
    forlop_id = register.forlop()
    with register.store.write(LU) as tx, refused("REG-011"):
        forlop.change_avdeling(tx, forlop_id, 3)


@pytest.mark.manual("Arbeidsliste 13")
def test_internkommentar_kan_legges_til_ved_alle_skjemaer_bare_b22_skrives_ut(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO)
    for form in register.head(forlop_id).forms:
        with register.store.write(LU) as tx:
            comments.write(tx, forlop_id, form, f"Kommentar {form}", 0)
    line = lines(register)[forlop_id]
    assert all(line["skjema"][form]["kommentar"] for form in support.COMPLETE)
    assert line["kommentar_b22"] == "Kommentar b22"


def test_en_tom_internkommentar_fjerner_merket(register: Register) -> None:
    forlop_id = register.forlop()
    for based_on, (text, marked) in enumerate((("Ring avdelingen", True), ("  ", False))):
        with register.store.write(LU) as tx:
            comments.write(tx, forlop_id, "to", text, based_on)
        assert lines(register)[forlop_id]["skjema"]["to"]["kommentar"] is marked


# --- Sletting ------------------------------------------------------------------------------------------------


@pytest.mark.manual("Arbeidsliste 16")
def test_pasienter_kan_slettes_fra_arbeidslisten_av_brukere_med_lc_tilgang(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO)
    for actor, code in ((LU, "REG-060"), (OTHER_LC, "REG-061")):
        with register.store.write(actor) as tx, refused(code):
            forlop.delete(tx, forlop_id, "feil pasient")
    with register.store.write(LC) as tx:
        forlop.delete(tx, forlop_id, "feil pasient")
    assert lines(register) == {}
    with refused("REG-027"):
        register.head(forlop_id)


@pytest.mark.manual("Arbeidsliste 17")
@pytest.mark.parametrize("form", ["to", "b11", "pasreg"])
def test_er_ett_skjema_ferdigstilt_er_sletting_ikke_mulig_og_skjemaet_nevnes(register: Register, form: str) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO)
    with register.store.write(SC) as tx:
        tx.run("update register.skjema set status = 1 where forlop_id = ? and skjema = ?", forlop_id, form)
    with register.store.write(LC) as tx, refused("REG-024") as caught:
        forlop.delete(tx, forlop_id, "feil pasient")
    assert {"to": "TO", "b11": "B 1.1", "pasreg": "Pasreg"}[form] in str(caught.value)


# --- Lagring -------------------------------------------------------------------------------------------------


@pytest.mark.manual("Samtykke 10")
def test_lagre_godtar_det_uferdige_men_ikke_det_gale(register: Register) -> None:
    forlop_id = register.forlop()
    assert register.save(forlop_id, "to", {"HenvistDato": "2026-11-01"}).status == 0
    for wrong in ({"HenvistDato": "2026-02-30"}, {"Tilsett": 7}, {"Tilsett": "ja"}, {"HenvistDato": "2027-01-01"}):
        with pytest.raises(InvalidAnswers):
            register.save(forlop_id, "to", wrong)
    assert register.open(forlop_id, "to").svar["HenvistDato"] == "2026-11-01"


def test_hvert_felt_gaar_til_brukerens_eget_utkast_og_overlever_ny_innlasting(register: Register) -> None:
    forlop_id = register.forlop()
    typed = {"HenvistDato": "ikke en dato", "Tilsett": 1}
    with register.store.write(LU) as tx:
        drafts.keep(tx, forlop_id, "to", 0, typed)
    reopened = register.open(forlop_id, "to").utkast
    assert reopened is not None
    assert (reopened.grunnversjon, reopened.svar) == (0, typed)
    assert register.open(forlop_id, "to", actor=COLLEAGUE).utkast is None


def test_utkastet_er_borte_naar_skjemaet_er_lagret_men_ikke_naar_lagringen_avvises(register: Register) -> None:
    forlop_id = register.forlop()
    with register.store.write(LU) as tx:
        drafts.keep(tx, forlop_id, "to", 0, {"Tilsett": 7})
    with pytest.raises(InvalidAnswers):
        register.save(forlop_id, "to", {"Tilsett": 7})
    assert register.open(forlop_id, "to").utkast is not None
    register.save(forlop_id, "to", {"Tilsett": 1})
    assert register.open(forlop_id, "to").utkast is None


def test_foreldet_lagring_avvises_med_sammenligning_felt_for_felt(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "b11", {"RegDato11": "2026-11-02", "Ingen4a": 1})
    mine = {"RegDato11": "2026-11-03", "Ingen4a": 1, "TidligereRus": 1}
    register.save(forlop_id, "b11", {"RegDato11": "2026-11-04"}, actor=COLLEAGUE)
    with pytest.raises(forms.StaleSave) as caught, register.store.write(LU) as tx:
        forms.save(tx, forlop_id, "b11", mine, grunnversjon=1)
    assert set(caught.value.forskjeller) == {("RegDato11", "2026-11-03", "2026-11-04"), ("TidligereRus", 1, None)}
    who, hour = COLLEAGUE.bruker, f"{register.clock.now.astimezone(OSLO):%H:%M}"
    assert str(caught.value).startswith(f"B 1.1 er endret av {who} kl. {hour} etter at du åpnet det.")
    assert register.open(forlop_id, "b11").svar["RegDato11"] == "2026-11-04"
    with register.store.write(LU) as tx:
        forms.save(tx, forlop_id, "b11", mine, grunnversjon=caught.value.versjon)


def test_dobbel_lagring_av_det_samme_gir_en_versjon(register: Register) -> None:
    forlop_id = register.forlop()
    first = register.save(forlop_id, "b11", {"RegDato11": "2026-11-02"})
    assert register.save(forlop_id, "b11", {"RegDato11": "2026-11-02"}).versjon == first.versjon


def test_et_urort_skjema_som_lagres_er_under_utfylling_og_lagres_ikke_igjen(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO)
    saved = register.save(forlop_id, "b12", {})
    assert (saved.versjon, saved.status, saved.svar) == (1, 0, {})
    assert lines(register)[forlop_id]["skjema"]["b12"]["status"] == 0
    moment = register.clock.now
    register.clock.turn(hours=1)
    again = register.save(forlop_id, "b12", {})
    assert (again.versjon, again.status, again.svar, again.tid) == (1, 0, {}, moment)


def test_lagrede_versjoner_endres_aldri_og_hver_har_en_saltet_sum(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "b11", {"RegDato11": "2026-11-02"})
    register.save(forlop_id, "b11", {"RegDato11": "2026-11-03"})
    with register.store.read(LU) as tx:
        rows = tx.rows("select * from register.skjemaversjon order by versjon")
    assert [json.loads(r["svar"])["RegDato11"] for r in rows] == ["2026-11-02", "2026-11-03"]
    assert [r["digest"] for r in rows] == [digest(r["salt"], json.loads(r["svar"])) for r in rows]


def test_en_avvist_lagring_lagrer_ingenting(register: Register) -> None:
    forlop_id = register.forlop()
    with register.store.read(LU) as tx:
        before = tx.rows("select count(*) as n from tilgang.logg")
    with pytest.raises(InvalidAnswers):
        register.save(forlop_id, "b11", {**B11, "LAR": 7})
    with register.store.read(LU) as tx:
        assert tx.rows("select count(*) as n from tilgang.logg") == before
        assert tx.rows("select count(*) as n from register.skjemaversjon") == [{"n": 0}]


def test_et_skjema_som_er_skadet_i_registeret_kan_ikke_aapnes_og_det_sies_hvilket(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "b11", {"LAR": 1})
    with register.store.write(LU) as tx:
        tx.run("update register.skjemaversjon set svar = '[1]'")
    with refused("REG-257") as told:
        register.open(forlop_id, "b11")
    assert str(told.value).startswith("B 1.1 kan ikke leses")


def test_et_helt_tall_lagres_som_helt_tall_hvordan_det_enn_sendes(register: Register) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    saved = register.save(forlop_id, "b12", {"AngiNRS12": 1.0, "StSmRo12": 3.0}).svar
    assert [(saved[name], type(saved[name])) for name in ("AngiNRS12", "StSmRo12")] == [(1, int), (3, int)]

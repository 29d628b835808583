"""Manual: «Samtykke», «Tilbaketrekking av samtykke»."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.forms import answering
from app.forms.sections import cards
from checks import samtykke as rules
from checks.answers import shape, visible
from checks.errors import InvalidAnswers, RegisterError
from checks.forlop import COMPLETED, PATIENT_FORMS
from checks.patient_forms import was_closed
from exports.printouts.form import document
from ingest.prom import jobs, open_forms, patient_answers, samtykke
from ingest.prom.patient_answers import VISITOR
from ingest.registration import forms
from tests import support
from tests.spec.eprom import Eprom
from tests.support import LC, LU, SC, TO, Register

SAMTYKKE = {"SkriftligSamtyk", "TypeManglSamt", "DatoSamtykke"}


def problems(caught: pytest.ExceptionInfo[InvalidAnswers]) -> set[tuple[str, str | None]]:
    return {(p.code, p.variabel) for p in caught.value.problems}


def shown(answers: dict) -> set[str]:
    return visible(shape("to"), answers)


def without(answers: dict, *names: str) -> dict:
    return {k: v for k, v in answers.items() if k not in names}


# --- Samtykke ------------------------------------------------------------------------------------------------


@pytest.mark.manual("Samtykke 1", "Samtykke 3")
@pytest.mark.parametrize("tilsett", [2, 3, 4, 5, None])
def test_dersom_pasient_ikke_blir_tilsett_vises_ikke_samtykkefeltene(tilsett: int | None) -> None:
    assert not SAMTYKKE & shown({"Tilsett": tilsett, "SkriftligSamtyk": 1})


@pytest.mark.manual("Samtykke 3")
def test_ved_samtykke_ja_vises_dato_og_ved_nei_vises_type() -> None:
    assert SAMTYKKE & shown({"Tilsett": 1}) == {"SkriftligSamtyk"}
    assert SAMTYKKE & shown({"Tilsett": 1, "SkriftligSamtyk": 1}) == {"SkriftligSamtyk", "DatoSamtykke"}
    assert SAMTYKKE & shown({"Tilsett": 1, "SkriftligSamtyk": 0}) == {"SkriftligSamtyk", "TypeManglSamt"}


@pytest.mark.manual("Samtykke 2")
@pytest.mark.parametrize("fails", [{"Norsktalende": 0}, {"KognSvekket": 1}, {"Tilsett": 2}])
def test_er_kriteriene_ikke_oppfylt_settes_samtykke_automatisk_til_nei_ikke_aktuelt(
    register: Register, fails: dict
) -> None:
    forlop_id = register.forlop()
    saved = register.save(forlop_id, "to", {**without(TO, *SAMTYKKE), **fails}).svar
    assert (saved["SkriftligSamtyk"], saved["TypeManglSamt"]) == (0, 3)


def test_ikke_aktuelt_oppheves_naar_kriteriene_likevel_er_oppfylt(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", {**without(TO, *SAMTYKKE), "Norsktalende": 0})
    saved = register.save(forlop_id, "to", {"Norsktalende": 1}).svar
    assert saved.get("SkriftligSamtyk") is None
    assert saved.get("TypeManglSamt") is None


@pytest.mark.manual("Samtykke 5")
def test_skriftlig_samtykke_kan_staa_tomt_i_paavente_av_innhenting(register: Register) -> None:
    forlop_id = register.forlop()
    assert register.save(forlop_id, "to", without(TO, *SAMTYKKE)).svar.get("SkriftligSamtyk") is None
    with pytest.raises(InvalidAnswers) as caught:
        register.complete(forlop_id, "to", without(TO, *SAMTYKKE))
    assert problems(caught) == {("REG-007", "SkriftligSamtyk")}


@pytest.mark.manual("Samtykke 6")
def test_ved_samtykke_ja_maa_ogsaa_dato_fylles_ut(register: Register) -> None:
    forlop_id = register.forlop()
    with pytest.raises(InvalidAnswers) as caught:
        register.complete(forlop_id, "to", without(TO, "DatoSamtykke"))
    assert problems(caught) == {("REG-007", "DatoSamtykke")}


@pytest.mark.manual("Samtykke 7")
def test_ved_samtykke_nei_maa_type_manglende_samtykke_velges(register: Register) -> None:
    forlop_id = register.forlop()
    with pytest.raises(InvalidAnswers) as caught:
        register.complete(forlop_id, "to", {**without(TO, "DatoSamtykke"), "SkriftligSamtyk": 0})
    assert problems(caught) == {("REG-007", "TypeManglSamt")}


@pytest.mark.manual("Samtykke 9")
@pytest.mark.parametrize("kind", [3, 5])
def test_ikke_aktuelt_og_tilbaketrukket_kan_ikke_registreres_av_behandler(register: Register, kind: int) -> None:
    forlop_id = register.forlop()
    if kind == 3:
        # While the criteria are met, a chosen «ikke aktuelt» is taken back, as nobody may choose it.
        saved = register.save(forlop_id, "to", {**TO, "SkriftligSamtyk": 0, "TypeManglSamt": 3}).svar
        assert saved.get("TypeManglSamt") is None
        return
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "to", {**TO, "SkriftligSamtyk": 0, "TypeManglSamt": kind})
    assert ("REG-026", "TypeManglSamt") in problems(caught)
    assert {p.skjema for p in caught.value.problems} == {"TO"}


@pytest.mark.manual("Samtykke 12")
@pytest.mark.parametrize("actor", [LU, LC])
def test_et_registrert_ja_kan_bare_endres_av_sc(register: Register, actor: support.Actor) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO)
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "to", {"SkriftligSamtyk": 0, "TypeManglSamt": 1}, actor=actor)
    assert ("REG-025", "SkriftligSamtyk") in problems(caught)
    assert {p.skjema for p in caught.value.problems} == {"TO"}


@pytest.mark.manual("Samtykke 6")
def test_et_ja_uten_dato_er_ikke_et_registrert_samtykke(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", without(TO, "DatoSamtykke"))
    saved = register.save(forlop_id, "to", {"SkriftligSamtyk": 0, "TypeManglSamt": 1}).svar
    assert (saved["SkriftligSamtyk"], saved["TypeManglSamt"]) == (0, 1)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ((1, None, date(2026, 11, 20)), "trukket"),
        ((1, None, None), "ja"),
        ((None, None, None), "venter"),
        ((0, 3, None), "ikke_aktuelt"),
        ((0, 1, None), "nei"),
        ((0, None, None), "nei"),
    ],
)
def test_listene_har_ett_ord_for_samtykket(given: tuple, word: str) -> None:
    assert rules.shown_state(given[0], given[1], given[2], date(2026, 11, 20)) == word


def test_et_ja_uten_dato_gaar_bort_naar_pasienten_likevel_ikke_ble_tilsett(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", without(TO, "DatoSamtykke"))
    saved = register.complete(forlop_id, "to", {**without(TO, "DatoSamtykke"), "Tilsett": 2}).svar
    assert (saved["SkriftligSamtyk"], saved["TypeManglSamt"]) == (0, 3)


def test_samtykket_er_registrert_naar_baade_ja_og_dato_staar_der_og_ikke_paa_nytt_siden(register: Register) -> None:
    # The deadlines of the patient forms count from this moment.
    def registered() -> datetime | None:
        with register.store.read(SC) as tx:
            row = tx.row("select samtykke_registrert from register.forlop where forlop_id = ?", forlop_id)
        return row["samtykke_registrert"] if row else None

    forlop_id = register.forlop()
    register.save(forlop_id, "to", without(TO, "DatoSamtykke"))
    assert registered() is None
    register.clock.turn(days=1)
    register.save(forlop_id, "to", {"DatoSamtykke": "2026-11-02"})
    signed = register.clock.now
    assert registered() == signed
    register.clock.turn(days=1)
    register.save(forlop_id, "to", {"DatoSamtykke": "2026-11-03", "HenvistDato": "2026-10-31"})
    assert registered() == signed


@pytest.mark.parametrize("change", [{"KognSvekket": 1}, {"Norsktalende": 0}, {"Tilsett": 2}])
def test_et_registrert_ja_slettes_aldri_av_en_regel(register: Register, change: dict) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO)
    saved = register.complete(forlop_id, "to", {**TO, **change}).svar
    assert (saved["SkriftligSamtyk"], saved["DatoSamtykke"]) == (1, "2026-11-02")
    assert register.head(forlop_id).inkl_krit == 0


@pytest.mark.manual("Samtykke 8")
def test_negativt_samtykke_fra_tidligere_kan_bli_positivt_i_en_ny_registrering(register: Register) -> None:
    patient = register.patient()
    first = register.forlop(patient)
    register.complete(first, "to", {**without(TO, "DatoSamtykke"), "SkriftligSamtyk": 0, "TypeManglSamt": 1})
    second = register.forlop(patient)
    register.complete(second, "to")
    assert (register.head(first).samtykke, register.head(second).samtykke) == (0, 1)


# --- Tilbaketrekking av samtykke -----------------------------------------------------------------------------


@pytest.mark.manual("Samtykke 12")
@pytest.mark.parametrize("actor", [LU, LC])
def test_samtykke_kan_kun_trekkes_av_sc(register: Register, actor: support.Actor) -> None:
    forlop_id = register.completed_forlop()
    patient = register.head(forlop_id).pasient_id
    with register.store.write(actor) as tx, pytest.raises(RegisterError, check=lambda e: e.code == "REG-060"):
        samtykke.withdraw(tx, patient, date(2026, 11, 20), "brev fra pasienten")


@pytest.mark.manual("Samtykke 14")
def test_trekk_gjelder_alle_eksisterende_forlop_i_alle_enheter_men_ikke_senere(register: Register) -> None:
    patient = register.patient()
    own, other = register.forlop(patient), register.forlop(patient, actor=support.OTHER_LU)
    register.complete(own, "to")
    register.save(other, "to", TO, actor=support.OTHER_LU, hendelse=forms.COMPLETE)
    with register.store.write(SC) as tx:
        assert samtykke.withdraw(tx, patient, date(2026, 11, 20), "brev fra pasienten") == 2
    assert register.head(own).trukket_dato == register.head(other).trukket_dato == date(2026, 11, 20)
    later = register.forlop(patient)
    register.complete(later, "to")
    assert register.head(later).trukket_dato is None


def test_samtykket_kan_ikke_trekkes_fra_en_dag_som_ikke_er_kommet(register: Register) -> None:
    patient = register.head(register.completed_forlop()).pasient_id
    with register.store.write(SC) as tx, pytest.raises(InvalidAnswers) as caught:
        samtykke.withdraw(tx, patient, date(2026, 11, 24), "brev fra pasienten")
    assert str(caught.value) == "Samtykke trekt dato: 24.11.2026 er fram i tid. Kontroller datoen."


def test_uten_samtykke_er_det_ingenting_aa_trekke(register: Register) -> None:
    patient = register.patient()
    register.forlop(patient)
    with register.store.write(SC) as tx, pytest.raises(RegisterError, check=lambda e: e.code == "REG-029"):
        samtykke.withdraw(tx, patient, date(2026, 11, 20), "brev fra pasienten")


@pytest.mark.manual("Samtykke 13", "Pasientregistreringer 10")
def test_trekk_lukker_pasientskjemaene_som_ikke_er_ferdige_ogsaa_de_paabegynte(prom: Eprom, forlop_id: int) -> None:
    register = prom.register
    prom.run_on(23)
    plotted, other = prom.token("pasreg"), register.completed_forlop()
    with register.store.write(VISITOR) as tx:
        patient_answers.keep(tx, patient_answers.open_link(tx, plotted), {"PRSpm1": 1}, 2)
    register.save(forlop_id, "eval", {"EvalSpm1": 1})
    withdraw(register, forlop_id)
    heads = register.head(forlop_id).skjema
    assert {s: heads[s].status for s in PATIENT_FORMS} == dict.fromkeys(PATIENT_FORMS, COMPLETED)
    for skjema in PATIENT_FORMS:
        assert was_closed(skjema, register.open(forlop_id, skjema).svar) == "Manglende samtykke"
    assert (link := prom.link(plotted)) and not link.live
    with register.store.read(LU) as tx:
        assert [row.forlop_id for row in open_forms.rows(tx)] == [other]
        assert tx.rows("select * from register.utkast where bruker = 'pasient'") == []


def test_et_besvart_pasientskjema_blir_staaende_som_besvart(prom: Eprom, forlop_id: int) -> None:
    prom.do(
        lambda tx: patient_answers.save_paper(
            tx, forlop_id, "hads", {"HADSSpm1": 3}, grunnversjon=0, hendelse="ferdigstilt"
        )
    )
    withdraw(prom.register, forlop_id)
    assert was_closed("hads", prom.register.open(forlop_id, "hads").svar) is None


def test_skjema_fra_foer_som_er_trukket_lukkes_av_jobben(prom: Eprom, forlop_id: int) -> None:
    prom.do(lambda tx: tx.run("update register.forlop set trukket_dato = ? where forlop_id = ?", tx.today, forlop_id))
    jobs.lock(prom.register.store)
    assert was_closed("opioid", prom.register.open(forlop_id, "opioid").svar) == "Manglende samtykke"


@pytest.mark.manual("Samtykke 13")
def test_to_viser_et_trukket_samtykke_som_po_og_beholder_det_som_er_lagret(register: Register) -> None:
    forlop_id = register.completed_forlop()
    withdraw(register, forlop_id)
    form = answering.reopen(register.store, "økt", LU, forlop_id, "to")
    shown = {p.question.data["id"].rpartition("-")[2]: p.question.data for card in cards(form) for p in card.placed}
    assert (shown["SkriftligSamtyk"]["verdi"], shown["TypeManglSamt"]["verdi"]) == (rules.NO, rules.WITHDRAWN)
    assert shown["DatotrekSamt"]["verdi"] == "20.11.2026"
    assert "DatoSamtykke" not in shown and shown["SkriftligSamtyk"]["laast"] and shown["TypeManglSamt"]["laast"]
    assert register.open(forlop_id, "to").svar["SkriftligSamtyk"] == rules.YES
    with register.store.read(LU) as tx:
        printed = str(document(tx, forlop_id, "to"))
    assert "Tilbaketrukket samtykke" in printed and "20.11.2026" in printed
    corrected = register.save(forlop_id, "to", {"TelefonCalling": 1}, actor=LC, grunn="glemt")
    assert corrected.svar["SkriftligSamtyk"] == rules.YES


def test_et_samtykke_som_ble_beholdt_meldes_ikke_som_fjernet(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO)
    saved = register.complete(forlop_id, "to", {**TO, "Tilsett": 2})
    assert saved.svar["SkriftligSamtyk"] == rules.YES
    assert saved.fjernet == ()


def withdraw(register: Register, forlop_id: int) -> None:
    with register.store.write(SC) as tx:
        samtykke.withdraw(tx, register.head(forlop_id).pasient_id, date(2026, 11, 20), "brev fra pasienten")

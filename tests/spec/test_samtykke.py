"""Manual: «Samtykke», «Tilbaketrekking av samtykke»."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from checks import samtykke as rules
from checks.answers import shape, visible
from checks.errors import InvalidAnswers, RegisterError
from ingest.registration import forms, samtykke
from tests import support
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
    assert rules.shown_state(*given) == word


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

"""Manual: «Tilleggsopplysninger (TO)», «Forløpstyper», «Inklusjonskriterier»."""

from __future__ import annotations

from datetime import date

import pytest

from checks.codebook import load
from checks.errors import InvalidAnswers, RegisterError
from ingest.registration import forms
from tests import support
from tests.support import LC, LU, NOT_SEEN, TO, Register

SAMTYKKE = {"SkriftligSamtyk", "TypeManglSamt", "DatoSamtykke"}


def problems(caught: pytest.ExceptionInfo[InvalidAnswers]) -> set[tuple[str, str | None]]:
    return {(p.code, p.variabel) for p in caught.value.problems}


def without(answers: dict, *names: str) -> dict:
    return {k: v for k, v in answers.items() if k not in names}


# --- Forløpstyper --------------------------------------------------------------------------------------------


@pytest.mark.manual("TO 5")
@pytest.mark.parametrize("tilsett", [2, 3, 4, 5])
def test_forlop_1_det_aapnes_kun_for_to_og_b11(register: Register, tilsett: int) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", {**NOT_SEEN, "Tilsett": tilsett})
    assert register.head(forlop_id).forms == ("to", "b11")
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-021"):
        register.save(forlop_id, "b12", support.B12)


@pytest.mark.manual("TO 6")
@pytest.mark.parametrize("fails", [{"Norsktalende": 0}, {"KognSvekket": 1}])
def test_forlop_2_kun_to_og_behandlerdelene_er_tilgjengelige(register: Register, fails: dict) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", {**without(TO, *SAMTYKKE), **fails})
    assert register.head(forlop_id).forms == ("to", "b11", "b12", "b21", "b22")
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-021"):
        register.open(forlop_id, "pasreg")


@pytest.mark.manual("TO 10")
def test_forlop_2_under_18_aar_oppfyller_ikke_inklusjonskriteriene(register: Register) -> None:
    forlop_id = register.forlop(register.patient(born=date(2010, 1, 1)))
    register.save(forlop_id, "to", without(TO, *SAMTYKKE))
    head = register.head(forlop_id)
    assert (head.forlopstype, head.inkl_krit) == (2, 0)


@pytest.mark.manual("TO 10")
def test_pasienten_er_gammel_nok_paa_18_aarsdagen(register: Register) -> None:
    for born, expected in ((date(2008, 11, 2), 3), (date(2008, 11, 3), 2)):
        forlop_id = register.forlop(register.patient(born=born))
        register.save(forlop_id, "to", without(TO, *SAMTYKKE))
        assert register.head(forlop_id).forlopstype == expected, born


@pytest.mark.manual("TO 7")
def test_forlop_3_hele_pasientregistreringen_er_tilgjengelig(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", without(TO, "KognSvekket", *SAMTYKKE))
    head = register.head(forlop_id)
    assert head.forms == ("to", "b11", "b12", "b21", "b22", "pasreg", "hads", "eval", "opioid")
    assert head.inkl_krit is None


@pytest.mark.manual("TO 4")
def test_far_pasienten_tilsyn_likevel_endres_det_til_ja(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", {**NOT_SEEN, "Tilsett": 4})
    assert register.head(forlop_id).forlopstype == 1
    register.save(forlop_id, "to", {"Tilsett": 1})
    assert register.head(forlop_id).forlopstype == 3


def test_skjema_som_lukkes_av_ny_forlopstype_varsles_forst_og_beholder_innholdet(register: Register) -> None:
    forlop_id = register.completed_forlop()
    with register.store.read(LC) as tx:
        closes = forms.consequences(tx, forlop_id, {**TO, "Tilsett": 3})
    assert closes == ("b12", "b21", "b22")
    register.save(forlop_id, "to", {"Tilsett": 3}, actor=LC, grunn="ble aldri tilsett")
    with register.store.read(LC) as tx:
        kept = support.answers_of(tx, forlop_id, "b12")
    assert kept["StSmRo12"] == support.B12["StSmRo12"]


def test_varselet_regner_med_pasientens_alder(register: Register) -> None:
    forlop_id = register.forlop(register.patient(born=date(2008, 11, 2)))
    register.save(forlop_id, "to", TO)
    register.save(forlop_id, "pasreg", {"DatoUfylPR": "2026-11-10"})
    with register.store.read(LU) as tx:
        assert forms.consequences(tx, forlop_id, TO) == ()
        assert forms.consequences(tx, forlop_id, {**TO, "StartdatoTO": "2026-11-01"}) == ("pasreg",)


# --- Inklusjonskriterier -------------------------------------------------------------------------------------


@pytest.mark.manual("TO 10")
def test_alder_settes_inn_automatisk_ved_startdato(register: Register) -> None:
    forlop_id = register.forlop(register.patient(born=date(1970, 11, 2)))
    assert register.save(forlop_id, "to", {**TO, "StartdatoTO": "2026-11-01"}).svar["alder"] == 55
    assert register.save(forlop_id, "to", {"StartdatoTO": "2026-11-02"}).svar["alder"] == 56


@pytest.mark.manual("TO 12")
def test_kognitivt_svekket_kan_staa_tomt_men_maa_besvares_for_to_ferdigstilles(register: Register) -> None:
    forlop_id = register.forlop()
    open_question = without(TO, "KognSvekket")
    assert register.save(forlop_id, "to", open_question).status == 0
    with pytest.raises(InvalidAnswers) as caught:
        register.complete(forlop_id, "to", open_question)
    assert problems(caught) == {("REG-007", "KognSvekket")}


@pytest.mark.manual("TO 12")
@pytest.mark.parametrize("skjema", ["b21", "b22"])
def test_kognitivt_svekket_maa_besvares_senest_ved_avsluttende_tilsyn(register: Register, skjema: str) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", without(TO, "KognSvekket"))
    with pytest.raises(InvalidAnswers) as caught:
        register.complete(forlop_id, skjema)
    assert "Kognitivt svekket" in str(caught.value)
    register.save(forlop_id, "to", {"KognSvekket": 0})
    assert register.complete(forlop_id, skjema).status == 1


@pytest.mark.parametrize("born", [date(2026, 1, 1), date(1915, 1, 1)])
def test_alder_utenfor_grensene_avviser_aldri_en_pasient(register: Register, born: date) -> None:
    forlop_id = register.forlop(register.patient(born=born))
    assert register.complete(forlop_id, "to", NOT_SEEN).status == 1


@pytest.mark.manual("TO 9", "TO 11")
@pytest.mark.parametrize("name", ["Norsktalende", "KognSvekket"])
def test_norsktalende_og_kognitivt_svekket_har_bare_valgene_ja_og_nei(name: str) -> None:
    offered = {k.kode for k in load().variabel(name).koder if k.tilbys}
    assert offered == {0, 1}


@pytest.mark.manual("TO 1")
def test_henvist_via_minst_en_avkrysning(register: Register) -> None:
    forlop_id = register.forlop()
    with pytest.raises(InvalidAnswers) as caught:
        register.complete(forlop_id, "to", without(TO, "Tilsynsanmodnin"))
    assert problems(caught) == {("REG-007", "Tilsynsanmodnin")}


def test_det_to_avgjoer_staar_paa_forlopet(register: Register) -> None:
    def decided(forlop_id: int) -> tuple[object, ...]:
        with register.store.read(LU) as tx:
            (row,) = tx.rows(
                "select henvist_dato, startdato, tilsett, inkl_krit, samtykke, samtykke_type, samtykke_dato "
                "from register.forlop where forlop_id = ?",
                forlop_id,
            )
        return tuple(row.values())

    signed, refused = register.forlop(), register.forlop()
    assert decided(signed) == (None,) * 7
    register.save(signed, "to", TO)
    assert decided(signed) == (date(2026, 11, 1), date(2026, 11, 2), 1, 1, 1, None, date(2026, 11, 2))
    register.save(refused, "to", without(TO, "DatoSamtykke") | {"SkriftligSamtyk": 0, "TypeManglSamt": 1})
    assert decided(refused) == (date(2026, 11, 1), date(2026, 11, 2), 1, 1, 0, 1, None)
    register.save(refused, "to", {"HenvistDato": None})
    assert decided(refused)[0] is None

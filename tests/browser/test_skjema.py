"""What keeps a clinician's work safe on the form page: drafts, what is missing, other people's saves, locks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests import support
from tests.browser.contact import Contact
from tests.browser.skjema import Skjema, day

SignIn = Callable[..., Page]


def test_et_utkast_hentes_fram_etter_ny_innlasting_og_kan_forkastes(skjema: Skjema) -> None:
    # The second goes before the first is dealt with: «beholdt» is to be about both.
    skjema.dato("HenvistDato", day(4))
    skjema.velg("Tilsett", "Ja")
    expect(skjema.tilstand).to_contain_text("utkastet er beholdt")
    skjema.page.reload()
    expect(skjema.page.get_by_text("er hentet fram")).to_be_visible()
    expect(skjema.felt("HenvistDato").locator("input[type=text]")).to_have_value(day(4))
    expect(skjema.svar("Tilsett", "Ja")).to_have_attribute("aria-checked", "true")
    skjema.knapp("Forkast utkastet")
    expect(skjema.felt("HenvistDato").locator("input[type=text]")).to_have_value("")


def test_alt_som_mangler_listes_og_hver_linje_gaar_til_feltet(skjema: Skjema) -> None:
    skjema.page.get_by_label("Ferdigstille skjema?").check()
    skjema.knapp("Lagre")
    box = skjema.page.locator(".sr-mangler")
    expect(box).to_contain_text("6 svar må rettes")
    box.get_by_role("button", name="Kognitivt svekket mangler.").click()
    expect(skjema.felt("KognSvekket").get_by_role("radio").first).to_be_focused()
    skjema.velg("KognSvekket", "Nei")
    expect(box.locator("li[data-endret]")).to_have_count(1)


def test_feil_verdi_sies_ved_feltet_og_usedvanlig_verdi_spoerres_det_om_en_gang(skjema: Skjema) -> None:
    skjema.to().samtykke().ferdigstill().go("b22", "B 2.2")
    skjema.tall("AntPasTils", "100")
    expect(skjema.felt("AntPasTils")).to_contain_text("utenfor det som er mulig")
    skjema.tall("AntPasTils", "30")
    question = skjema.felt("AntPasTils").get_by_role("alert")
    expect(question).to_contain_text("Er du sikker på at gitt verdi er riktig?")
    question.get_by_role("button", name="Ja").click()
    expect(question).to_be_hidden()
    skjema.lagre()
    skjema.page.reload()
    expect(skjema.felt("AntPasTils").locator("input")).to_have_value("30")
    expect(skjema.felt("AntPasTils").get_by_role("alert")).to_be_hidden()


def test_to_som_lukker_skjemaer_med_innhold_spoer_foerst(skjema: Skjema) -> None:
    skjema.to().lagre().go("b12", "B 1.2").dato("Regdato12", day(3)).lagre().go("to", "TO")
    skjema.velg("Tilsett", "Nei, ikke behov").knapp("Lagre")
    dialog = skjema.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Behandlerdel 1.2")
    dialog.get_by_role("button", name="Avbryt").click()
    expect(dialog).to_be_hidden()
    skjema.knapp("Lagre")
    dialog.get_by_role("button", name="Lagre og lukk dem").click()
    expect(skjema.fane("B 1.2")).to_contain_text("–")
    expect(skjema.tilstand).to_contain_text("Lagret")


def test_samtidig_lagring_sammenlignes_felt_for_felt(skjema: Skjema, sign_in: SignIn) -> None:
    skjema.to().lagre()
    mine = skjema.go("b12", "B 1.2").dato("Regdato12", day(3)).velg("AngiNRS12", "Nei")
    address = f"/skjema?forlop={skjema.forlop}&skjema=b12"
    theirs = Skjema(sign_in(support.COLLEAGUE.navn, address), skjema.forlop).ready("B 1.2")
    theirs.dato("Regdato12", day(2)).velg("AngiNRS12", "Ikke spurt").lagre()
    mine.knapp("Lagre")
    dialog = mine.page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"endret av {support.COLLEAGUE.navn}")
    expect(dialog).to_contain_text("Ikke spurt")
    dialog.get_by_role("radiogroup", name="Registreringsdato").get_by_text("Lagret svar").click()
    dialog.get_by_role("button", name="Lagre valgene").click()
    expect(mine.tilstand).to_contain_text("Lagret")
    expect(mine.felt("Regdato12").locator("input[type=text]")).to_have_value(day(2))
    expect(mine.svar("AngiNRS12", "Nei")).to_have_attribute("aria-checked", "true")


@pytest.mark.manual("Arbeidsliste 12")
def test_ferdigstilt_skjema_er_laast_for_lu_og_rettes_av_lc_med_grunn(skjema: Skjema, sign_in: SignIn) -> None:
    skjema.to().samtykke().ferdigstill()
    expect(skjema.page.locator(".sr-rolig")).to_contain_text(support.LC.navn)
    expect(skjema.svar("Norsktalende", "Nei")).to_be_disabled()
    address = f"/skjema?forlop={skjema.forlop}&skjema=to"
    lc = Skjema(sign_in(support.LC.navn, address), skjema.forlop).ready("TO").knapp("Rett skjema")
    dialog = lc.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Begynn rettingen").click()
    expect(dialog).to_contain_text(
        "Oppgi en grunn for rettelsen av TO: et ferdigstilt skjema endres bare med begrunnelse."
    )
    dialog.get_by_label("Grunn for rettelsen").fill("Feil dato i henvisningen")
    dialog.get_by_role("button", name="Begynn rettingen").click()
    # No user can type behind the dialog, as a test can.
    expect(dialog).to_have_count(0)
    lc.dato("HenvistDato", day(5)).knapp("Lagre")
    expect(lc.tilstand).to_contain_text("Ferdigstilt")
    lc.status("TO")
    lc.page.reload()
    expect(lc.felt("HenvistDato").locator("input[type=text]")).to_have_value(day(5))


@pytest.mark.manual("Arbeidsliste 13")
def test_internkommentar_merkes_paa_fanen(skjema: Skjema) -> None:
    skjema.knapp("Internkommentar")
    skjema.page.get_by_label("Internkommentar").fill("Ring posten")
    skjema.knapp("Lagre kommentar")
    expect(skjema.fane("TO")).to_contain_text("har internkommentar")


def test_to_som_skriver_internkommentar_ser_begge_og_ingenting_er_mistet(skjema: Skjema, sign_in: SignIn) -> None:
    other = Skjema(sign_in(support.LC.navn, f"/skjema?forlop={skjema.forlop}&skjema=to"), skjema.forlop).ready("TO")
    skjema.knapp("Internkommentar")
    skjema.page.get_by_label("Internkommentar").fill("Ring posten")
    skjema.knapp("Lagre kommentar")
    expect(skjema.fane("TO")).to_contain_text("har internkommentar")
    other.knapp("Internkommentar")
    text, popup = other.page.get_by_label("Internkommentar"), other.page.locator(".sr-kommentar")
    text.fill("Tolk kl. 12")
    other.knapp("Lagre kommentar")
    expect(popup.get_by_role("alert")).to_contain_text("er endret av Lise Lokal")
    expect(popup.get_by_label("Lagret kommentar")).to_have_text("Ring posten")
    expect(text).to_have_value("Tolk kl. 12")
    text.fill("Ring posten. Tolk kl. 12")
    other.knapp("Lagre kommentar")
    expect(popup).to_be_hidden()
    other.page.get_by_role("button", name="Internkommentar").click()
    expect(popup).to_contain_text("Sist endret av Lars Koordinator")
    popup.get_by_text("Tidligere versjoner").click()
    expect(popup.get_by_role("listitem")).to_have_text(
        re.compile(r"1\. Lise Lokal, 23\.11\.2026 kl\. 10:\d\d\s*Ring posten")
    )


def test_en_internkommentar_som_ikke_er_lagret_blir_staaende_og_kan_forkastes(skjema: Skjema) -> None:
    button = skjema.page.get_by_role("button", name="Internkommentar")
    skjema.knapp("Internkommentar")
    skjema.page.get_by_label("Internkommentar").fill("Halvt skrevet")
    skjema.page.keyboard.press("Escape")
    expect(button).to_have_text("Internkommentar – ikke lagret")
    skjema.dato("HenvistDato", day(4)).knapp("Lagre")
    expect(skjema.tilstand).to_contain_text("Lagret")
    button.click()
    expect(skjema.page.get_by_label("Internkommentar")).to_have_value("Halvt skrevet")


def test_dobbeltklikk_lagrer_en_gang_og_det_siste_feltet_er_med(skjema: Skjema) -> None:
    field = skjema.felt("HenvistDato").locator("input[type=text]")
    field.fill(day(4))
    skjema.page.get_by_role("button", name="Lagre", exact=True).dblclick()
    expect(skjema.tilstand).to_contain_text("Lagret")
    skjema.page.reload()
    expect(field).to_have_value(day(4))
    expect(skjema.page.get_by_text("er hentet fram")).to_have_count(0)


@pytest.mark.manual("B 1.1 13", "B 1.1 14", "B 1.1 15")
def test_en_feilregistrert_diagnose_rettes_uten_at_noe_annet_gaar_tapt(skjema: Skjema) -> None:
    skjema.to().lagre().neste("B 1.1").avdeling().diagnose()
    row = skjema.felt("smertediagnoser").locator("tbody tr")
    expect(row.get_by_title("Rygg – Lumbosakralt")).to_have_text("Rygg")
    row.get_by_role("button", name="Rediger").click()
    skjema.velg("Rygg", "Thorakalt").knapp("Avbryt registrering")
    expect(skjema.felt("Rygg")).to_have_count(0)
    expect(row).to_contain_text("Rygg – Lumbosakralt")
    row.get_by_role("button", name="Rediger").click()
    skjema.velg("Rygg", "Thorakalt").knapp("Endre")
    expect(row).to_contain_text("Rygg – Thorakalt")


@pytest.mark.manual("B 1.1 22")
def test_opioider_uten_dose_skjules_og_vises_igjen(skjema: Skjema) -> None:
    table = skjema.to().lagre().go("b11", "1.1").velg("Ingen4b", "Opioider").felt("MoEkvivalens")
    table.get_by_role("button", name="Vis alle 27").click()
    expect(table.locator("tbody tr")).to_have_count(27)
    table.get_by_label("Oksykodon, kapsler/mikstur: dose").fill("20")
    expect(table.locator(".sr-total")).to_have_text("30 mg")
    table.get_by_role("button", name="Skjul tomme").click()
    expect(table.locator("tbody tr")).to_have_count(1)
    table.get_by_role("button", name="Vis alle 27").click()
    expect(table.locator("tbody tr")).to_have_count(27)


def test_skjema_utenfor_forloepstypen_og_annen_enhets_forloep_avvises(skjema: Skjema, sign_in: SignIn) -> None:
    skjema.page.goto(f"/skjema?forlop={skjema.forlop}&skjema=b22")
    expect(skjema.page.get_by_role("alert")).to_contain_text("inngår ikke i forløpstypen")
    other = sign_in(support.OTHER_LU.navn, f"/skjema?forlop={skjema.forlop}&skjema=to")
    expect(other.get_by_role("alert")).to_contain_text("annen enhet")


@pytest.mark.parametrize("taken", [False, True], ids=["svaret", "kvitteringen"])
def test_det_som_gikk_tapt_paa_veien_sendes_paa_nytt(skjema: Skjema, taken: bool) -> None:
    lost: list[str] = []

    def through(route: Route) -> None:
        said = route.request.post_data or ""
        if "-SkriftligSamtyk" not in said or lost:
            route.continue_()
            return
        lost.append(said)
        if taken:
            route.fetch()
        route.abort()

    skjema.page.route("**/skjema/svar", through)
    skjema.to().velg("SkriftligSamtyk", "Ja")
    # Asked for when the answer has come through.
    expect(skjema.felt("DatoSamtykke")).to_be_visible()
    assert len(lost) == 1


@pytest.mark.parametrize("noticed", [False, True], ids=["uten at det merkes", "forbindelsen brytes"])
def test_svar_gitt_uten_kontakt_med_tjeneren_sendes_naar_kontakten_kommer_tilbake(
    skjema: Skjema, noticed: bool
) -> None:
    contact = Contact(skjema.page)
    skjema.page.clock.install(time=support.MOMENT)
    skjema.page.reload()
    skjema.ready("TO").to()
    expect(skjema.tilstand).to_contain_text("utkastet er beholdt")
    contact.lose(noticed=noticed)
    skjema.velg("SkriftligSamtyk", "Ja")
    skjema.page.clock.run_for(180_000)
    expect(skjema.felt("DatoSamtykke")).to_have_count(0)
    expect(skjema.tilstand).to_have_text("Endret – venter på kontakt med tjeneren")
    contact.find()
    expect(skjema.felt("DatoSamtykke")).to_be_visible(timeout=15_000)
    skjema.page.reload()
    expect(skjema.page.get_by_text("er hentet fram")).to_be_visible()
    expect(skjema.svar("SkriftligSamtyk", "Ja")).to_have_attribute("aria-checked", "true")


def test_en_diagnose_som_ikke_er_lagt_til_gaar_ikke_tapt_ved_ferdigstilling(skjema: Skjema) -> None:
    skjema.to().samtykke().ferdigstill().neste("B 1.1")
    skjema.velg("Smertekategori3a", "Akutt smerte").velg("diagnosekat3b2", "På grunn av sykdom")
    skjema.velg("AnatomiskInndel", "Rygg")
    skjema.page.get_by_label("Ferdigstille skjema?").check()
    skjema.knapp("Lagre")
    dialog = skjema.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Akutt smerte – På grunn av sykdom Rygg")
    dialog.get_by_role("button", name="Legg til").click()
    expect(skjema.felt("diagnoseknapper")).to_contain_text("mangler")
    skjema.velg("Rygg", "Lumbosakralt").velg("HovedDiag", "Ja")
    skjema.page.get_by_label("Ferdigstille skjema?").check()
    skjema.knapp("Lagre")
    dialog.get_by_role("button", name="Legg til").click()
    expect(skjema.felt("smertediagnoser").get_by_role("row")).to_have_count(2)
    expect(skjema.page.locator(".sr-mangler")).to_contain_text("4a) Analgetika ved innleggelse")

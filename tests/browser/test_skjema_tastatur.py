"""The form by keyboard: every key counts, and the focus is where the user is."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.skjema import Skjema, day


def test_opioidet_velges_med_tastaturet_og_raden_staar_til_den_faar_dose_eller_fjernes(skjema: Skjema) -> None:
    skjema.to().samtykke().ferdigstill().neste("B 1.1").velg("Ingen4b", "Opioider")
    table = skjema.felt("MoEkvivalens")
    picker = table.get_by_label("Legg til opioid")
    picker.focus()
    skjema.page.keyboard.press("ArrowDown")
    expect(table.locator("tbody tr")).to_have_count(0)
    skjema.page.keyboard.type("oksykodon dep")
    skjema.page.keyboard.press("Enter")
    expect(table.locator("tbody tr")).to_have_count(1)
    expect(table.get_by_label("Oksykodon, depottabletter: dose i mg")).to_be_focused()
    expect(skjema.tilstand).to_contain_text("utkastet er beholdt")
    skjema.page.reload()
    skjema.ready("B 1.1")
    expect(table.locator("tbody tr")).to_have_count(1)
    skjema.page.get_by_label("Ferdigstille skjema?").check()
    skjema.knapp("Lagre")
    missing = skjema.page.locator(".sr-mangler")
    expect(missing).to_contain_text("Oksykodon, depottabletter: dosen mangler")
    expect(missing).to_contain_text("4a) Analgetika ved innleggelse")
    expect(missing).to_be_focused()
    table.get_by_role("button", name="Fjern Oksykodon, depottabletter").click()
    expect(table.locator("tbody tr")).to_have_count(0)


def test_soeketekst_som_ikke_er_valgt_fra_listen_lagres_ikke_bort(skjema: Skjema) -> None:
    skjema.to().samtykke().ferdigstill().neste("B 1.1")
    field = skjema.felt("InnlDiag").locator("input")
    field.fill("brystkre")
    field.press("Tab")
    expect(skjema.felt("InnlDiag")).to_contain_text("er ikke valgt fra listen")
    skjema.knapp("Lagre")
    expect(skjema.page.locator(".sr-mangler")).to_contain_text("«brystkre» kan ikke leses")
    field.fill("")
    field.press("Tab")
    skjema.lagre()


def test_fokus_staar_etter_lagre_og_gaar_til_det_foerste_ubesvarte_etter_neste(skjema: Skjema) -> None:
    skjema.dato("HenvistDato", day(5)).lagre()
    expect(skjema.page.get_by_role("button", name="Lagre", exact=True)).to_be_focused()
    skjema.to().samtykke().ferdigstill().neste("B 1.1")
    # The date has a proposal that stands.
    expect(skjema.felt("Lokasjon").get_by_role("radio").first).to_be_focused()


def test_det_umulige_spoerres_det_ikke_om_en_er_sikker_paa(skjema: Skjema) -> None:
    skjema.to().samtykke().ferdigstill().go("b22", "B 2.2").tall("AntPasTils", "100")
    expect(skjema.felt("AntPasTils")).to_contain_text("utenfor det som er mulig")
    expect(skjema.felt("AntPasTils").get_by_role("alert")).to_be_hidden()

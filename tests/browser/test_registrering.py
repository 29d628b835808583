"""A clinician registers a patient through every form of each forløpstype to ferdigstilt."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.skjema import Skjema


def test_forlop_1_ikke_tilsett(skjema: Skjema) -> None:
    skjema.to(tilsett="Nei, ikke behov").ferdigstill().status("TO")
    expect(skjema.fane("B 1.2")).to_contain_text("–")
    skjema.neste("B 1.1").avdeling().diagnose().velg("Ingen4a", "Ingen")
    expect(skjema.svar("Ingen4b", "Vet ikke")).to_have_attribute("aria-checked", "true")
    skjema.blokader_og_rus()
    expect(skjema.svar("LAR", "Nei")).to_have_attribute("aria-checked", "true")
    skjema.ferdigstill().status("B 1.1")


def test_forlop_2_inklusjonskriteriene_ikke_oppfylt(skjema: Skjema) -> None:
    skjema.to(kognitivt="Ja")
    expect(skjema.felt("InklKritOppf")).to_contain_text("Nei")
    expect(skjema.svar("TypeManglSamt", "Ikke aktuelt")).to_have_attribute("aria-checked", "true")
    skjema.ferdigstill().neste("B 1.1").avdeling().diagnose()
    skjema.velg("Ingen4a", "Ingen").velg("Ingen4b", "Ingen").blokader_og_rus().ferdigstill()
    skjema.neste("B 1.2").nrs("12", 3).ferdigstill()
    skjema.neste("B 2.1").nrs("21", 1).ferdigstill()
    skjema.neste("B 2.2").b22().ferdigstill().status("B 2.2")


def test_forlop_3_med_samtykke(skjema: Skjema) -> None:
    skjema.to().samtykke().ferdigstill().neste("B 1.1").avdeling().diagnose()
    skjema.velg("Ingen4a", "Opioider").velg("Ingen4b", "Opioider")
    opioids = skjema.felt("MoEkvivalens")
    opioids.get_by_label("Legg til opioid").select_option(label="Oksykodon, kapsler/mikstur")
    opioids.get_by_label("Oksykodon, kapsler/mikstur: dose").fill("20")
    expect(opioids.locator(".sr-total")).to_have_text("30 mg")
    skjema.velg("UhenBrukMed", "Nei").blokader_og_rus().ferdigstill()
    skjema.neste("B 1.2").nrs("12", 3).ferdigstill()
    skjema.neste("B 2.1").nrs("21", 1).ferdigstill()
    skjema.neste("B 2.2").b22()
    expect(skjema.felt("TotTid").locator("input")).to_have_value("2")
    expect(skjema.felt("TotTid")).to_contain_text("1,3 er rundet opp til 2 timer")
    expect(skjema.felt("Lege")).to_contain_text("Du bør også oppdatere spm 2 antall pasienttilsyn")
    skjema.ferdigstill()
    for tab in ("TO", "B 1.1", "B 1.2", "B 2.1", "B 2.2"):
        skjema.status(tab)

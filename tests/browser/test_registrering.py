"""A clinician registers new patients through every form of each forløpstype to ferdigstilt, and they are published."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Page, expect

from checks import identity
from tests import support
from tests.browser.conftest import Server
from tests.browser.skjema import Skjema

BORN = date(1958, 9, 2)
PUBLISHED_WITHIN = 180_000
SignIn = Callable[..., Page]


def forlop_1(skjema: Skjema) -> None:
    skjema.to(tilsett="Nei, ikke behov").ferdigstill().status("TO")
    expect(skjema.fane("B 1.2")).to_contain_text("–")
    skjema.neste("B 1.1").avdeling().diagnose().velg("Ingen4a", "Ingen")
    expect(skjema.svar("Ingen4b", "Vet ikke")).to_have_attribute("aria-checked", "true")
    skjema.blokader_og_rus()
    expect(skjema.svar("LAR", "Nei")).to_have_attribute("aria-checked", "true")
    skjema.ferdigstill().status("B 1.1")


def forlop_2(skjema: Skjema) -> None:
    skjema.to(kognitivt="Ja")
    expect(skjema.felt("InklKritOppf")).to_contain_text("Nei")
    expect(skjema.svar("TypeManglSamt", "Ikke aktuelt")).to_have_attribute("aria-checked", "true")
    skjema.ferdigstill().neste("B 1.1").avdeling().diagnose()
    skjema.velg("Ingen4a", "Ingen").velg("Ingen4b", "Ingen").blokader_og_rus().ferdigstill()
    skjema.neste("B 1.2").nrs("12", 3).ferdigstill()
    skjema.neste("B 2.1").nrs("21", 1).ferdigstill()
    skjema.neste("B 2.2").b22().ferdigstill().status("B 2.2")


def forlop_3(skjema: Skjema) -> None:
    skjema.to().samtykke().ferdigstill().neste("B 1.1").avdeling().diagnose()
    skjema.velg("Ingen4a", "Opioider").velg("Ingen4b", "Opioider")
    opioids = skjema.felt("MoEkvivalens")
    opioids.get_by_label("Legg til opioid").fill("oksykodon kaps")
    opioids.get_by_role("option", name="Oksykodon, kapsler/mikstur").click()
    opioids.get_by_label("Oksykodon, kapsler/mikstur: dose").fill("20")
    expect(opioids.locator(".sr-total")).to_have_text("30 mg")
    skjema.velg("UhenBrukMed", "Nei").blokader_og_rus().ferdigstill()
    skjema.neste("B 1.2").nrs("12", 3).ferdigstill()
    skjema.neste("B 2.1").nrs("21", 1).ferdigstill()
    skjema.neste("B 2.2").b22()
    expect(skjema.felt("TotTid").locator("input")).to_have_value("2")
    expect(skjema.felt("TotTid")).to_contain_text("1,3 er rundet opp til 2 timer")
    expect(skjema.felt("Lege")).to_contain_text("Du bør også oppdatere spm 2 antall pasienttilsyn")
    count = skjema.felt("Lege").get_by_label("Lege: Antall tilsyn", exact=True)
    count.fill("2a")
    count.press("Tab")
    skjema.lagre()
    # What is no number is not taken away unsaid.
    expect(count).to_have_value("2a")
    expect(skjema.felt("Lege")).to_contain_text("«2a» er ikke et tall.")
    count.fill("2")
    count.press("Tab")
    skjema.ferdigstill()
    expect(skjema.svar("Lege", "Sykepleier")).to_have_css("border-style", "dashed")
    for tab in ("TO", "B 1.1", "B 1.2", "B 2.1", "B 2.2"):
        skjema.status(tab)


def new_patient(page: Page, number: str) -> Skjema:
    """From «Ny registrering» through PO to TO of the new forløp."""
    page.get_by_label("Fødselsnummer", exact=True).fill(number)
    page.get_by_role("button", name="Søk pasient").click()
    page.get_by_role("button", name="+ Ny registrering").click()
    expect(page.get_by_text("Nytt forløp er opprettet")).to_be_visible()
    forlop = re.search(r"forlop=(\d+)", page.url)
    assert forlop is not None
    page.get_by_role("textbox", name="Telefonnummer").fill("91746035")
    page.get_by_role("textbox", name="E-postadresse").fill("kari@eksempel.no")
    page.get_by_role("button", name="Neste ›").click()
    return Skjema(page, int(forlop[1])).ready("TO")


@pytest.mark.manual("PO 6", "Samtykke 11")
def test_nye_pasienter_registreres_til_ferdigstilt_publiseres_og_finnes_lokalt_men_ikke_nasjonalt(
    sign_in: SignIn, server: Server
) -> None:
    numbers = []
    for serial, register in enumerate((forlop_1, forlop_2, forlop_3), start=11):
        skjema = new_patient(sign_in(address="/ny_registrering"), identity.make(BORN, 2, serial))
        register(skjema)
        numbers.append(skjema.forlop)
    publish(sign_in(support.LC.navn, "/lokal_oversikt"))
    folder = server.data / "published"
    # Forløp 1 and 2 never meet the criteria; the patient forms of forløp 3 are still open.
    assert [forlop_in(folder / f"lokal-{support.OWN}.duckdb", number) for number in numbers] == [True] * 3
    assert [forlop_in(folder / "nasjonal.duckdb", number) for number in numbers] == [False] * 3


def publish(page: Page) -> None:
    """«Publiser nå», until the figures are there."""
    page.get_by_role("button", name="Publiser nå").click()
    expect(page.get_by_role("button", name="Publiser nå")).to_be_disabled()
    expect(page.get_by_role("button", name="Publiser nå")).to_be_enabled(timeout=PUBLISHED_WITHIN)
    expect(page.get_by_text("Sist publisert")).to_be_visible()


def forlop_in(file: Path, number: int) -> bool:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute('select count(*) from allevarnum where "ForlopsID" = ?', [number]).fetchone() == (1,)

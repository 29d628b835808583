"""What is typed is kept, whatever the user or the line does right after the key."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, visit
from tests.browser.skjema import Skjema, day
from tests.sizes import size
from tests.support import LU

AWAY: dict[str, Callable[[Page], object]] = {
    "last siden på nytt": lambda page: page.reload(),
    "tilbake": lambda page: page.go_back(),
    "en annen adresse": lambda page: page.goto("/min_side"),
    "lukk fanen": lambda page: page.close(run_before_unload=True),
    "en annen side av appen": lambda page: page.get_by_role("link", name="Arbeidsliste").click(),
    "en annen fane": lambda page: page.locator(".sr-fane").filter(has_text="PO").click(),
}


@pytest.mark.parametrize("away", AWAY)
def test_det_som_er_skrevet_er_i_utkastet_naar_brukeren_gaar_med_en_gang(
    server: Server, browser: Browser, forlop: int, away: str
) -> None:
    """The field has not been left: what stands in it has not been an answer yet."""
    context = visit(browser, server.base)
    page = context.new_page()
    page.goto("/arbeidsliste")
    page.get_by_role("button", name=LU.navn).click()
    expect(page.get_by_role("table").first).to_be_visible()
    page.goto(f"/skjema?forlop={forlop}&skjema=to")
    form = Skjema(page, forlop).ready("TO")
    form.felt("HenvistDato").locator("input[type=text]").fill(day(4))
    form.svar("Tilsett", "Ja").click()
    form.felt("StartdatoTO").locator("input[type=text]").fill(day(3))
    AWAY[away](page)
    again = context.new_page()
    form = Skjema(again, forlop).go("to", "TO")
    expect(form.felt("StartdatoTO").locator("input[type=text]")).to_have_value(day(3))
    expect(form.felt("HenvistDato").locator("input[type=text]")).to_have_value(day(4))
    expect(form.svar("Tilsett", "Ja")).to_have_attribute("aria-checked", "true")
    context.close()


def test_svar_som_ikke_kom_fram_foer_siden_ble_lastet_paa_nytt_sendes_da(skjema: Skjema) -> None:
    skjema.page.route("**/skjema/svar", lambda route: route.abort())
    skjema.velg("Tilsett", "Ja").dato("HenvistDato", day(4))
    expect(skjema.tilstand).to_have_text("Endret – venter på kontakt med tjeneren")
    skjema.page.unroute("**/skjema/svar")
    skjema.page.reload()
    expect(skjema.svar("Tilsett", "Ja")).to_have_attribute("aria-checked", "true")
    expect(skjema.felt("HenvistDato").locator("input[type=text]")).to_have_value(day(4))
    skjema.ready("TO").lagre()
    skjema.page.reload()
    expect(skjema.svar("Tilsett", "Ja")).to_have_attribute("aria-checked", "true")


def test_lagre_gjor_ingenting_foer_svarene_er_kommet_fram(skjema: Skjema) -> None:
    skjema.page.route("**/skjema/svar", lambda route: route.abort())
    skjema.velg("Tilsett", "Ja").knapp("Lagre")
    expect(skjema.page.locator(".sr-linje")).to_contain_text("svarene er ikke kommet fram ennå")
    expect(skjema.svar("Tilsett", "Ja")).to_have_attribute("aria-checked", "true")
    skjema.page.unroute("**/skjema/svar")
    skjema.lagre()


def test_tekst_som_ikke_er_en_dato_stopper_lagringen_og_staar_igjen_etter_ny_innlasting(skjema: Skjema) -> None:
    skjema.velg("Tilsett", "Ja").dato("HenvistDato", "32.13").knapp("Lagre")
    expect(skjema.page.locator(".sr-mangler")).to_contain_text("«32.13» kan ikke leses")
    skjema.page.reload()
    expect(skjema.felt("HenvistDato").locator("input[type=text]")).to_have_value("32.13")
    skjema.ready("TO").dato("HenvistDato", day(4)).lagre()


SHOWN = """() => Object.fromEntries([...document.querySelectorAll('[data-felt]')].map((field) => [field.dataset.felt,
  [...field.querySelectorAll('[aria-checked]')].map((one) => one.getAttribute('aria-checked')).concat(
    [...field.querySelectorAll('input[type=text]')].map((one) => one.value).filter(Boolean))]))"""


CLICK = """(share) => {
  const found = [...document.querySelectorAll('.sr-skjema [data-felt] .sr-svar button:not([disabled])')].filter((one) => one.checkVisibility());
  found[Math.floor(share * found.length)].click();
}"""


@pytest.mark.parametrize("skjema_navn", ["to", "b22"])
def test_raske_svar_i_tilfeldig_rekkefolge_staar_slik_de_sist_ble_gitt(
    server: Server, skjema: Skjema, skjema_navn: str
) -> None:
    """Clicks that wait for nothing, with a save or a colleague's publishing now and then."""
    chance, page = random.Random(7), skjema.page
    if skjema_navn == "b22":
        skjema.to().samtykke().ferdigstill().go("b22", "B 2.2")
    expect(page.locator(".sr-skjema .sr-svar button").first).to_be_visible()
    for number in range(size(60, 500)):
        page.evaluate(CLICK, chance.random())
        if number % 15 == 14:
            page.get_by_role("button", name="Lagre", exact=True).click()
    expect(skjema.tilstand).to_have_text(re.compile("utkastet er beholdt|Lagret"))
    page.wait_for_function("() => !Object.keys(sessionStorage).some((key) => key.startsWith('smertereg-svar:'))")
    page.wait_for_load_state("networkidle")
    before = page.evaluate(SHOWN)
    page.reload()
    skjema.ready("TO" if skjema_navn == "to" else "B 2.2")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHOWN) == before

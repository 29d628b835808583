"""What is typed is kept, whatever the user or the line does right after the key."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, visit
from tests.browser.contact import Contact
from tests.browser.skjema import Skjema, day
from tests.support import LU

AWAY: dict[str, Callable[[Page], object]] = {
    "last siden på nytt": lambda page: page.reload(),
    "tilbake": lambda page: page.go_back(),
    "en annen adresse": lambda page: page.goto("/min_side"),
    "lukk fanen": lambda page: page.close(run_before_unload=True),
    "en annen side av appen": lambda page: page.get_by_role("link", name="Arbeidsliste").click(),
    "en annen fane": lambda page: page.locator(".sr-fane").filter(has_text="PO").click(),
}


@pytest.fixture
def at_list(server: Server, browser: Browser) -> Iterator[Page]:
    """LU at the arbeidsliste; a new page of the same context is signed in too."""
    context = visit(browser, server.base)
    page = context.new_page()
    page.goto("/arbeidsliste")
    page.get_by_role("button", name=LU.navn).click()
    expect(page.get_by_role("table").first).to_be_visible()
    yield page
    context.close()


@pytest.mark.parametrize("away", AWAY)
def test_det_som_er_skrevet_er_i_utkastet_naar_brukeren_gaar_med_en_gang(at_list: Page, forlop: int, away: str) -> None:
    """The field has not been left: what stands in it has not been an answer yet."""
    page = at_list
    page.goto(f"/skjema?forlop={forlop}&skjema=to")
    form = Skjema(page, forlop).ready("TO")
    form.felt("HenvistDato").locator("input[type=text]").fill(day(4))
    form.svar("Tilsett", "Ja").click()
    form.felt("StartdatoTO").locator("input[type=text]").fill(day(3))
    AWAY[away](page)
    again = page.context.new_page()
    form = Skjema(again, forlop).go("to", "TO")
    expect(form.felt("StartdatoTO").locator("input[type=text]")).to_have_value(day(3))
    expect(form.felt("HenvistDato").locator("input[type=text]")).to_have_value(day(4))
    expect(form.svar("Tilsett", "Ja")).to_have_attribute("aria-checked", "true")


@pytest.mark.parametrize("away", [*AWAY, "en annen fane av skjemaet"])
def test_personopplysninger_og_kommentar_er_i_utkastet_naar_brukeren_gaar_med_en_gang(
    at_list: Page, forlop: int, away: str
) -> None:
    page = at_list
    page.goto(f"/skjema?forlop={forlop}&skjema=to")
    Skjema(page, forlop).ready("TO").fane("PO").click()
    expect(page.get_by_label("Adresse", exact=True)).to_be_visible()
    address = page.url
    page.get_by_label("Adresse", exact=True).fill("Nygata 1")
    page.get_by_role("textbox", name="Dato for innhenting").fill("32.13")
    page.get_by_role("button", name="Internkommentar").click()
    page.get_by_label("Internkommentar", exact=True).fill("Tolk\nbestilt")
    if away in AWAY:
        page.locator("[data-felt$=Poststed] input").fill("Bergen")
        (AWAY | {"en annen fane": lambda at: at.locator(".sr-fane[title=Tilleggsopplysninger]").click()})[away](page)
    again = page.context.new_page()
    again.goto(address)
    expect(again.get_by_label("Adresse", exact=True)).to_have_value("Nygata 1")
    expect(again.get_by_role("textbox", name="Dato for innhenting")).to_have_value("32.13")
    if away in AWAY:
        expect(again.get_by_label("Poststed", exact=True)).to_have_value("Bergen")
        again.get_by_role("button", name="Internkommentar").click()
        expect(again.get_by_label("Internkommentar", exact=True)).to_have_value("Tolk\nbestilt")


def test_soeketekst_som_ikke_er_valgt_staar_igjen_naar_brukeren_gaar_med_en_gang(skjema: Skjema) -> None:
    skjema.go("b11", "B 1.1").felt("InnlDiag").locator("input").fill("ukjent sykdom")
    skjema.page.goto("/min_side")
    skjema.go("b11", "B 1.1")
    expect(skjema.felt("InnlDiag").locator("input")).to_have_value("ukjent sykdom")
    expect(skjema.felt("InnlDiag")).to_contain_text("er ikke valgt fra listen")


def test_to_faner_med_samme_skjema_faar_hvert_sitt_klikk_utfoert(skjema: Skjema) -> None:
    other = Skjema(skjema.page.context.new_page(), skjema.forlop).go("to", "TO")
    for one, navn in ((skjema, "Norsktalende"), (other, "KognSvekket"), (skjema, "Tilsett")):
        one.velg(navn, "Nei").lagre()
        expect(one.svar(navn, "Nei")).to_have_attribute("aria-checked", "true")


def test_et_klikk_som_kom_bort_paa_veien_sendes_igjen(skjema: Skjema) -> None:
    contact = Contact(skjema.page)
    skjema.page.reload()
    skjema.ready("TO").velg("Tilsett", "Ja")
    contact.drop = 1
    skjema.lagre()
    assert contact.lost == 1


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

"""Who uses a keyboard, a screen reader, a phone or large letters can use the pages as others do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.web.static_files import url
from checks.codebook import load
from tests import support
from tests.browser.conftest import Server, visit
from tests.browser.skjema import Skjema

SignIn = Callable[..., Page]
FORMS = {"to": "TO", "b11": "B 1.1", "b12": "B 1.2", "b21": "B 2.1", "b22": "B 2.2"}
# A phone, a laptop at 200 %, and what 1280 is at 400 % (WCAG 1.4.10).
NARROW = {"telefon": (390, 844), "200 prosent": (683, 384), "400 prosent": (320, 640)}
ENGLISH = re.compile(
    r"skip to|sidebar|choose an|\bopen\b|\bclose\b|\b(show|hide)\b|\bhelp\b|results|upload|browse|remove|\bselect\b|notifications",
    re.I,
)
CONTROLS = {
    "button",
    "link",
    "textbox",
    "searchbox",
    "combobox",
    "checkbox",
    "radio",
    "spinbutton",
    "option",
    "Date",
    "listbox",
}
# What has more than one stop for Tab, among the questions that are no tables.
STOPS = """() => [...document.querySelectorAll('.sr-felt')]
  .filter(({ dataset }) => !['tittel', 'opioider', 'behandlere', 'diagnoser', 'knapper'].includes(dataset.slag))
  .filter((felt) => [...felt.querySelectorAll('button, input, select, textarea, a, [tabindex]')]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility()).length > 1)
  .map(({ dataset }) => dataset.felt)"""
PAGES = (
    "/",
    "/ny_registrering",
    "/min_side",
    "/dekningsgrad",
    "/filarkiv",
    "/logg",
    "/pasientsok",
    "/brukere",
    "/rett_identitet",
)
HELP = """async ([texts, script]) => {
  const { helpElements } = await import(script);
  return texts.map((text) => {
    const box = document.createElement('div');
    box.append(...helpElements(text));
    return [box.innerText, box.querySelectorAll('b, li').length];
  });
}"""
# What is wider than the page is scrolled to in Streamlit's own box, not in the document.
TOO_WIDE = """() => [document.scrollingElement, document.querySelector('[data-testid="stMain"]')]
  .filter((box) => box.scrollWidth > innerWidth).map((box) => box.scrollWidth)"""
# How many lines of buttons the bar has.
BAR_LINES = """() => [...document.querySelectorAll('.sr-linje .sr-rad > :is(.sr-knapp, .sr-ferdig)')]
  .filter((part) => part.checkVisibility()).map((part) => part.getBoundingClientRect()).map((box) => (box.top + box.bottom) / 2)
  .sort((a, b) => a - b).filter((middle, nr, all) => nr === 0 || middle - all[nr - 1] > 12).length"""
TOO_SMALL = """(area) => [...document.querySelectorAll(`${area} :is(button, select, textarea, label, a.sr-fane, a.sr-symbol)`)]
  .map((part) => [part.outerHTML.slice(0, 120), part.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([html]) => html)"""
HIDDEN = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  if (!one.closest('.sr-felt')) return null;
  const head = document.querySelector('.sr-hode').getBoundingClientRect();
  const bar = document.querySelector('.sr-linje').getBoundingClientRect();
  const ring = getComputedStyle(one);
  const ok = box.top >= head.bottom && box.bottom <= bar.top && ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2;
  return ok ? '' : `${one.outerHTML.slice(0, 100)} ${box.top}–${box.bottom} mellom ${head.bottom} og ${bar.top}`;
}"""


@pytest.fixture(scope="module")
def fylt(server: Server, browser: Browser) -> int:
    """A forløp whose forms have answers, tables of diagnoses and opioids among them."""
    with signed_in(server, browser, support.LU.navn) as page:
        skjema = Skjema(page, next(server.forlop)).go("to", "TO").to().samtykke().lagre()
        skjema.go("b11", "B 1.1").avdeling().diagnose().velg("Ingen4b", "Opioider")
        opioids = skjema.felt("MoEkvivalens")
        opioids.get_by_label("Legg til opioid").fill("oksykodon kaps")
        opioids.get_by_role("option", name="Oksykodon, kapsler/mikstur").click()
        opioids.get_by_label("Oksykodon, kapsler/mikstur: dose").fill("20")
        expect(opioids.locator(".sr-total")).to_have_text("30 mg")
        skjema.lagre().go("b12", "B 1.2").nrs("12", 3).lagre().go("b22", "B 2.2").b22().lagre()
        return skjema.forlop


@contextmanager
def signed_in(server: Server, browser: Browser, name: str, address: str = "/", **options: object) -> Iterator[Page]:
    context = visit(browser, server.base, **options)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(address)
    page.get_by_role("button", name=name).click()
    yield page
    context.close()


def drawn(page: Page) -> None:
    """Wait until the page is drawn, and Streamlit has nothing more to run."""
    expect(
        page.locator('[data-testid="stMainBlockContainer"] [data-testid="stElementContainer"]').first
    ).to_be_visible()
    expect(page.locator('[data-test-script-state="notRunning"]')).to_have_count(1)


def test_ingen_hjelpetekst_viser_tegnene_den_er_skrevet_med(skjema: Skjema) -> None:
    texts = [text for form in load().skjema.values() for text in _helps(form) if text]
    assert sum("**" in text for text in texts) >= 12
    for text, (shown, parts) in zip(texts, skjema.page.evaluate(HELP, [texts, url("hjelp.js")]), strict=True):
        assert "**" not in shown and not re.search(r"^\s*- ", shown, re.M), shown
        assert parts == text.count("**") // 2 + len(re.findall(r"^- ", text, re.M)), text


def _helps(form) -> list[str]:
    return [section.hjelp for section in form.seksjoner] + [v.hjelp for v in form.alle]


def test_hjelpen_paa_hvert_skjema_er_uten_tegn_og_har_lister(skjema: Skjema, fylt: int) -> None:
    lists = 0
    for form, tab in FORMS.items():
        Skjema(skjema.page, fylt).go(form, tab)
        help_texts = skjema.page.locator(".sr-hjelp")
        for text in help_texts.all_text_contents():
            assert "**" not in text and not text.lstrip().startswith("- "), text
        lists += skjema.page.locator(".sr-hjelp ul li").count()
    assert lists >= 12


@pytest.mark.parametrize("address", [*PAGES, "skjema"])
def test_ingen_hoerer_engelsk(sign_in: SignIn, fylt: int, address: str) -> None:
    address = f"/skjema?forlop={fylt}&skjema=b11" if address == "skjema" else address
    page = sign_in(support.LC.navn, address)
    drawn(page)
    expect(page.get_by_role("link", name="Gå til innholdet")).to_have_count(1)
    heard = page.locator("body").aria_snapshot()
    shown = page.locator("[placeholder], [title]").evaluate_all(
        "all => all.map(e => `${e.placeholder ?? ''} ${e.title}`)"
    )
    assert [word[0] for word in ENGLISH.finditer("\n".join([heard, *shown]))] == []


def test_knapper_som_bytter_navn_bytter_det_paa_norsk(sign_in: SignIn) -> None:
    page = sign_in(support.LC.navn, "/min_side")
    page.get_by_role("button", name="Vis passordet").first.click()
    expect(page.get_by_role("button", name="Skjul passordet").first).to_be_visible()
    page.get_by_role("button", name="Logg ut").focus()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Skjul menyen")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Vis menyen").click()
    page.goto("/brukere")
    field = page.get_by_label("Endre en bruker")
    field.click()
    field.press_sequentially("finnes ikke")
    expect(page.get_by_role("option", name="Ingen treff")).to_be_visible()


@pytest.mark.parametrize("form", FORMS)
def test_axe_finner_ingenting_alvorlig_paa_skjemaene(skjema: Skjema, fylt: int, form: str) -> None:
    Skjema(skjema.page, fylt).go(form, FORMS[form])
    found = Axe().run(skjema.page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []


@pytest.mark.parametrize("form", FORMS)
def test_hver_kontroll_paa_skjemaet_har_et_norsk_navn_i_nettleserens_eget_tre(
    skjema: Skjema, fylt: int, form: str
) -> None:
    Skjema(skjema.page, fylt).go(form, FORMS[form])
    drawn(skjema.page)
    tree = skjema.page.context.new_cdp_session(skjema.page).send("Accessibility.getFullAXTree")["nodes"]
    heard = [node for node in tree if not node["ignored"]]
    controls = [node for node in heard if node["role"]["value"] in CONTROLS]
    assert len(controls) > 20
    assert [node["role"]["value"] for node in controls if not said(node, "name").strip()] == []
    words = [text for node in heard for text in (said(node, "name"), said(node, "description"), *properties(node))]
    assert [word[0] for word in ENGLISH.finditer("\n".join(words))] == []


def said(node: dict[str, Any], what: str) -> str:
    return str(node.get(what, {}).get("value", ""))


def properties(node: dict[str, Any]) -> list[str]:
    """The texts with which the page describes a role, a value or a shortcut in its own words."""
    own = ("roledescription", "valuetext", "keyshortcuts")
    return [str(p["value"].get("value", "")) for p in node.get("properties", ()) if p["name"] in own]


def test_ett_tabstopp_per_spoersmaal_og_hjelpen_aapnes_med_f1(skjema: Skjema, fylt: int) -> None:
    Skjema(skjema.page, fylt).go("b22", "B 2.2")
    assert skjema.page.evaluate(STOPS) == []
    form = Skjema(skjema.page, fylt)
    field, help_text = form.felt("TotTid").get_by_role("textbox"), form.felt("TotTid").locator(".sr-hjelp")
    expect(field).to_have_accessible_description(re.compile("F1: hjelp"))
    field.press("F1")
    expect(help_text).to_be_visible()
    expect(field).to_be_focused()
    expect(skjema.page.locator("#sr-sagt")).to_contain_text("Rundes opp: 1 t 20 min blir 2 timer.")
    field.press("Tab")
    expect(help_text).to_be_hidden()
    # With the mouse and with a finger too, and by «?» where no text is written.
    form.felt("MedBeh22").get_by_role("button", name="Hjelp").click()
    expect(form.felt("MedBeh22").locator(".sr-hjelp")).to_be_visible()
    form.svar("SentralBlokk", "Nei").press("?")
    expect(form.felt("SentralBlokk").locator(".sr-hjelp")).to_be_visible()


def test_den_som_hoerer_skjemaet_faar_vite_at_en_gruppe_maa_besvares(skjema: Skjema) -> None:
    group = skjema.felt("Tilsynsanmodnin").get_by_role("group")
    expect(group).to_have_accessible_description(re.compile("Må besvares"))
    expect(skjema.felt("Tilsett").get_by_role("radiogroup")).to_have_attribute("aria-required", "true")


@pytest.mark.parametrize("height", [768, 560])
def test_det_som_har_fokus_ligger_aldri_under_hodet_eller_linjen(
    server: Server, browser: Browser, fylt: int, height: int
) -> None:
    address = f"/skjema?forlop={fylt}&skjema=b11"
    with signed_in(server, browser, support.LU.navn, address, viewport={"width": 1366, "height": height}) as page:
        Skjema(page, fylt).ready("B 1.1")
        page.locator(".sr-fane").last.focus()
        seen = []
        for key in ("Tab", "Shift+Tab"):
            for _ in range(90):
                page.keyboard.press(key)
                seen.append(page.evaluate(HIDDEN))
                if page.evaluate("!document.activeElement.closest('[data-testid=stMain]')"):
                    break
        fields = [one for one in seen if one is not None]
        assert len(fields) > 35
        assert [one for one in fields if one] == []


def test_fokus_i_menyen_ser_ikke_ut_som_siden_en_er_paa(sign_in: SignIn) -> None:
    page = sign_in(support.LC.navn)
    expect(page.locator(".sr-liste tbody tr").first).to_be_visible()
    drawn(page)
    links = page.locator('[data-testid="stPageLink-NavLink"]')
    here, other = links.filter(has_text="Arbeidsliste"), links.filter(has_text="Pasientsøk")
    page.keyboard.press("Tab")
    other.focus()
    expect(other).to_have_css("outline-style", "solid")
    expect(here).to_have_css("outline-style", "none")


@pytest.mark.parametrize("screen", NARROW)
def test_ingenting_er_bredere_enn_skjermen(server: Server, browser: Browser, fylt: int, screen: str) -> None:
    width, height = NARROW[screen]
    options = {"viewport": {"width": width, "height": height}, "has_touch": screen == "telefon"}
    with signed_in(server, browser, support.LC.navn, **options) as page:
        expect(page.locator(".sr-liste tbody tr").first).to_be_visible()
        assert page.evaluate(TOO_WIDE) == []
        assert page.evaluate(TOO_SMALL, ".sr-liste") == []
        for address in (*PAGES, "/pasientregistreringer"):
            page.goto(address)
            drawn(page)
            assert (address, page.evaluate(TOO_WIDE)) == (address, [])
        for form, tab in FORMS.items():
            Skjema(page, fylt).go(form, tab)
            assert (tab, page.evaluate(TOO_WIDE)) == (tab, [])
            assert (tab, page.evaluate(BAR_LINES)) == (tab, 1 if width > 600 else 2)
            assert page.evaluate(TOO_SMALL, '[data-testid="stMain"] :is(.sr-felt, .sr-hode, .sr-linje)') == []


def test_paa_en_lav_skjerm_ruller_hodet_og_linjen_med(server: Server, browser: Browser, fylt: int) -> None:
    address = f"/skjema?forlop={fylt}&skjema=b11"
    with signed_in(server, browser, support.LU.navn, address, viewport={"width": 683, "height": 384}) as page:
        skjema = Skjema(page, fylt).ready("B 1.1")
        skjema.felt("LAR").scroll_into_view_if_needed()
        expect(page.locator(".sr-hode")).not_to_be_in_viewport()
        page.locator(".sr-fane").first.focus()
        expect(page.locator(".sr-linje")).not_to_be_in_viewport()


def test_felt_paa_telefon_har_bokstaver_som_ikke_zoomer_siden(server: Server, browser: Browser, fylt: int) -> None:
    width, height = NARROW["telefon"]
    options = {"viewport": {"width": width, "height": height}, "has_touch": True, "is_mobile": True}
    with signed_in(server, browser, support.LU.navn, f"/skjema?forlop={fylt}&skjema=b11", **options) as page:
        Skjema(page, fylt).ready("B 1.1")
        sizes = page.locator(
            ":is(input:not([type=checkbox], [type=date], [type=hidden]), select, textarea)"
        ).evaluate_all("all => all.map(e => parseFloat(getComputedStyle(e).fontSize))")
        assert sizes and min(sizes) >= 16

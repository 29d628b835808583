"""A patient answers on a phone from the links in the demo's outbox; the forløp is then complete and goes national."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb
import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from app.work import loopback
from checks.codebook import load
from checks.forlop import PATIENT_FORMS
from tests.browser.conftest import Server, visit

PHONE: ViewportSize = {"width": 390, "height": 844}
SERIOUS = {"serious", "critical"}
TARGET = 48
ELEMENTS = """[getComputedStyle(document.body).backgroundColor, ...new Set([...document.querySelectorAll('body *')].map(
    e => `${e.tagName}.${e.className}.${e.type ?? ''}.${e.getAttribute('role') ?? ''}`))].sort().join(' ')"""


@contextmanager
def phone(server: Server, browser: Browser, **options) -> Iterator[Page]:
    context = visit(browser, server.base, viewport=PHONE, has_touch=True, **options)
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


def open_form(page: Page, forlop: int, form: str) -> None:
    """Follow the link of a form in the demo's outbox."""
    page.goto("/demo/utboks")
    page.locator(".melding", has_text=f"forløp {forlop}, {load().skjema[form].navn}").get_by_role("link").click()


def answer(page: Page, on_page: Callable[[Page], None] = lambda _: None) -> None:
    """Answer every question with the first answer, look it over, send it in."""
    on_page(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Begynn").click()
    while page.get_by_role("button", name="Neste").count():
        on_page(page)
        if page.locator("#felt").count():
            page.locator("#felt").fill("12")
        else:
            page.locator(".svar").first.click()
        press(page, "Neste")
    expect(page.get_by_role("heading", name="Se over og send inn")).to_be_visible()
    on_page(page)
    page.get_by_role("button", name="Send inn").click()
    expect(page.get_by_role("heading", name="Takk!")).to_be_visible()
    on_page(page)


def press(page: Page, button: str) -> None:
    """Press a button and wait for the page it leads to: what is counted at once may belong to neither."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


@dataclass
class Accessible:
    """Proves of a page that nothing is wider than the screen, also with large letters, and that targets are large; and, of
    the first page made of the same elements in the same colours, that axe finds nothing serious.
    """

    known: set[str] = field(default_factory=set)

    def __call__(self, page: Page) -> None:
        if (elements := page.evaluate(ELEMENTS)) not in self.known:
            self.known.add(elements)
            found = Axe().run(page).response["violations"]
            assert [v["id"] for v in found if v["impact"] in SERIOUS] == []
        fits(page)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "med dobbelt så store bokstaver"
    page.evaluate("document.documentElement.style.fontSize = ''")
    small = page.locator("button, .svar, a.hoved, dd a, #felt").evaluate_all(
        f"all => all.filter(e => e.getBoundingClientRect().height < {TARGET}).map(e => e.outerHTML)"
    )
    assert small == []


def test_alle_fire_skjema_paa_telefon_gir_et_nasjonalt_forlop(
    server: Server, browser: Browser, sign_in: Callable[..., Page]
) -> None:
    forlop, accessible = next(server.besvares), Accessible()
    for form in PATIENT_FORMS:
        with phone(server, browser, color_scheme="dark" if form == "eval" else "light") as page:
            open_form(page, forlop, form)
            answer(page, accessible)
    clinician = sign_in(address=f"/pasientregistreringer?forlop={forlop}")
    expect(clinician.get_by_text("Utfylt og låst.")).to_have_count(len(PATIENT_FORMS))
    assert str(forlop) in published(server)


def published(server: Server) -> set[str]:
    """Publish, and the forløp of the national file."""
    known = json.loads((server.data / "app.token").read_text(encoding="utf-8"))
    reply = httpx.post(
        server.base + loopback.PUBLISH, headers={"Authorization": f"Bearer {known['token']}"}, timeout=120
    )
    assert reply.status_code == 200, reply.text
    with duckdb.connect(str(server.data / "published" / "nasjonal.duckdb"), read_only=True) as con:
        return {row[0] for row in con.execute("select ForlopsID from forlopsoversikt").fetchall()}


def test_uten_javascript_med_pause_og_tastatur(server: Server, browser: Browser) -> None:
    forlop = next(server.besvares)
    with phone(server, browser, java_script_enabled=False) as page:
        open_form(page, forlop, "pasreg")
        address = page.url
        page.get_by_role("link", name="Begynn").click()
        page.get_by_text("I noen grad").click()
        page.get_by_role("button", name="Neste").click()
        expect(page.get_by_text("Lagret")).to_be_visible()
    with phone(server, browser, java_script_enabled=False) as page:
        page.goto(address)
        page.get_by_role("link", name="Fortsett").click()
        expect(page.get_by_text("Spørsmål 2 av 6", exact=True)).to_be_visible()
        page.get_by_role("button", name="Tilbake").click()
        expect(page.get_by_role("radio", name="I noen grad")).to_be_checked()
        page.get_by_role("radio", name="I noen grad").focus()
        page.keyboard.press("ArrowDown")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        while page.get_by_role("button", name="Hopp over").count():
            press(page, "Hopp over")
        expect(page.locator("dd").first).to_have_text("I stor grad")
        page.get_by_role("button", name="Send inn").click()
        expect(page.get_by_role("heading", name="Takk!")).to_be_visible()


@pytest.mark.manual("Papir 4")
def test_plotting_fra_papir_sier_at_skjemaet_makuleres(server: Server, sign_in: Callable[..., Page]) -> None:
    forlop = next(server.besvares)
    page = sign_in(address=f"/skjema?forlop={forlop}&skjema=pasreg")
    page.get_by_role("radio", name="I liten grad").first.click()
    page.get_by_label("Ferdigstille skjema?").check()
    page.get_by_role("button", name="Lagre", exact=True).click()
    expect(page.get_by_text("Skjema makuleres!")).to_be_visible()
    page.get_by_role("link", name="Pasientskjema").click()
    expect(page.get_by_text("Utfylt og låst.")).to_have_count(1)


@pytest.mark.manual("Pasientregistreringer 11", "ePROM 6")
def test_stjerne_og_tannhjul(server: Server, sign_in: Callable[..., Page]) -> None:
    forlop = next(server.besvares)
    page = sign_in(address="/pasientregistreringer")
    row = page.locator("tr", has=page.locator(f'a[href="/skjema?forlop={forlop}&skjema=pasreg"]'))
    expect(row.locator(".sr-eprom-bestilt")).to_have_count(4)
    row.locator('[data-skjema="opioid"]').click()
    expect(page.get_by_role("dialog")).to_contain_text("Opioidskjema")
    page.keyboard.press("Escape")
    row.get_by_role("button", name="Besvar alle eller stopp utsending").click()
    page.get_by_label("Årsak til stopp").click()
    page.get_by_role("option", name="Pasient klarer ikke").click()
    page.get_by_role("dialog").get_by_role("button", name="Stopp utsending").click()
    expect(page.get_by_text("Utsendingen er stoppet.")).to_be_visible()
    expect(row).to_have_count(0)


@pytest.mark.manual("ePROM 8", "ePROM 10")
def test_et_skjema_som_bestilles_sendes_med_en_gang(server: Server, sign_in: Callable[..., Page]) -> None:
    page = sign_in(address=f"/pasientregistreringer?forlop={next(server.ferdige)}")
    form = page.locator(".st-key-sr-eprom-eval")
    form.get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Kontaktmetode")
    expect(dialog.get_by_role("radio").first).to_be_checked()
    expect(dialog.get_by_role("radiogroup").locator("label").first).to_contain_text("Sikker kanal")
    dialog.get_by_role("button", name="Bestill PROM-skjema").click()
    expect(page.get_by_text("Skjemaet er bestilt, og sendes med en gang.")).to_be_visible()

    def sent() -> bool:
        page.reload()
        expect(form).to_be_visible()
        return form.get_by_text("Sendt").count() == 1

    assert any(sent() for _ in range(20))

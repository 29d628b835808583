"""A statistiker signs in, asks with Ctrl+Enter, stops a query, takes the answer along, and makes a delivery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.work import operations
from ingest.settings import Settings
from tests import accounts, support
from tests.browser.conftest import served, visit
from tests.browser.test_tilgjengelighet import ENGLISH, TOO_WIDE

ENDLESS = "select count(*) from range(1000000) a, range(1000000) b where hash(a.range, b.range) = 1"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served and published register with a few completed forløp."""
    data = tmp_path_factory.mktemp("sporring")
    register = support.make(data / "smertereg.duckdb")
    accounts.add(register, support.LS, support.LU)
    for _ in range(3):
        register.completed_forlop()
    operations.publish_now(register.store, Settings(data=data), lambda _: None, support.SC)
    register.store.close()
    with served(data) as (base, _):
        yield base


@pytest.fixture
def page(published: str, browser: Browser) -> Iterator[Page]:
    """The statistiker, signed in. Errors on the page fail the test."""
    context = visit(browser, published)
    page, errors = context.new_page(), []
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/")
    page.get_by_role("button", name=support.LS.navn).click()
    expect(page.get_by_role("heading", name="Leveranser", exact=True)).to_be_visible()
    yield page
    context.close()
    assert errors == []


def test_statistikeren_ser_bare_sine_sider(page: Page) -> None:
    links = page.locator('[data-testid="stSidebar"] [data-testid="stPageLink-NavLink"]')
    expect(links).to_have_text(["Leveranser", "Spørring", "Filarkiv", "Min side"])
    page.goto("/pasientsok")
    expect(page.get_by_text("Rollen din har ikke tilgang til Pasientsøk")).to_be_visible()
    page.get_by_role("link", name="Til startsiden").click()
    expect(page.get_by_role("heading", name="Leveranser", exact=True)).to_be_visible()


def test_ctrl_enter_kjorer_ogsaa_en_gang_til(page: Page) -> None:
    page.goto("/sporring")
    field = page.get_by_label("SQL")
    field.fill("select count(*) as antall from forlopsoversikt")
    field.press("Control+Enter")
    expect(page.get_by_role("cell", name="3", exact=True)).to_be_visible()
    expect(field).to_be_focused()
    first = page.get_by_role("link", name="csv").get_attribute("href")
    field.press("Control+Enter")
    expect(page.get_by_role("link", name="csv")).not_to_have_attribute("href", first or "")
    with page.expect_download() as taken:
        page.get_by_role("link", name="csv").click()
    assert taken.value.suggested_filename.endswith("_intern.csv")
    assert taken.value.path().read_text(encoding="utf-8-sig").split() == ["antall", "3"]
    page.get_by_role("tab", name="Diagram").click()
    expect(page.locator(".js-plotly-plot")).to_be_visible()


def test_en_sporring_som_varer_stoppes(page: Page) -> None:
    page.goto("/sporring")
    page.get_by_label("SQL").fill(ENDLESS)
    page.get_by_role("button", name="Kjør").click()
    page.get_by_role("button", name="Stopp").click()
    expect(page.get_by_role("alert")).to_have_text("Spørringen er stoppet.")


def test_en_feil_peker_paa_ordet(page: Page) -> None:
    page.goto("/sporring")
    page.get_by_label("SQL").fill('select "SykehusNavm"\nfrom forlopsoversikt')
    page.get_by_label("SQL").press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Kolonnen «SykehusNavm» finnes ikke. Mente du «SykehusNavn»?")
    expect(page.locator(".sr-sqlfeil mark")).to_have_text('"SykehusNavm"')


def test_en_leveranse_lages_og_hentes_og_oppskriften_kjores_igjen(page: Page) -> None:
    with page.expect_download() as taken:
        page.get_by_role("link", name="Last ned (DuckDB)").click()
    assert taken.value.suggested_filename.endswith("_intern.duckdb")
    page.get_by_role("button", name="Lag leveranse").click()
    expect(page.get_by_text("Leveransen er laget")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Last ned", exact=True).first.click()
    assert taken.value.suggested_filename.endswith("_intern.zip")
    page.get_by_role("tab", name="Last opp oppskrift").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "min.yaml", "mimeType": "application/yaml", "buffer": b"tabeller: [skjemaoversikt]\n"}
    )
    page.get_by_role("tabpanel").filter(has_text="Oppskrift (YAML").get_by_role("button", name="Lag leveranse").click()
    expect(page.get_by_role("link", name="Last ned", exact=True)).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sidene_kan_brukes_med_skjermleser_og_paa_smal_skjerm(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    for address, wait in (("/leveranser", "Ny leveranse"), ("/sporring", "Ordbok")):
        page.goto(address)
        page.get_by_role("heading", name=wait).wait_for()
        _usable(page)
        english = {word[0] for word in ENGLISH.finditer(page.locator("body").aria_snapshot())}
        assert english <= ({"select"} if address == "/sporring" else set())
    for sql, shown in (("select * from forlopsoversikt", ".sr-svar"), ("select ukjent from klokebok", ".sr-sqlfeil")):
        page.get_by_label("SQL").fill(sql)
        page.get_by_label("SQL").press("Control+Enter")
        page.locator(shown).wait_for()
        _usable(page)


def _usable(page: Page) -> None:
    """Axe finds nothing serious, and nothing but a table is wider than a phone."""
    expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1)
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in {"serious", "critical"}] == []
    before = page.viewport_size or {"width": 1366, "height": 768}
    for width in (683, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate(TOO_WIDE) == []
    page.set_viewport_size(before)

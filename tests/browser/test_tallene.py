"""What a coordinator writes about the figures stays: a note on a chart, a frozen baseline, a finding looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from app.work import operations
from checks.spc import LEAST_MONTHS
from ingest.settings import Settings
from tests import accounts, support
from tests.browser.conftest import choose, served, visit

NOTE = "ny <b>prosedyre</b>"
REASON = "kontrollert mot journal"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[int]]]:
    """A served and published register with a completed forløp in each of the last months: its address, the forløp."""
    data = tmp_path_factory.mktemp("tallene")
    register = support.make(data / "smertereg.duckdb")
    accounts.add(register, support.LC)
    today = register.clock.now.date()
    forlop = []
    for back in range(LEAST_MONTHS):
        month = today.year * 12 + today.month - 1 - back
        start = date(month // 12, month % 12 + 1, 2)
        forlop.append(register.completed_forlop(days=(start - date.fromisoformat(support.TO["StartdatoTO"])).days))
    operations.publish_now(register.store, Settings(data=data), lambda _: None, support.SC)
    register.store.close()
    with served(data) as (base, _):
        yield base, forlop


@pytest.fixture
def page(published: tuple[str, list[int]], browser: Browser) -> Iterator[Page]:
    """The coordinator, signed in. Errors on the page fail the test."""
    context = visit(browser, published[0])
    page, errors = context.new_page(), []
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/")
    page.get_by_role("button", name=support.LC.navn).click()
    expect(page.get_by_role("link", name="Lokal oversikt")).to_be_visible()
    yield page
    context.close()
    assert errors == []


def test_koordinatoren_skriver_et_notat_paa_et_punkt(page: Page) -> None:
    page.goto("/kvalitetsindikatorer")
    page.get_by_label("Notat (tomt fjerner det)").fill(NOTE)
    page.get_by_role("button", name="Lagre notat").click()
    expect(page.get_by_role("status")).to_contain_text("er lagret")
    chart = page.get_by_role("img", name="Diagram: Behandlet av minst to faggrupper per måned")
    expect(chart).to_contain_text(NOTE)
    page.reload()
    expect(chart).to_contain_text(NOTE)
    page.get_by_text("Vis tallene").first.click()
    expect(page.get_by_role("row", name=NOTE)).to_have_count(1)


def test_et_diagram_som_fil_sier_hvem_og_naar_det_gjelder(page: Page) -> None:
    """The picture leaves the page, where the unit and the months stand; the chart on the page stays as it was."""
    page.goto("/dekningsgrad")
    chart = page.get_by_role("img", name="Diagram: Dekningsgrad per år")
    before = chart.inner_text()
    about = page.get_by_text("Sist publisert").inner_text().split(". Sist")[0]
    with page.expect_download() as taken:
        page.get_by_role("button", name="Last ned Dekningsgrad per år som SVG").click()
    picture = taken.value.path().read_text(encoding="utf-8")
    assert "Dekningsgrad per år" in picture and f">{about}<" in picture
    assert chart.inner_text() == before and about not in before
    with page.expect_download() as taken:
        page.get_by_role("button", name="Last ned Dekningsgrad per år som CSV").click()
    heading, *rows = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert heading.endswith(";Gjelder") and rows and all(row.endswith(f";{about}") for row in rows)
    # Plotly's own words about it are English and would cover the page.
    boxes = page.locator(".plotly-notifier").evaluate_all("all => all.map(one => getComputedStyle(one).display)")
    assert set(boxes) == {"none"}


def test_en_frosset_basislinje_staar_etter_ny_lasting(page: Page) -> None:
    page.goto("/kvalitetsindikatorer")
    expect(page.get_by_text("regnet av alle månedene som vises")).to_be_visible()
    page.get_by_role("button", name="Frys basislinjen").click()
    expect(page.get_by_role("status")).to_contain_text("Basislinjen er frosset.")
    page.reload()
    expect(page.get_by_text("Median og kontrollgrenser er frosset til")).to_be_visible()
    expect(page.get_by_role("button", name="Opphev")).to_be_enabled()


def test_koordinatoren_ser_paa_forlopet_bak_et_avvik_og_merker_det(
    page: Page, published: tuple[str, list[int]]
) -> None:
    number = published[1][4]
    page.goto("/datakvalitet")
    found = page.get_by_role("combobox", name="Vis avvikene i")
    expect(found).to_have_value(re.compile("Sen registrering"))
    page.get_by_role("link", name=f"Forløp {number}", exact=True).click()
    expect(page.get_by_role("heading", name="Samtykke")).to_be_visible()
    assert f"forlop={number}" in page.url
    page.go_back()
    choose(page, "Forløp", str(number))
    page.get_by_label("Hva fant du?").fill(REASON)
    page.get_by_role("button", name="Merk som sett på").click()
    expect(page.get_by_role("status")).to_contain_text(f"Forløp {number} er merket som sett på.")
    page.reload()
    page.get_by_text("Sett på (1)").click()
    expect(page.get_by_role("row", name=f"Forløp {number}")).to_contain_text(REASON)

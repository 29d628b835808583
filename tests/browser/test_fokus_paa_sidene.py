"""Who has a keyboard and nothing else is always somewhere on the page, and sees where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect

from app.work import operations
from ingest.registration import forlop as forlop_rows
from ingest.settings import Settings
from tests import accounts, support
from tests.browser.conftest import served, visit
from tests.browser.tastatur import SOMEWHERE

PAGES = {
    "Arbeidsliste": "/",
    "Ny registrering": "/ny_registrering",
    "Pasientregistreringer": "/pasientregistreringer",
    "Innleverte registreringer": "/innleverte",
    "Pasientsøk": "/pasientsok",
    "Lokal oversikt": "/lokal_oversikt",
    "Dekningsgrad": "/dekningsgrad",
    "Kvalitetsindikatorer": "/kvalitetsindikatorer",
    "Datakvalitet": "/datakvalitet",
    "Avdelinger": "/avdelinger",
    "Lokasjoner": "/lokasjoner",
    "Filarkiv": "/filarkiv",
    "Brukere": "/brukere",
    "Innsynslogg": "/logg",
    "Min side": "/min_side",
    "Pasienthistorikk": "/pasienthistorikk?pasient={pasient}",
    "PO": "/personopplysninger?pasient={pasient}&forlop={forlop}",
    "Systeminfo": "/systeminfo",
    "Enheter": "/enheter",
    "Nasjonal oversikt": "/nasjonal_oversikt",
}
ONLY_SC = ("Systeminfo", "Enheter", "Nasjonal oversikt")
STILL = "*, *::before, *::after { transition: none !important; animation: none !important; }"
# What is wrong with where the focus is, and with the ring of where it was: a ring is an outline or a shadow that goes with it.
SEEN = """() => {
  const rings = (one) => {
    const label = one.closest('label');
    const parts = [one, one.parentElement, one.parentElement.parentElement, one.closest('[data-testid$=RootElement]'), one.nextElementSibling, label, ...(label?.querySelectorAll('*') ?? [])];
    return parts.filter(Boolean).map((part) => [part, getComputedStyle(part)])
      .map(([, style]) => (style.outlineStyle === 'none' ? '' : style.outlineWidth + style.outlineColor) + style.boxShadow).join();
  };
  const wrong = [];
  const before = globalThis.stood;
  // A field and its button stand in one frame, which has the ring as long as the focus is in it.
  const frame = before?.one.closest('[data-testid$=RootElement]');
  const left = before?.one.isConnected && !frame?.contains(document.activeElement);
  if (left && before.rings === rings(before.one)) wrong.push(`uten ring: ${before.name}`);
  const one = document.activeElement;
  if (one === document.body) return [null, wrong];
  const box = one.getBoundingClientRect();
  const at = document.elementFromPoint(box.left + box.width / 2, Math.min(box.top + box.height / 2, innerHeight - 2));
  const name = one.outerHTML.replace(/\\s+/g, ' ').slice(0, 150);
  if (!at || !(one.contains(at) || at.contains(one) || one.closest('label')?.contains(at))) wrong.push(`skjult: ${name}`);
  globalThis.stood = { one, name, rings: rings(one) };
  return [name, wrong];
}"""
# Until the page has nothing more to draw.
QUIET = """() => new Promise((done) => {
  let timer = 0;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (document.querySelector('[data-test-script-state="running"]') ? wait() : (seen.disconnect(), done())), 250);
  };
  const seen = new MutationObserver(wait);
  seen.observe(document, { subtree: true, childList: true, attributes: true });
  wait();
})"""
# The first button of each kind that is not known yet gets the focus; its name.
NEXT = """(known) => {
  const kind = (one) => one.dataset.testid + one.className.replace(/st-emotion\\S*/, '') + (one.closest('table') ? '' : one.textContent.trim());
  const one = [...document.querySelectorAll('[data-testid=stMain] :is(button, summary)')]
    .find((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility() && !known.includes(kind(one)));
  one?.focus();
  return one ? kind(one) : null;
}"""
DIALOG = "() => document.querySelector('[role=dialog], :popover-open') !== null"


Users = tuple[dict[str, Page], dict[str, int]]


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Users]:
    """The coordinator of a unit with open and published forløp, and the national one, both signed in, and a patient with a
    forløp.
    """
    data: Path = tmp_path_factory.mktemp("fokus")
    register = support.make(data / "smertereg.duckdb")
    accounts.add(register, support.LU, support.LC, support.SC)
    found = [register.forlop() for _ in range(3)]
    register.completed_forlop()
    operations.publish_now(register.store, Settings(data=data), lambda _: None, support.SC)
    with register.store.read(support.LC) as tx:
        patient = forlop_rows.get(tx, found[0]).pasient_id
    register.store.close()
    with served(data) as (base, _):
        pages = {}
        for actor in (support.LC, support.SC):
            pages[actor.rolle] = page = visit(browser, base).new_page()
            page.set_default_timeout(15_000)
            page.goto("/")
            page.get_by_role("button", name=actor.navn).click()
            page.wait_for_url("**/")
        yield pages, {"pasient": patient, "forlop": found[0]}
        for page in pages.values():
            page.context.close()


def opened(user: Users, name: str) -> Page:
    pages, place = user
    page = pages["SC" if name in ONLY_SC else "LC"]
    page.goto(PAGES[name].format(**place))
    expect(
        page.locator('[data-testid="stMainBlockContainer"] [data-testid="stElementContainer"]').first
    ).to_be_visible()
    page.evaluate(QUIET)
    page.add_style_tag(content=STILL)
    return page


def walk(page: Page) -> list[str]:
    """Press Tab from the top of the page to its end; what was wrong on the way."""
    wrong: list[str] = []
    for stops in range(400):
        page.keyboard.press("Tab")
        here, found = page.evaluate(SEEN)
        wrong += found
        if here is None:
            return wrong if stops > 3 else [*wrong, "Tab kom ikke inn på siden"]
    raise AssertionError("Tab kom aldri til slutten av siden")


def wrong_twice(user: Users, name: str) -> set[str]:
    """What is wrong on the page each of two times: a busy machine may redraw it while it is walked."""
    found = set(walk(opened(user, name)))
    return found & set(walk(opened(user, name))) if found else found


def press(page: Page, key: str, on: str) -> None:
    page.keyboard.press(key)
    page.evaluate(QUIET)
    try:
        page.wait_for_function(SOMEWHERE)
    except TimeoutError:
        raise AssertionError(f"fokus er borte etter {key} på «{on}»") from None


@pytest.mark.parametrize("name", PAGES)
def test_hvert_tabstopp_er_i_syne_med_en_ring(user: Users, name: str) -> None:
    assert wrong_twice(user, name) == set()


@pytest.mark.parametrize("name", PAGES)
def test_fokus_er_et_sted_paa_siden_etter_hver_knapp(user: Users, name: str) -> None:
    known: list[str] = []
    page = opened(user, name)
    address = page.url
    while len(known) < 12 and (kind := page.evaluate(NEXT, known)):
        known.append(kind)
        press(page, "Enter", kind)
        if page.evaluate(DIALOG):
            press(page, "Escape", kind)
        if page.url != address:
            opened(user, name)


def test_den_sammenslaatte_menyen_har_ingen_tabstopp(user: Users) -> None:
    page = user[0]["LC"]
    page.set_viewport_size({"width": 683, "height": 384})
    try:
        assert wrong_twice(user, "Pasientsøk") == set()
    finally:
        page.set_viewport_size({"width": 1366, "height": 768})


def test_fokus_foelger_menyen_naar_den_skjules_og_vises(user: Users) -> None:
    page = opened(user, "Filarkiv")
    page.get_by_role("button", name="Logg ut").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Vis menyen")).to_be_focused()
    press(page, "Enter", "Vis menyen")

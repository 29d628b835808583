"""A script in every text that people write, stored past every rule: no page of any role runs it or makes an element of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from app.frame import PAGES
from checks.codebook import load
from checks.forlop import CLINICIAN_FORMS
from ingest import applications, comments
from ingest.access import Actor
from ingest.store import Tx
from tests import accounts, support
from tests.access.test_brukere import FORM, NOBODY
from tests.browser.conftest import served

# What people write outside the codebook's forms, as table → columns.
ELSEWHERE = {
    "register.lokasjon": ("navn", "visningsnavn"), "register.avdeling": ("navn", "visningsnavn"),
    "register.kommentar": ("tekst",), "tilgang.soknad": ("navn", "klinikk", "brukernavn", "epost"),
    "tilgang.bruker": ("navn",),
}  # fmt: skip
ROLES = {"LC": support.LC, "SC": support.SC}
PATIENT_PAGES = {"skjema", "personopplysninger", "pasienthistorikk"}
SHOWN_BY = 15_000


def attack(number: int) -> str:
    return f'"><img src=x{number} onerror="window.kjort={number}"><script>window.kjort={number}</script>{{{{{number}}}}}'


def texts() -> list[tuple[str, str]]:
    """Every text variable of the codebook that people type, and what is outside it: (table, column)."""
    free = [v.navn for v in load().skjema["po"].variabler.values() if "tekst" in v.type and not v.oppslag]
    inside = [("identitet.person", navn.lower()) for navn in free]
    return inside + [(table, column) for table, columns in ELSEWHERE.items() for column in columns]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int, int]]:
    """A served register whose every text is an attack: its address, a forløp and its patient."""
    data = tmp_path_factory.mktemp("angrep")
    register = support.make(data / "smertereg.duckdb")
    register.clock.now = datetime.now(UTC)
    accounts.add(register, *ROLES.values())
    forlop = register.completed_forlop()
    register.forlop(register.head(forlop).pasient_id)
    with register.store.write(support.LU) as tx:
        for skjema in CLINICIAN_FORMS:
            comments.write(tx, forlop, skjema, "tekst")
    with register.store.write(NOBODY) as tx:
        applications.apply(tx, FORM)
    with register.store.write(support.SC) as tx:
        _poison(tx)
    pasient = register.head(forlop).pasient_id
    register.store.close()
    with served(data) as (base, _):
        yield base, forlop, pasient


def _poison(tx: Tx) -> None:
    for number, (table, column) in enumerate(texts()):
        tx.run(f"update {table} set {column} = ?", attack(number))


def test_hver_fritekst_i_kodeboken_er_med() -> None:
    written = {
        (skjema, v.navn)
        for skjema, form in load().skjema.items()
        for v in form.variabler.values()
        if "tekst" in v.type and not v.oppslag and v.besvares and v.aktiv
    }
    assert {skjema for skjema, _ in written} == {"po"}


@pytest.mark.parametrize("role", ROLES)
def test_skript_i_fritekst_vises_som_tekst_paa_hver_side(
    attacked: tuple[str, int, int], browser: Browser, role: str
) -> None:
    base, forlop, pasient = attacked
    context = browser.new_context(base_url=base, viewport={"width": 1366, "height": 768}, locale="nb-NO")
    page = context.new_page()
    seen = set()
    page.goto("/")
    page.locator("form[action='/logg-inn/demo'] button", has_text=f"({role})").first.click()
    expect(page.locator(".sr-hvem")).to_be_visible(timeout=SHOWN_BY)
    for address in _addresses(ROLES[role], forlop, pasient):
        page.goto(address)
        seen |= _shown(page, address)
    context.close()
    # A page that no longer shows a text would prove nothing.
    assert {f"{table}.{column}" for n, (table, column) in enumerate(texts()) if n not in seen} == set()


def _addresses(actor: Actor, forlop: int, pasient: int) -> list[str]:
    listed = [p.address for p in PAGES if actor.rolle in p.roles and p.file not in PATIENT_PAGES]
    one = [f"/skjema?forlop={forlop}&skjema={skjema}" for skjema in CLINICIAN_FORMS]
    return [
        *listed,
        *one,
        f"/personopplysninger?pasient={pasient}&forlop={forlop}",
        f"/pasienthistorikk?pasient={pasient}",
    ]


def _shown(page: Page, address: str) -> set[int]:
    """The numbers of the attacks whose text stands on the page, which must not have made anything of them."""
    expect(page.locator(".sr-hvem")).to_be_visible(timeout=SHOWN_BY)
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible(timeout=SHOWN_BY)
    page.wait_for_load_state("networkidle")
    made = page.evaluate("[window.kjort ?? null, document.querySelectorAll('img[src^=x]').length]")
    assert made == [None, 0], address
    written = page.evaluate(
        "document.body.innerText + [...document.querySelectorAll('input, textarea')].map(e => e.value).join(' ')"
    )
    return {int(n) for n in re.findall(r"\{\{(\d+)\}\}", written)}

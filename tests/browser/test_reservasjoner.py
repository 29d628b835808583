"""A reservation on the screen: a letter is recorded, Helsenorge is asked, another coordinator deletes, and a new referral is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from ingest.access import JOB, Actor
from ingest.prom import reservasjon
from ingest.registration import patients
from tests import accounts, support
from tests.browser.conftest import served, visit
from tests.mocks.eprom import API_KEY, SETTING, EpromMock
from tests.mocks.personvern import PVK_ID
from tests.mocks.server import serving
from tests.support import LC, LU, OWN, SC

SECOND = Actor("bruker9", "Svein Nasjonal", "SC", OWN)


@dataclass
class World:
    browser: Browser
    base: str
    pvk: EpromMock
    letter: int
    told: int
    numbers: dict[int, str]

    def page(self, name: str, address: str, **options: object) -> Page:
        page = visit(self.browser, self.base, **options).new_page()
        page.set_default_timeout(15_000)
        page.goto(address)
        page.get_by_role("button", name=name).click()
        return page


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[World]:
    data: Path = tmp_path_factory.mktemp("reservasjon")
    register = support.make(data / "smertereg.duckdb")
    accounts.add(register, LU, LC, SC, SECOND)
    letter, told = (register.head(register.completed_forlop()).pasient_id for _ in range(2))
    with register.store.write(SC) as tx:
        numbers = {patient: patients.reveal(tx, patient) for patient in (letter, told)}
    with register.store.write(JOB) as tx:
        reservasjon.reserve(tx, told, "pvk", date(2026, 11, 20))
    register.store.close()
    with serving(EpromMock(lambda: support.MOMENT)) as pvk:
        settings = {"EPROM_URL": pvk.address, "EPROM_NOKKEL": API_KEY, "EPROM_SKJEMA": SETTING, "EPROM_PVK": PVK_ID}
        with served(data, RESERVASJON_FRA="2022-12-01", JOBBER="ekstern", **settings) as (base, _):
            yield World(browser, base, pvk, letter, told, numbers)


def test_et_brev_registreres_en_annen_sletter_og_ny_henvisning_avvises(world: World) -> None:
    page = world.page(SC.navn, f"/pasienthistorikk?pasient={world.letter}")
    page.get_by_role("link", name="Reservasjon", exact=True).click()
    expect(page.get_by_text("Aldri spurt")).to_be_visible()
    page.get_by_role("button", name="Spør Helsenorge nå").click()
    expect(page.get_by_text("Ikke reservert, spurt 23.11.2026")).to_be_visible()
    page.get_by_role("button", name="Registrer reservasjonen").click()
    expect(page.get_by_text("Skriv dagen reservasjonen kom")).to_be_visible()
    page.get_by_text("Brev", exact=True).click()
    page.get_by_role("textbox", name="Mottatt").fill("20.11.2026")
    page.get_by_label("Hvor finnes den?").fill("Saksnummer 12")
    page.get_by_role("button", name="Registrer reservasjonen").click()
    expect(page.get_by_role("status")).to_contain_text("Pasienten ser den på Helsenorge")
    expect(page.get_by_text("Reservert 23.11.2026")).to_be_visible()
    assert world.pvk.pvk.reserved == {world.numbers[world.letter]}

    page.goto("/reservasjoner")
    expect(page.get_by_text("En annen koordinator må slette.")).to_be_visible()
    other = world.page(SECOND.navn, "/reservasjoner")
    other.get_by_role("button", name="Slett …").click()
    dialog = other.get_by_role("dialog")
    dialog.get_by_label("Skriv PasientID").fill("1")
    dialog.get_by_role("button", name="Slett pasienten").click()
    expect(dialog).to_contain_text("Skriv pasientens PID")
    dialog.get_by_label("Skriv PasientID").fill(str(world.letter))
    dialog.get_by_role("button", name="Slett pasienten").click()
    expect(other.get_by_role("status")).to_contain_text("Pasienten er slettet, med 1 forløp")
    expect(other.get_by_role("row", name=str(world.letter))).to_contain_text("utført")

    nurse = world.page(LU.navn, "/ny_registrering")
    nurse.get_by_label("Fødselsnummer", exact=True).fill(world.numbers[world.letter])
    nurse.get_by_role("button", name="Søk pasient").click()
    expect(nurse.get_by_role("alert")).to_contain_text("Pasienten er reservert – registreres ikke.")
    expect(nurse.get_by_role("button", name="Ny registrering")).to_have_count(0)


def test_en_sak_fra_helsenorge_bekreftes_og_pasienten_er_merket(world: World) -> None:
    page = world.page(SC.navn, "/reservasjoner")
    page.get_by_role("button", name="Bekreft reservasjonen").click()
    expect(page.get_by_text("Bekreftet av Siri Nasjonal").first).to_be_visible()
    nurse = world.page(LU.navn, f"/pasienthistorikk?pasient={world.told}")
    expect(nurse.locator(".sr-person")).to_contain_text("reservert")
    nurse.get_by_role("button", name="Ny registrering").click()
    expect(nurse.get_by_text("Pasienten er reservert – registreres ikke.")).to_be_visible()
    expect(nurse.get_by_role("link", name="Reservasjon", exact=True)).to_have_count(0)
    nurse.goto("/reservasjoner")
    expect(nurse.get_by_text("Rollen din har ikke tilgang til Reservasjoner")).to_be_visible()


def test_en_som_ikke_er_registrert_er_kjent_etterpaa(world: World) -> None:
    number = next(support.numbers(date(1961, 2, 3), 1, range(20, 90)))
    page = world.page(SC.navn, "/reservasjoner")
    page.get_by_text("Reservasjon fra noen som kanskje ikke er registrert").click()
    page.get_by_label("Fødselsnummer").fill(number)
    page.get_by_role("button", name="Registrer", exact=True).click()
    expect(page.get_by_text("Velg hvordan reservasjonen kom")).to_be_visible()
    page.get_by_text("Telefon", exact=True).click()
    page.get_by_role("button", name="Registrer", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Nummeret er kjent som reservert")
    nurse = world.page(LU.navn, "/ny_registrering")
    nurse.get_by_label("Fødselsnummer", exact=True).fill(number)
    nurse.get_by_role("button", name="Søk pasient").click()
    expect(nurse.get_by_role("alert")).to_contain_text("Pasienten er reservert – registreres ikke.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sidene_er_tilgjengelige_og_faar_plass(world: World, scheme: str) -> None:
    for address in ("/reservasjoner", f"/reservasjoner?pasient={world.told}"):
        page = world.page(SC.navn, address, color_scheme=scheme, viewport={"width": 390, "height": 844})
        expect(page.get_by_role("heading", name="Reservasjoner")).to_be_visible()
        expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found.response["violations"]] == []
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_uten_utgaven_er_siden_ikke_der(sign_in: object, forlop: int) -> None:
    page = sign_in(SC.navn, f"/pasienthistorikk?pasient={1001 + forlop - 10001}")  # pyright: ignore[reportCallIssue]
    expect(page.get_by_role("link", name="Rett identitet")).to_have_count(2)
    expect(page.get_by_role("link", name="Reservasjon", exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name="Reservasjoner")).to_have_count(0)
    page.goto("/reservasjoner")
    expect(page.get_by_text("Registeret bruker utgaven med samtykke")).to_be_visible()

"""A dead patient in Chromium: said where one works, asked about before a new registration, and at a date after the death."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import accounts, support
from tests.browser.conftest import served, visit
from tests.browser.skjema import Skjema

DEAD = "død 04.11.2026"


@pytest.fixture(scope="module")
def dead(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int, int]]:
    """A running app with one patient, who died on 4 November: (address, ForlopsID, PasientID)."""
    data = tmp_path_factory.mktemp("dod")
    register = support.make(data / "smertereg.duckdb")
    accounts.add(register, support.LU, support.LC, support.SC)
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    patient = register.head(forlop_id).pasient_id
    with register.store.write(support.LU) as tx:
        tx.run("update register.pasient set avdod = 1, dodsdato = ?", date(2026, 11, 4))
    register.store.close()
    with served(data) as (base, clock):
        clock.turn(60)  # a forløp opened at once after another is the same click
        yield base, forlop_id, patient


@pytest.fixture
def page(browser: Browser, dead: tuple[str, int, int]) -> Iterator[Page]:
    context = visit(browser, dead[0])
    opened = context.new_page()
    opened.goto("/")
    opened.get_by_role("button", name=support.LU.navn).click()
    yield opened
    context.close()


def test_doden_staar_paa_arbeidslisten_i_skjemahodet_og_i_pasienthistorikk(
    page: Page, dead: tuple[str, int, int]
) -> None:
    _, forlop_id, patient = dead
    expect(page.locator(".sr-liste tbody tr").first).to_contain_text(DEAD)
    for address in (f"/skjema?forlop={forlop_id}&skjema=b11", f"/personopplysninger?pasient={patient}"):
        page.goto(address)
        expect(page.locator(".sr-hode")).to_contain_text(DEAD)
    page.goto(f"/pasienthistorikk?pasient={patient}")
    expect(page.locator(".sr-person")).to_contain_text(DEAD)


def test_ny_registrering_av_en_dod_sporres_det_om_en_gang(page: Page, dead: tuple[str, int, int]) -> None:
    page.goto(f"/pasienthistorikk?pasient={dead[2]}")
    page.get_by_role("button", name="+ Ny registrering").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("registrert som død 04.11.2026")
    dialog.get_by_role("button", name="Avbryt").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="+ Ny registrering").click()
    page.get_by_role("dialog").get_by_role("button", name="Registrer likevel").click()
    expect(page.get_by_text("Nytt forløp er opprettet")).to_be_visible()


def test_en_dato_etter_doden_sporres_det_om_og_et_tilsyn_avvises(page: Page, dead: tuple[str, int, int]) -> None:
    form = Skjema(page, dead[1]).go("b11", "B 1.1")
    form.dato("RegDato11", "05.11.2026")
    expect(form.felt("RegDato11")).to_contain_text("etter dagen pasienten døde. Er du sikker")
    form.felt("RegDato11").get_by_role("button", name="Ja").click()
    expect(form.felt("RegDato11")).not_to_contain_text("Er du sikker")
    form.go("b12", "B 1.2").dato("Regdato12", "05.11.2026")
    expect(form.felt("Regdato12")).to_contain_text("kan ikke være etter dagen pasienten døde")


def test_sc_retter_dodsfallet(browser: Browser, dead: tuple[str, int, int]) -> None:
    context = visit(browser, dead[0])
    page = context.new_page()
    page.goto(f"/rett_identitet?pasient={dead[2]}")
    page.get_by_role("button", name=support.SC.navn).click()
    expect(page.get_by_text("Registrert som død 04.11.2026.")).to_be_visible()
    correct = page.get_by_role("button", name="Rett dødsfallet")
    page.get_by_text("Pasienten døde denne dagen").click()
    day = page.get_by_role("textbox", name="Dødsdato")
    page.get_by_label("Grunn til rettingen").fill("Feil dag i Folkeregisteret")
    correct.click()
    expect(page.get_by_text("Velg hva som er riktig, og skriv dødsdatoen")).to_be_visible()
    day.fill("05.11.2026")
    correct.click()
    expect(page.get_by_text("Registrert som død 05.11.2026. Rettet av SC")).to_be_visible()
    page.get_by_text("Pasienten lever").click()
    page.get_by_label("Grunn til rettingen").fill("Pasienten lever")
    correct.click()
    expect(page.get_by_text("Registrert som levende. Rettet av SC")).to_be_visible()
    expect(page.locator(".sr-person")).not_to_contain_text("død")
    context.close()

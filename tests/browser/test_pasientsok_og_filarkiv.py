"""From a search to Pasienthistorikk, the check against EPJ from an uploaded file, and files that open from Filarkiv."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import support

SignIn = Callable[..., Page]


def test_sok_vis_fodselsnummer_og_pasienthistorikk(sign_in: SignIn, forlop: int) -> None:
    page = sign_in(support.LC.navn, "/pasientsok")
    page.get_by_role("textbox", name="Slå opp ForløpsID").fill(str(forlop))
    page.get_by_role("button", name="Slå opp", exact=True).last.click()
    expect(page.get_by_role("heading", name="Pasienthistorikk")).to_be_visible()
    expect(page.get_by_role("cell", name=str(forlop), exact=True)).to_be_visible()
    name = page.locator(".sr-person b").inner_text().split()[-1]

    page.get_by_role("link", name="Pasientsøk").click()
    page.get_by_role("textbox", name="Søk på navn eller fødselsnr").fill(name)
    page.get_by_role("button", name="Søk", exact=True).click()
    hit = page.get_by_role("row").filter(has_text=name).first
    expect(hit).to_contain_text("*****")
    hit.get_by_role("button", name="vis").click()
    expect(page.get_by_role("row").filter(has_text=name).first).not_to_contain_text("*****")
    assert name not in page.url
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", name="Pasienthistorikk")).to_be_visible()


def test_et_ukjent_nummer_er_en_setning(sign_in: SignIn) -> None:
    page = sign_in(address="/pasientsok")
    page.get_by_role("textbox", name="Slå opp PasientID").fill("999999")
    page.get_by_role("button", name="Slå opp", exact=True).first.click()
    expect(page.get_by_role("alert")).to_contain_text("PasientID 999999 finnes ikke ved enheten")


@pytest.mark.manual("Innleverte 4")
def test_det_som_ble_skrevet_sist_er_med_i_soket(sign_in: SignIn) -> None:
    """The click on «Søk» is also what leaves the field; the list must not be that of the fields before."""
    page = sign_in(support.LC.navn, "/innleverte")
    for fields, first, last, said in (
        (page.get_by_placeholder("dd.mm.åååå"), "01.01.2026", "31.12.2025", "Perioden slutter 31.12.2025"),
        (page.get_by_placeholder("år", exact=True), "200", "10", "Alderen slutter på 10 år, før den begynner på 200"),
    ):
        fields.nth(0).fill(first)
        fields.nth(1).fill(last)
        page.get_by_role("button", name="Søk", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text(said)
        page.get_by_role("button", name="Nullstill").click()
        expect(fields.nth(0)).to_have_value("")
        expect(page.get_by_role("alert")).to_have_count(0)
    assert "Error" not in page.inner_text("body")


def test_det_som_ikke_er_en_dato_soekes_det_ikke_uten(sign_in: SignIn) -> None:
    page = sign_in(support.LC.navn, "/innleverte")
    found = page.get_by_text("Ingen innleverte registreringer").or_(page.get_by_text(re.compile(r"side 1 av")))
    expect(found).to_be_visible()
    page.get_by_placeholder("dd.mm.åååå").nth(1).fill("31.02.2026")
    page.get_by_role("button", name="Søk", exact=True).click()
    expect(page.get_by_text("Startdato til: «31.02.2026» er ikke en mulig dato")).to_be_visible()
    expect(found).to_have_count(0)


def test_kontroll_mot_epj_fra_en_fil(sign_in: SignIn) -> None:
    page = sign_in(support.LC.navn, "/innleverte")
    expect(page.get_by_role("button", name="Søk", exact=True)).to_be_visible()
    page.get_by_text("Kontroll mot EPJ").click()
    expect(page.get_by_role("button", name="Velg fil", exact=True)).to_be_visible()
    upload = page.locator("input[type=file]")
    upload.set_input_files({"name": "feil.csv", "mimeType": "text/csv", "buffer": b"fnr\n1\n"})
    expect(page.get_by_text("Filen har bare én kolonne")).to_be_visible()
    upload.set_input_files(
        {
            "name": "liste.csv",
            "mimeType": "text/csv",
            "buffer": b"PID;Dato;Post;\n77;01.10.2026;\xd8ye;\nx;01.10.2026;Kir;\n",
        }
    )
    expect(page.get_by_text("Filen er lest i tegnsettet Windows-1252.")).to_be_visible()
    expect(page.get_by_text("henvisninger er registrert")).to_contain_text("0 av 1")
    expect(page.get_by_text("er listen fra denne enheten?")).to_be_visible()
    expect(page.get_by_text("Kunne ikke leses (1)")).to_be_visible()
    page.get_by_role("button", name="Ta vare på tallene").click()
    expect(page.get_by_text("Tallene for én måned er lagret")).to_be_visible()
    page.get_by_role("button", name="Avslutt og glem listen").click()
    expect(page.get_by_text("henvisninger er registrert")).to_have_count(0)


@pytest.mark.manual("Andre sider 4")
def test_filarkivet_for_lu_og_filene_i_det(sign_in: SignIn) -> None:
    page = sign_in(address="/filarkiv")
    expect(page.get_by_text("Samtykkeskjema")).to_be_visible()
    expect(page.get_by_text("Genererte dokumenter")).to_have_count(0)
    files = page.locator(".sr-filer a")
    expect(files).to_have_count(8)
    for address in [files.nth(n).get_attribute("href") for n in range(8)]:
        assert page.request.get(str(address)).ok, address
    page.goto("/filarkiv/les/brukerveiledning")
    expect(page.get_by_role("img", name="Pasientsøk med treff")).to_be_visible()

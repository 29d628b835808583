"""Ny registrering in Chromium: unknown, known and foreign patients, wrong numbers, and a click too many."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from checks import identity
from tests import support

BORN = date(1961, 4, 12)


def search(page: Page, number: str) -> None:
    page.get_by_label("Fødselsnummer", exact=True).fill(number)
    page.get_by_role("button", name="Søk pasient").click()


def register(page: Page, number: str) -> None:
    search(page, number)
    expect(page.get_by_role("heading", name="Ny pasient")).to_be_visible()
    page.get_by_role("button", name="+ Ny registrering").click()
    expect(page.get_by_text("Nytt forløp er opprettet")).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("123", "må ha 11 siffer"), ("1204614652x", "bare ha siffer"), ("12846199999", "feil kontrollsiffer")],
)
def test_et_galt_nummer_faar_sin_setning_og_blir_staaende(
    sign_in: Callable[..., Page], typed: str, sentence: str
) -> None:
    page = sign_in(address="/ny_registrering")
    search(page, typed)
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.get_by_label("Fødselsnummer", exact=True)).to_have_value(typed)


@pytest.mark.manual("Ny registrering 4")
def test_en_ukjent_pasient_vises_som_ny_pasient_og_forlopet_apnes_i_po(sign_in: Callable[..., Page]) -> None:
    page = sign_in(address="/ny_registrering")
    register(page, identity.make(BORN, 1, 0))
    expect(page).to_have_url(re.compile(r"/personopplysninger\?pasient=\d+&forlop=\d+"))
    page.go_back()
    expect(page.get_by_label("Fødselsnummer", exact=True)).to_have_value("")


@pytest.mark.manual("Ny registrering 5")
def test_en_kjent_pasient_vises_med_sine_forlop(sign_in: Callable[..., Page]) -> None:
    page = sign_in(address="/ny_registrering")
    number = identity.make(BORN, 1, 1)
    register(page, number)
    page.goto("/ny_registrering")
    search(page, number)
    expect(page.get_by_role("heading", name="Pasienthistorikk")).to_be_visible()
    expect(page.locator(".sr-tabell tbody tr")).to_have_count(1)


def test_en_annen_enhet_finner_pasienten_men_ikke_forlopene(sign_in: Callable[..., Page]) -> None:
    number = identity.make(BORN, 1, 2)
    page = sign_in(address="/ny_registrering")
    register(page, number)
    patient = re.search(r"pasient=(\d+)", page.url)
    assert patient
    other = sign_in(support.OTHER_LU.navn, f"/pasienthistorikk?pasient={patient[1]}")
    expect(other.get_by_text("Forløpet tilhører en annen enhet.")).to_be_visible()
    other.goto("/ny_registrering")
    search(other, number)
    expect(other.get_by_text("Ingen forløp ved enheten.")).to_be_visible()


def test_et_dobbeltklikk_gir_ett_forlop(sign_in: Callable[..., Page]) -> None:
    page = sign_in(address="/ny_registrering")
    number = identity.make(BORN, 1, 3)
    search(page, number)
    page.get_by_role("button", name="+ Ny registrering").dblclick()
    expect(page.get_by_text("Nytt forløp er opprettet")).to_be_visible()
    page.goto("/ny_registrering")
    search(page, number)
    expect(page.locator(".sr-tabell tbody tr")).to_have_count(1)


def test_en_som_er_registrert_i_en_annen_fane_etter_sokene_vises_forst(sign_in: Callable[..., Page]) -> None:
    first = sign_in(address="/ny_registrering")
    second = first.context.new_page()
    number = identity.make(BORN, 2, 17)
    for page in (first, second):
        page.goto("/ny_registrering")
        search(page, number)
        expect(page.get_by_role("heading", name="Ny pasient")).to_be_visible()
    first.get_by_role("button", name="+ Ny registrering").click()
    expect(first.get_by_text("Nytt forløp er opprettet")).to_be_visible()
    second.get_by_role("button", name="+ Ny registrering").click()
    expect(second.get_by_text("registrert etter at du søkte")).to_be_visible()
    expect(second.locator(".sr-tabell tbody tr")).to_have_count(1)

    for page in (first, second):
        page.goto("/ny_registrering")
        page.get_by_role("radio", name="Annet").click()
        page.get_by_label("Fornavn").fill("Annemarie")
        page.get_by_label("Etternavn").fill("Wiśniewska")
        page.get_by_role("button", name="Søk pasient").click()
        expect(page.get_by_role("heading", name="Ny pasient")).to_be_visible()
    first.get_by_role("button", name="+ Ny registrering").click()
    expect(first.get_by_text("Nytt forløp er opprettet")).to_be_visible()
    second.get_by_role("button", name="+ Ny registrering").click()
    expect(second.get_by_role("alert").filter(has_text="er registrert etter at du søkte")).to_be_visible()
    expect(second.get_by_role("link", name="Annemarie Wiśniewska")).to_be_visible()
    second.get_by_role("button", name="+ Ny registrering").click()
    expect(second.get_by_text("Nytt forløp er opprettet")).to_be_visible()
    second.close()


def test_annet_sporr_om_navn_og_fodselsdato_og_varsler_om_like(sign_in: Callable[..., Page]) -> None:
    page = sign_in(address="/ny_registrering")
    for similar in (False, True):
        page.get_by_role("radio", name="Annet").click()
        expect(page.get_by_text("kan ikke låses før den er registrert")).to_be_visible()
        page.get_by_role("button", name="Søk pasient").click()
        expect(page.get_by_role("alert")).to_contain_text("Oppgi fornavn")
        page.get_by_label("Fornavn").fill("Anna")
        page.get_by_label("Etternavn").fill("Kowalska")
        page.get_by_role("button", name="Søk pasient").click()
        expect(page.get_by_role("heading", name="Ny pasient")).to_be_visible()
        expect(page.get_by_text("pasienter ved enheten som ligner")).to_have_count(int(similar))
        if not similar:
            page.get_by_role("button", name="+ Ny registrering").click()
            expect(page.get_by_text("Nytt forløp er opprettet")).to_be_visible()
            page.goto("/ny_registrering")


def helping_number() -> str:
    """A valid felles hjelpenummer; it says nothing of a person."""
    found = (identity._with_control(f"812345{serial:03}", 0) for serial in range(100, 200))
    return next(number for number in found if number)


@pytest.mark.manual("Ny registrering 2")
def test_et_hjelpenummer_forer_til_annet_og_folger_med_til_pasienten_kjennes_igjen(
    sign_in: Callable[..., Page],
) -> None:
    page = sign_in(address="/ny_registrering")
    number = helping_number()
    search(page, f"{number[:6]}\u2011{number[6:]}\u200b")
    expect(page.get_by_role("alert")).to_contain_text("Nummeret er et felles hjelpenummer")
    page.get_by_role("button", name="Registrer som «Annet»").click()
    expect(page.get_by_role("radio", name="Annet")).to_be_checked()
    expect(page.get_by_text(f"Nummeret {number}, et felles hjelpenummer (FH-nummer), følger med.")).to_be_visible()
    page.get_by_label("Fornavn").fill("Ines")
    page.get_by_label("Etternavn").fill("Duarte")
    page.get_by_role("button", name="Søk pasient").click()
    page.get_by_role("button", name="+ Ny registrering").click()
    expect(page.get_by_text("Nytt forløp er opprettet")).to_be_visible()
    expect(page.get_by_text(f"{number[:6]} *****").first).to_be_visible()
    page.goto("/ny_registrering")
    search(page, f"{number[:6]}.{number[6:]}")
    expect(page.get_by_role("heading", name="Pasienthistorikk")).to_be_visible()
    expect(page.get_by_text("Ines Duarte")).to_be_visible()


def test_et_d_nummer_sies_i_ord(sign_in: Callable[..., Page]) -> None:
    page = sign_in(address="/ny_registrering")
    search(page, identity.make(BORN, 1, 5, kind="d-nummer"))
    expect(page.get_by_text("Nummeret er et D-nummer")).to_be_visible()


def test_en_umulig_fodselsdato_og_et_for_langt_navn_avvises_og_blir_staaende(sign_in: Callable[..., Page]) -> None:
    page = sign_in(address="/ny_registrering")
    page.get_by_role("radio", name="Annet").click()
    long = "Fernández " * 9
    page.get_by_label("Fornavn").fill("Ana")
    page.get_by_label("Etternavn").fill(long)
    page.get_by_role("button", name="Søk pasient").click()
    alert = page.locator("p.sr-feltfeil")
    expect(alert).to_contain_text("Etternavn kan ha 80 tegn, og har 90.")
    expect(page.get_by_label("Etternavn")).to_have_value(long)
    page.get_by_label("Etternavn").fill("Fernández")
    born = page.get_by_role("textbox", name="Fødselsdato")
    born.fill("31.02.1970")
    page.get_by_role("button", name="Søk pasient").click()
    expect(alert).to_contain_text("Fødselsdato: «31.02.1970» er ikke en mulig dato.")
    expect(born).to_have_value("31.02.1970")
    expect(page.get_by_role("heading", name="Ny pasient")).to_be_hidden()
    born.fill("28.02.1970")
    page.get_by_role("button", name="Søk pasient").click()
    expect(page.get_by_role("heading", name="Ny pasient")).to_be_visible()

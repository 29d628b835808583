"""A coordinator keeps the unit's avdelinger, and the national coordinator is told."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests import support

SignIn = Callable[..., Page]


def add(page: Page, name: str, short: str, resh: str = "") -> None:
    page.get_by_label("Fullt navn").fill(name)
    page.get_by_label("Visningsnavn").fill(short)
    page.get_by_label("RESH-id").fill(resh)
    page.get_by_role("button", name="Legg til").click()


def test_legg_til_endre_og_slett(sign_in: SignIn) -> None:
    page = sign_in(support.LC.navn, "/avdelinger")
    expect(page.get_by_role("heading", name="Avdelinger")).to_be_visible()
    add(page, "Nevrologisk avdeling", "Nev", "40x")
    expect(page.get_by_role("alert")).to_contain_text("«40x» kan bare ha siffer")
    expect(page.get_by_label("Fullt navn")).to_have_value("Nevrologisk avdeling")
    add(page, "Nevrologisk avdeling", "Nev", "4001")
    expect(page.get_by_role("status")).to_contain_text("«Nevrologisk avdeling» er lagt til.")
    line = page.get_by_role("row", name="Nevrologisk avdeling")
    expect(line).to_contain_text("4001")

    line.get_by_role("link", name="Endre").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Visningsnavn").fill("Nevro")
    dialog.get_by_role("radiogroup", name="Aktiv").get_by_text("Nei").click()
    dialog.get_by_role("button", name="Lagre").click()
    expect(dialog).to_have_count(0)
    expect(line).to_contain_text("Nevro")
    expect(line).to_contain_text("Nei")

    line.get_by_role("link", name="Slett").click()
    page.get_by_role("dialog").get_by_role("button", name="Slett").click()
    expect(page.get_by_role("status")).to_contain_text("er slettet")
    expect(line).to_have_count(0)


def test_sc_velger_enhet(sign_in: SignIn) -> None:
    page = sign_in(support.SC.navn, "/avdelinger")
    expect(page.get_by_role("row", name="Kirurgisk avdeling")).to_be_visible()
    page.get_by_role("combobox", name="Enhet").click()
    page.get_by_role("option", name="St. Olavs hospital").click()
    expect(page.get_by_role("row", name="Ortopedisk avdeling")).to_be_visible()


def test_lu_har_ikke_siden(sign_in: SignIn) -> None:
    page = sign_in(support.LU.navn)
    expect(page.get_by_role("link", name="Avdelinger")).to_have_count(0)
    page.goto("/avdelinger")
    expect(page.get_by_text("Rollen din har ikke tilgang til Avdelinger")).to_be_visible()
    expect(page.get_by_label("Fullt navn")).to_have_count(0)
    page.get_by_role("link", name="Til startsiden").click()
    expect(page.get_by_role("heading", name="Arbeidsliste")).to_be_visible()

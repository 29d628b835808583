"""The national coordinator keeps the units and gives roles, and nothing is given or changed by a slip."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests import support
from tests.browser.conftest import choose

SignIn = Callable[..., Page]


def test_en_rolle_gis_forst_naar_den_er_bekreftet_og_bare_en_gang(sign_in: SignIn) -> None:
    page = sign_in(support.SC.navn, "/brukere")
    choose(page, "Endre en bruker", support.COLLEAGUE.navn)
    expect(page.get_by_role("button", name="Gi rolle …")).to_be_disabled()
    choose(page, "Rolle", "Lokal koordinator (LC)")
    for word in ("har fått rollen", "fra før. Ingenting er endret."):
        page.get_by_role("button", name="Gi rolle …").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text(
            f"Skal {support.COLLEAGUE.navn} ({support.COLLEAGUE.bruker}) få rollen Lokal koordinator (LC) ved Haukeland"
        )
        dialog.get_by_role("button", name="Gi rollen").click()
        expect(page.get_by_role("status")).to_contain_text(word)
    page.get_by_role("button", name="Ta bort LC").click()
    expect(page.get_by_role("status")).to_contain_text("Rollen er tatt bort.")


def test_sc_holder_enhetene(sign_in: SignIn) -> None:
    page = sign_in(support.SC.navn, "/enheter")
    for label, text in (
        ("RESH-id", "70000x"),
        ("Navn", "Nytt sykehus"),
        ("Helseforetak (HF)", "Nytt HF"),
        ("Region (RHF)", "Helse Nord RHF"),
    ):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Legg til").click()
    expect(page.get_by_role("alert")).to_contain_text("«70000x» kan bare ha siffer")
    expect(page.get_by_label("Navn")).to_have_value("Nytt sykehus")
    page.get_by_label("RESH-id").fill("700001")
    page.get_by_role("button", name="Legg til").click()
    expect(page.get_by_role("status")).to_contain_text("«Nytt sykehus» er lagt til.")
    line = page.get_by_role("row", name="700001")
    line.get_by_role("link", name="Endre").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Navn").fill("Nyere sykehus")
    dialog.get_by_label("Telefon pasienter kan ringe").fill("69 86 00 00")
    dialog.get_by_label("Avsender i meldinger til pasienter").fill("Smerteteamet")
    dialog.get_by_role("button", name="Lagre").click()
    expect(dialog.get_by_role("alert")).to_contain_text("«smerte» sier hva pasienten får hjelp for")
    dialog.get_by_label("Avsender i meldinger til pasienter").fill("Nyere sykehus")
    dialog.get_by_role("radiogroup", name="Aktiv").get_by_text("Nei").click()
    dialog.get_by_role("button", name="Lagre").click()
    expect(page.get_by_role("status")).to_contain_text("«Nyere sykehus» er endret.")
    expect(line).to_contain_text("Nyere sykehus")
    expect(line).to_contain_text("69 86 00 00")
    expect(line).to_contain_text("Nei")
    page.goto("/systeminfo")
    expect(page.get_by_text("«Nytt sykehus» → «Nyere sykehus»; Aktiv: Ja → Nei")).to_be_visible()


def test_lc_har_ikke_siden(sign_in: SignIn) -> None:
    page = sign_in(support.LC.navn, "/enheter")
    expect(page.get_by_text("Rollen din har ikke tilgang til Enheter")).to_be_visible()

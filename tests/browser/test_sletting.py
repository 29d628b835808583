"""SC erases a patient from Pasienthistorikk; typing the PID is the guard."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests import support


def test_sc_sletter_en_pasient(sign_in: Callable[..., Page], forlop: int) -> None:
    pid = 1001 + forlop - 10001
    page = sign_in(support.SC.navn, f"/pasienthistorikk?pasient={pid}")
    expect(page.get_by_text(f"PID {pid}")).to_be_visible()
    page.get_by_role("button", name="Slett pasienten …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Grunn").fill("Brev fra pasienten")
    dialog.get_by_role("button", name="Slett pasienten").click()
    expect(dialog).to_contain_text("Skriv pasientens PID for å bekrefte slettingen")
    dialog.get_by_label("Skriv pasientens PID").fill(str(pid))
    dialog.get_by_role("button", name="Slett pasienten").click()
    expect(page.get_by_role("heading", name="Arbeidsliste")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Pasienten er slettet, med 1")
    page.goto(f"/pasienthistorikk?pasient={pid}")
    expect(page.get_by_text("Pasienten finnes ikke i registeret")).to_be_visible()


def test_lc_har_ikke_knappen(sign_in: Callable[..., Page], forlop: int) -> None:
    page = sign_in(support.LC.navn, f"/pasienthistorikk?pasient={1001 + forlop - 10001}")
    expect(page.get_by_role("link", name="Innsynslogg for pasienten")).to_be_visible()
    expect(page.get_by_role("button", name="Slett pasienten …")).to_have_count(0)

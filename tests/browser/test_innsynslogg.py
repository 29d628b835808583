"""What a user opens stands in the log, once, and a coordinator can read it per patient and per user."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests import support

SignIn = Callable[..., Page]


def test_apning_av_skjema_og_pasient_star_i_loggen(sign_in: SignIn, forlop: int) -> None:
    user = sign_in(support.COLLEAGUE.navn, f"/skjema?forlop={forlop}&skjema=to")
    facts = user.get_by_text("PID").first
    expect(facts).to_be_visible()
    user.get_by_role("link", name="PO").first.click()
    expect(user.get_by_role("heading", name="Personalia")).to_be_visible()

    reader = sign_in(support.LC.navn, "/logg")
    expect(reader.get_by_text("Skriv en PasientID")).to_be_visible()
    reader.get_by_role("combobox", name="Bruker").click()
    reader.get_by_role("option", name=support.COLLEAGUE.navn).click()
    forms = reader.get_by_role("row", name=f"FID {forlop}").filter(has_text="skjema åpnet")
    expect(forms).to_have_count(1)
    expect(forms).to_contain_text("TO")
    expect(reader.get_by_role("row", name=f"FID {forlop}").filter(has_text="personopplysninger åpnet")).to_have_count(1)

    forms.get_by_role("link", name="Loggen for pasienten").click()
    expect(reader.get_by_role("row").filter(has_text="forløp opprettet")).to_have_count(1)
    expect(reader.get_by_role("combobox", name="Bruker")).to_have_value("Alle")


def test_loggen_er_ikke_for_lu(sign_in: SignIn) -> None:
    page = sign_in(support.LU.navn)
    expect(page.get_by_role("link", name="Ny registrering").first).to_be_visible()
    expect(page.get_by_role("link", name="Innsynslogg")).to_have_count(0)
    page.goto("/logg")
    expect(page.get_by_text("Rollen din har ikke tilgang til Innsynslogg")).to_be_visible()

"""Rett identitet in the browser: LC asks, SC compares, merges and takes apart again, and corrects a number."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import duckdb
from playwright.sync_api import Page, expect

from checks import identity
from ingest.services.folkeregister import LocalFolkeregister
from tests import support
from tests.browser.conftest import Server
from tests.browser.test_registrering import publish


def _patient(forlop: int) -> int:
    return 1001 + forlop - 10001


def test_lc_ber_sc_slaar_sammen_og_angrer(sign_in: Callable[..., Page], server: Server) -> None:
    kept, gone = sorted(_patient(next(server.forlop)) for _ in range(2))
    page = sign_in(support.LC.navn, f"/pasienthistorikk?pasient={gone}")
    page.locator("a[href^='/rett_identitet?']").click()  # not the menu's, which is there sooner
    page.get_by_text("Pasienten har en PasientID til").click()
    page.get_by_label("Nummeret pasienten skal ha, eller den andre").fill(str(kept))
    page.get_by_label("Grunn").fill("Samme person, registrert to ganger")
    page.get_by_role("button", name="Send til SC").click()
    expect(page.get_by_role("status")).to_contain_text("Sendt til SC")

    page = sign_in(support.SC.navn, "/rett_identitet")
    expect(page.get_by_text("Samme person, registrert to ganger")).to_be_visible()
    page.get_by_role("link", name="Se på det").first.click()
    expect(page.get_by_role("heading", name="Dette skjer")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text(str(kept))
    page.get_by_label("Grunn").fill("Samme person")
    page.get_by_text("Jeg har kontrollert at det er samme person").click()
    page.get_by_role("button", name="Slå sammen", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(f"PasientID {gone} er slått sammen med {kept}")

    page.goto(f"/pasienthistorikk?pasient={gone}")
    expect(page.get_by_text(f"PID {kept}")).to_be_visible()
    page.goto(f"/logg?pasient={kept}")
    expect(page.get_by_text("pasient slått sammen").first).to_be_visible()
    # The two were shown side by side through several redrawings, and that is one opening of each.
    expect(page.get_by_text("rett identitet åpnet")).to_have_count(4)
    page.goto(f"/rett_identitet?pasient={kept}")
    page.get_by_role("button", name="Angre sammenslåingen").click()
    expect(page.get_by_role("status")).to_contain_text(f"1 forløp er tilbake på PasientID {gone}")
    page.goto(f"/pasienthistorikk?pasient={gone}")
    expect(page.get_by_text(f"PID {gone}")).to_be_visible()


def test_et_nummer_en_annen_har_viser_de_to(sign_in: Callable[..., Page], server: Server) -> None:
    one, other = (_patient(next(server.forlop)) for _ in range(2))
    page = sign_in(support.SC.navn, f"/personopplysninger?pasient={other}")
    page.get_by_role("button", name="vis", exact=True).click()
    number = page.locator("dd", has_text=re.compile(r"^\d{6} \d{5}$")).first.inner_text()
    page.goto(f"/rett_identitet?pasient={one}")
    page.get_by_role("textbox", name="Nummeret pasienten skal ha").fill(number)
    page.get_by_role("button", name="Kontroller nummeret").click()
    expect(page.get_by_role("heading", name="Dette skjer")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text(str(other))


def test_sc_retter_nummeret(sign_in: Callable[..., Page], forlop: int) -> None:
    patient = _patient(forlop)
    number = identity.make(date(1961, 2, 3), 1, 5)
    page = sign_in(support.SC.navn, f"/rett_identitet?pasient={patient}")
    page.get_by_role("textbox", name="Nummeret pasienten skal ha").fill(f"{number[:6]} {number[6:]}")
    page.get_by_role("button", name="Kontroller nummeret").click()
    expect(page.get_by_text("03.02.1961")).to_be_visible()
    page.get_by_label("Grunn").fill("Skrevet feil")
    page.get_by_role("button", name="Rett nummeret").click()
    expect(page.get_by_text("Velg om nummeret som står nå, var pasientens")).to_be_visible()
    page.get_by_text("er feil: skrevet feil").click()
    page.get_by_role("button", name="Rett nummeret").click()
    expect(page.get_by_role("status")).to_contain_text("Nummeret er rettet")
    expect(page.get_by_text(number[:6])).to_be_visible()


def test_en_som_ligner_peker_paa_rett_identitet(sign_in: Callable[..., Page], server: Server) -> None:
    number = identity.make(date(1975, 8, 9), 2, 11)
    read = identity.parse(number, test_persons=True, today=date(2026, 11, 23))
    citizen = LocalFolkeregister().find(read)
    assert citizen is not None
    page = sign_in(support.LC.navn, "/ny_registrering")
    page.get_by_role("radio", name="Annet").click()
    page.get_by_label("Fornavn").fill(citizen.fornavn)
    page.get_by_label("Etternavn").fill(citizen.etternavn)
    page.get_by_role("button", name="Søk pasient").click()
    page.get_by_role("button", name="+ Ny registrering").click()
    expect(page.get_by_text("Nytt forløp er opprettet")).to_be_visible()
    page.goto("/ny_registrering")
    page.get_by_role("textbox", name="Fødselsnummer").fill(number)
    page.get_by_role("button", name="Søk pasient").click()
    expect(page.get_by_text("klikk «Rett identitet» der når nummeret skal rettes")).to_be_visible()
    page.get_by_role("link", name=f"{citizen.fornavn} {citizen.etternavn}").click()
    expect(page.locator("a[href^='/rett_identitet?']")).to_be_visible()


def _undated(sign_in: Callable[..., Page]) -> int:
    """A patient whose birth date anybody may write; the PasientID."""
    page = sign_in(support.LU.navn, "/ny_registrering")
    page.get_by_role("radio", name="Annet").click()
    page.get_by_label("Fornavn").fill("Anna")
    page.get_by_label("Etternavn").fill("Kowalska")
    page.get_by_role("button", name="Søk pasient").click()
    page.get_by_role("button", name="+ Ny registrering").dblclick()
    expect(page.get_by_text("Nytt forløp er opprettet")).to_be_visible()
    return int(re.search(r"pasient=(\d+)", page.url)[1])  # pyright: ignore[reportOptionalSubscript]


def test_et_dobbeltklikk_slaar_sammen_og_angrer_en_gang_og_tilbake_leder_videre(
    sign_in: Callable[..., Page], server: Server
) -> None:
    kept, gone = sorted(_patient(next(server.forlop)) for _ in range(2))
    page = sign_in(support.SC.navn, f"/rett_identitet?pasient={gone}&med={kept}")
    page.get_by_label("Grunn").fill("Samme person")
    page.get_by_text("Jeg har kontrollert at det er samme person").click()
    page.get_by_role("button", name="Slå sammen", exact=True).dblclick()
    expect(page.get_by_role("status")).to_contain_text(f"PasientID {gone} er slått sammen med {kept}")
    expect(page.get_by_role("button", name="Angre sammenslåingen")).to_have_count(1)

    page.go_back()
    expect(page.get_by_text(f"er slått sammen. Pasienten har PasientID {kept}.")).to_be_visible()
    expect(page.get_by_role("button", name="Slå sammen", exact=True)).to_have_count(0)
    page.goto(f"/rett_identitet?pasient={kept}&med=999999")
    expect(page.get_by_text("finnes ikke")).to_be_visible()
    page.goto(f"/rett_identitet?pasient={kept}&med={kept}")
    expect(page.get_by_text("Det er én og samme pasient")).to_be_visible()
    page.get_by_role("link", name=f"Til PasientID {kept}").click()
    page.get_by_role("button", name="Angre sammenslåingen").dblclick()
    expect(page.get_by_role("status")).to_contain_text(f"1 forløp er tilbake på PasientID {gone}")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.goto(f"/logg?pasient={kept}")
    expect(page.get_by_text("pasient slått sammen")).to_have_count(1)


def test_en_advarsel_som_kommer_imens_maa_ses_for_de_slaas_sammen(sign_in: Callable[..., Page], server: Server) -> None:
    kept, gone = _patient(next(server.forlop)), _undated(sign_in)
    page = sign_in(support.SC.navn, f"/rett_identitet?pasient={gone}&med={kept}")
    page.get_by_label("Grunn").fill("Samme person")
    page.get_by_text("Jeg har kontrollert at det er samme person").click()
    merge = page.get_by_role("button", name="Slå sammen", exact=True)
    expect(merge).to_be_enabled()

    other = sign_in(support.LU.navn, f"/personopplysninger?pasient={gone}")
    other.get_by_role("textbox", name="Fødselsdato").fill("01.02.1950")
    other.get_by_role("button", name="Lagre", exact=True).click()
    expect(other.get_by_role("status")).to_have_text(re.compile(r"^Lagret"))

    merge.click()
    expect(page.get_by_text("er endret siden du så det sist")).to_be_visible()
    expect(page.get_by_text("Fødselsdatoene er ulike")).to_be_visible()
    expect(merge).to_be_disabled()
    page.get_by_text("Jeg har kontrollert at det er samme person").click()
    merge.click()
    expect(page.get_by_role("status")).to_contain_text(f"PasientID {gone} er slått sammen med {kept}")


def test_datasettene_foelger_ved_neste_publisering(sign_in: Callable[..., Page], server: Server) -> None:
    first, second = sorted(next(server.forlop) for _ in range(2))
    kept, gone = _patient(first), _patient(second)

    def owner() -> tuple[str, ...] | None:
        with duckdb.connect(str(server.data / "published" / f"lokal-{support.OWN}.duckdb"), read_only=True) as con:
            return con.execute('select "PasientID" from forlopsoversikt where "ForlopsID" = ?', [second]).fetchone()

    coordinator = sign_in(support.LC.navn, "/lokal_oversikt")
    publish(coordinator)
    assert owner() == (str(gone),)
    page = sign_in(support.SC.navn, f"/rett_identitet?pasient={gone}&med={kept}")
    expect(page.get_by_text("Datasettene følger ved neste publisering")).to_be_visible()
    page.get_by_label("Grunn").fill("Samme person")
    page.get_by_text("Jeg har kontrollert at det er samme person").click()
    page.get_by_role("button", name="Slå sammen", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(f"PasientID {gone} er slått sammen med {kept}")
    assert owner() == (str(gone),)
    publish(coordinator)
    assert owner() == (str(kept),)


def test_et_dobbeltklikk_retter_nummeret_en_gang(sign_in: Callable[..., Page], forlop: int) -> None:
    patient, number = _patient(forlop), identity.make(date(1961, 2, 4), 1, 6)
    page = sign_in(support.SC.navn, f"/rett_identitet?pasient={patient}")
    page.get_by_role("textbox", name="Nummeret pasienten skal ha").fill(number)
    page.get_by_role("button", name="Kontroller nummeret").dblclick()
    page.get_by_label("Grunn").fill("Skrevet feil")
    page.get_by_text("er feil: skrevet feil").click()
    page.get_by_role("button", name="Rett nummeret").dblclick()
    expect(page.get_by_role("status")).to_contain_text("Nummeret er rettet")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.go_back()
    expect(page.get_by_text(number[:6]).first).to_be_visible()
    expect(page.get_by_role("button", name="Rett nummeret")).to_have_count(0)
    page.goto(f"/logg?pasient={patient}")
    expect(page.get_by_text("nummer rettet")).to_have_count(1)

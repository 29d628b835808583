"""PO in Chromium: the warning about telephone and e-mail, drafts, wrong values, withdrawn consent."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import support
from tests.browser.contact import Contact
from tests.browser.skjema import Skjema, day


@pytest.fixture
def po(sign_in: Callable[..., Page], forlop: int) -> Page:
    """PO of a new forløp, opened by LU from the arbeidsliste."""
    page = sign_in()
    page.get_by_label("Søk i arbeidslisten").fill(str(forlop))
    page.get_by_title("Personopplysninger (PO)").first.click()
    expect(page.get_by_label("Telefonnummer", exact=True)).to_be_visible()
    return page


def leave(page: Page, label: str, typed: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(typed)
    field.press("Tab")


@pytest.mark.manual("PO 5")
def test_manglende_telefon_og_epost_gir_melding_og_godta_gaar_videre(po: Page) -> None:
    po.get_by_role("button", name="Neste").click()
    dialog = po.get_by_role("dialog")
    expect(dialog).to_contain_text("Det er ikke registrert telefonnummer og e-postadresse. Uten dem kan")
    dialog.get_by_role("button", name="Tilbake").click()
    # Who has a telephone can be sent an SMS.
    leave(po, "Telefonnummer", "99887766")
    po.get_by_role("button", name="Neste").click()
    expect(dialog).to_contain_text("Uten den kan pasientskjema ikke sendes på e-post.")
    dialog.get_by_role("button", name="Godta").click()
    expect(po).to_have_url(re.compile(r"/skjema\?forlop=\d+&skjema=to"))
    # Once a patient: when TO is begun, the question has been answered.
    found = re.search(r"forlop=(\d+)", po.url)
    assert found
    skjema = Skjema(po, int(found[1])).ready("TO").velg("Tilsett", "Ja").lagre().knapp("‹ Forrige")
    expect(po.get_by_label("Telefonnummer", exact=True)).to_be_visible()
    skjema.neste("TO")


@pytest.mark.manual("PO 3")
def test_med_telefon_og_epost_gaar_neste_rett_til_to(po: Page) -> None:
    leave(po, "Telefonnummer", "99 88 77 66")
    leave(po, "E-postadresse", "anna@eksempel.no")
    po.get_by_role("button", name="Neste").click()
    expect(po).to_have_url(re.compile(r"/skjema\?forlop=\d+&skjema=to"))
    po.go_back()
    expect(po.get_by_label("Telefonnummer", exact=True)).to_have_value("99 88 77 66")


@pytest.mark.manual("PO 3")
@pytest.mark.parametrize("handling", ["Neste", "Lagre"])
def test_et_klikk_rett_fra_feltet_tar_med_det_som_nettopp_er_skrevet(po: Page, handling: str) -> None:
    po.get_by_label("Telefonnummer", exact=True).fill("99887766")
    po.get_by_label("E-postadresse", exact=True).fill("anna@eksempel.no")
    address = po.url
    po.get_by_role("button", name=handling).first.click()
    if handling == "Neste":
        expect(po).to_have_url(re.compile(r"/skjema\?forlop=\d+&skjema=to"))
        po.goto(address)
    else:
        expect(po.get_by_role("status")).to_have_text(re.compile(r"^Lagret"))
    expect(po.get_by_text("utkastet er beholdt")).to_have_count(0)
    expect(po.get_by_label("E-postadresse", exact=True)).to_have_value("anna@eksempel.no")
    po.reload()
    expect(po.get_by_label("E-postadresse", exact=True)).to_have_value("anna@eksempel.no")


@pytest.mark.parametrize("noticed", [False, True], ids=["uten at det merkes", "forbindelsen brytes"])
def test_det_som_er_skrevet_uten_kontakt_med_tjeneren_sendes_naar_kontakten_kommer_tilbake(
    po: Page, noticed: bool
) -> None:
    contact = Contact(po)
    po.clock.install(time=support.MOMENT)
    po.reload()
    leave(po, "Poststed", "Bergen")
    expect(po.get_by_text("utkastet er beholdt")).to_be_visible()
    contact.lose(noticed=noticed)
    leave(po, "Adresse", "Nygata 1")
    po.clock.run_for(60_000)
    contact.find()
    expect(po.get_by_text("Endret …")).to_have_count(0, timeout=15_000)
    po.reload()
    expect(po.get_by_label("Adresse", exact=True)).to_have_value("Nygata 1")


def test_internkommentar_paa_po_merkes_paa_fanen_og_arbeidslisten(po: Page, forlop: int) -> None:
    po.get_by_role("button", name="Internkommentar").click()
    po.get_by_label("Internkommentar").fill("Tolk bestilt")
    po.get_by_role("button", name="Lagre kommentar").click()
    marked = re.compile("har internkommentar")
    expect(po.get_by_role("navigation", name="Skjemaene i forløpet").get_by_text(marked)).to_have_count(1)
    po.get_by_role("link", name="Arbeidsliste").click()
    po.get_by_label("Søk i arbeidslisten").fill(str(forlop))
    expect(po.get_by_role("link", name=marked)).to_have_count(1)


def test_det_som_er_skrevet_overlever_at_siden_lastes_paa_nytt(po: Page) -> None:
    leave(po, "Adresse", "Nygata 1")
    expect(po.get_by_text("utkastet er beholdt")).to_be_visible()
    po.reload()
    expect(po.get_by_label("Adresse", exact=True)).to_have_value("Nygata 1")


def test_en_annens_lagring_overskrives_ikke_uten_at_brukeren_faar_vite_det(
    po: Page, sign_in: Callable[..., Page]
) -> None:
    leave(po, "Adresse", "Nygata 1")
    leave(po, "Poststed", "Bergen")
    expect(po.get_by_text("utkastet er beholdt")).to_be_visible()
    other = sign_in(support.COLLEAGUE.navn, po.url)
    leave(other, "Adresse", "Storgata 9")
    other.get_by_role("button", name="Lagre", exact=True).click()
    expect(other.get_by_role("status")).to_have_text(re.compile(r"^Lagret"))
    po.get_by_role("button", name="Lagre", exact=True).click()
    expect(po.get_by_role("alert")).to_contain_text("En annen har lagret «Storgata 9»")
    expect(po.get_by_label("Adresse", exact=True)).to_have_value("Nygata 1")
    po.get_by_role("button", name="Lagre", exact=True).click()
    expect(po.get_by_role("status")).to_have_text(re.compile(r"^Lagret"))
    other.reload()
    expect(other.get_by_label("Adresse", exact=True)).to_have_value("Nygata 1")


@pytest.mark.parametrize(
    ("label", "typed", "sentence"),
    [
        ("E-postadresse", "anna", "Dette er ikke en e-postadresse"),
        ("Telefonnummer", "12", "Dette er ikke et telefonnummer"),
        ("Postnummer", "99", "Dette er ikke et norsk postnummer"),
    ],
)
def test_gale_verdier_faar_sin_setning_og_lagres_ikke(po: Page, label: str, typed: str, sentence: str) -> None:
    leave(po, label, typed)
    po.get_by_role("button", name="Lagre", exact=True).click()
    expect(po.get_by_role("alert")).to_contain_text(sentence)
    expect(po.get_by_text("Ikke lagret. Rett det som er merket")).to_be_visible()
    expect(po.get_by_role("alert")).to_contain_text("Ett svar må rettes")
    expect(po.get_by_label(label, exact=True)).to_have_value(typed)


@pytest.mark.manual("PO 1", "Samtykke 13")
def test_sc_trekker_samtykket_og_po_viser_det(sign_in: Callable[..., Page], skjema: Skjema) -> None:
    skjema.to().samtykke().lagre().fane("PO").click()
    expect(skjema.page.get_by_role("button", name="Trekk samtykke")).to_have_count(0)
    page = sign_in(support.SC.navn, skjema.page.url)
    page.get_by_role("button", name="Trekk samtykke").click()
    dialog = page.get_by_role("dialog")
    date = dialog.get_by_role("textbox", name="Samtykke trekt dato")
    date.fill(day(0))
    date.press("Tab")
    leave(page, "Kilde", "Brev")
    dialog.get_by_text("Pasienten har bedt om").click()
    dialog.get_by_role("button", name="Trekk samtykke").click()
    expect(
        page.get_by_text(
            "Samtykket er trukket på 1 forløp, som tas ut av det nasjonale datasettet ved neste publisering, senest samme natt."
        )
    ).to_be_visible()
    expect(page.get_by_text("Tilbaketrukket samtykke").first).to_be_visible()

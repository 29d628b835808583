"""The arbeidsliste in Chromium: searching, the pencil, «vis», deleting and its refusal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, Page, expect

from app.web import static_files
from checks import names
from tests import support
from tests.browser.skjema import Skjema

WRITTEN = [
    *(
        "Ødegård",
        "OEDEGAARD",
        "Åse-Marie",
        "Áilu",
        "İpek Yıldız",
        "IPEK",
        "Strauß",
        "Þórður",
        "Thordur",
        "STRAẞE",
        "Đorđe",
        "Djordje",
        "Nguyễn Thị",
    ),
    *(
        "O'Brien",
        "O’Brien",
        "Oʼbrien",
        "O´Brien",
        "Al\u2011Hassan",
        "Jan  Ove",
        "Van\u00a0den\u200bBerg",
        "Čáŋžš ŧđ",
        "Þór Æsir",
    ),
    *("Müller", "Mueller", "Œuvre", "Γιώργος", "Юрий", "محمد", "がる", "한국", "Ｏｌａ １", "", "-"),
]
A4_WIDTH = 718  # an upright sheet with margins of 10 mm, in the browser's pixels


def line(page: Page, forlop: int) -> Locator:
    """The line of a forløp, found by its number."""
    page.get_by_label("Søk i arbeidslisten").fill(str(forlop))
    lines = page.locator(".sr-liste tbody tr")
    expect(lines).to_have_count(1)
    return lines.first


def test_soket_filtrerer_mens_man_skriver(sign_in: Callable[..., Page], forlop: int) -> None:
    page = sign_in()
    line(page, forlop)
    expect(page.locator(".sr-antall")).to_contain_text("1 av")
    page.get_by_label("Søk i arbeidslisten").fill("finnes ikke")
    expect(page.get_by_text("Ingen forløp passer til søket.")).to_be_visible()


@pytest.mark.manual("Arbeidsliste 9")
def test_pdf_er_det_som_vises_og_soket_staar_ikke_i_adressen(sign_in: Callable[..., Page], forlop: int) -> None:
    page = sign_in()
    line(page, forlop)
    page.get_by_role("button", name="Mine").click()
    page.get_by_role("button", name="Avdeling", exact=True).click()
    with page.context.expect_event("response", lambda reply: "/utskrift/" in reply.url) as event:
        page.get_by_role("button", name="PDF").click()
    reply = event.value
    assert reply.ok and reply.headers["content-type"] == "application/pdf"
    asked = reply.request
    assert asked.url.endswith("/utskrift/arbeidsliste")
    fields = parse_qs(asked.post_data or "")
    assert fields["forlop"] == [str(forlop)]
    assert fields["utvalg"] == [f"Utvalg: søk «{forlop}», Mine. Sortert på avdeling, stigende."]


@pytest.mark.manual("Arbeidsliste 14")
def test_kommentaren_fra_b22_staar_paa_et_staaende_ark(
    sign_in: Callable[..., Page], skjema: Skjema, forlop: int
) -> None:
    """Manual, «Arbeidsliste»: B 2.2's comment is what is visible when the list is printed."""
    skjema.to().samtykke().lagre().go("b22", "2.2").knapp("Internkommentar")
    comment = "EDA fjernes i morgen, ny vurdering etterpå av smerteteamet."
    skjema.page.get_by_label("Internkommentar").fill(comment)
    skjema.knapp("Lagre kommentar")
    expect(skjema.page.locator(".sr-fane[aria-current]")).to_contain_text("har internkommentar")
    page = sign_in()
    row = line(page, forlop)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4_WIDTH, "height": 1000})
    cell = row.get_by_role("cell", name=comment)
    expect(cell).to_be_visible()
    box = cell.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= A4_WIDTH


@pytest.mark.manual("Arbeidsliste 6")
def test_blyanten_bytter_avdeling_og_byttet_blir_staende(sign_in: Callable[..., Page], forlop: int) -> None:
    page = sign_in()
    row = line(page, forlop)
    row.get_by_label("Endre avdeling").click()
    row.get_by_label("Ny avdeling").select_option(label="Med")
    expect(row.locator(".sr-avdeling")).to_have_text("Med")
    page.reload()
    expect(line(page, forlop).locator(".sr-avdeling")).to_have_text("Med")


SAMTYKKE = ["", "Ja", "Venter", "Nei", "Trukket", "Ikke aktuelt"]
SORTS: dict[str, tuple[int, Callable[[str], Any]]] = {
    "Samtykke": (1, SAMTYKKE.index),
    "Startdato": (2, lambda text: (not text, text.split(".")[::-1])),
    "Avdeling": (4, str),
}


@pytest.mark.manual("Arbeidsliste 4")
def test_listen_sorteres_paa_samtykke_startdato_og_avdeling_begge_veier(
    sign_in: Callable[..., Page], skjema: Skjema, forlop: int
) -> None:
    skjema.to().samtykke().lagre()
    page = sign_in()
    row = line(page, forlop)
    row.get_by_label("Endre avdeling").click()
    row.get_by_label("Ny avdeling").select_option(label="Med")
    expect(row.locator(".sr-avdeling")).to_have_text("Med")
    page.get_by_label("Søk i arbeidslisten").fill("")
    for heading, (column, rank) in SORTS.items():
        first = []
        for order, backwards in (("ascending", False), ("descending", True)):
            page.get_by_role("columnheader", name=heading).get_by_role("button").click()
            expect(page.get_by_role("columnheader", name=heading)).to_have_attribute("aria-sort", order)
            shown = page.locator(f".sr-liste tbody tr > :nth-child({column + 1})").all_inner_texts()
            assert shown == sorted(shown, key=rank, reverse=backwards), heading
            first.append(shown[0])
        assert first[0] != first[1], heading


def test_listen_aapner_i_registerets_rekkefolge_med_nye_forlop_uten_startdato_overst(
    sign_in: Callable[..., Page], skjema: Skjema, forlop: int
) -> None:
    skjema.to().lagre()
    page = sign_in()
    lines = page.locator(".sr-liste tbody tr")
    expect(line(page, forlop).locator("td").nth(1)).not_to_be_empty()
    page.get_by_label("Søk i arbeidslisten").fill("")
    expect(page.locator(".sr-antall")).to_have_text(re.compile(r"^\d+ forløp$"))
    expect(lines).to_have_count(int(page.locator(".sr-antall").inner_text().split()[0]))
    shown = lines.evaluate_all(
        "rows => rows.map(row => [row.children[2].textContent,"
        " Number(new URL(row.querySelector('a').href).searchParams.get('forlop'))])"
    )
    newest_first = sorted(shown, key=lambda row: (not row[0], row[0].split(".")[::-1], row[1]), reverse=True)
    assert shown == newest_first
    assert (shown[0][0], bool(shown[-1][0])) == ("", True)


@pytest.mark.manual("Arbeidsliste 5", "Arbeidsliste 7", "Arbeidsliste 8")
def test_linjen_har_lokasjon_veien_til_po_og_veien_til_pasienthistorikk(
    sign_in: Callable[..., Page], skjema: Skjema, forlop: int
) -> None:
    skjema.to().lagre().go("b11", "1.1").avdeling().lagre()
    page = sign_in()
    row = line(page, forlop)
    expect(row.locator("td").nth(2)).to_have_text("HUS")
    expect(row.get_by_role("link", name="kvinne")).to_have_attribute("href", re.compile(rf"forlop={forlop}$"))
    row.get_by_role("link", name="Pasienthistorikk").click()
    expect(page.get_by_role("heading", name="Pasienthistorikk")).to_be_visible()
    page.get_by_role("button", name="+ Ny registrering").click()
    expect(page.get_by_text("Nytt forløp er opprettet")).to_be_visible()


def test_fodselsnummeret_er_maskert_til_man_ber_om_aa_se_det(sign_in: Callable[..., Page], forlop: int) -> None:
    row = line(sign_in(), forlop)
    number = row.locator(".sr-fnr")
    expect(number).to_contain_text("*****")
    number.get_by_role("button").click()
    expect(number).not_to_contain_text("*")
    assert len("".join(c for c in number.inner_text() if c.isdigit())) == 11


def test_symbolet_aapner_skjemaet_og_tilbake_gaar_til_listen(sign_in: Callable[..., Page], forlop: int) -> None:
    page = sign_in()
    line(page, forlop).get_by_title("TO: ny, tom registrering").click()
    expect(page.locator(".sr-fane[aria-current]")).to_contain_text("TO")
    page.go_back()
    expect(page.locator(".sr-liste")).to_be_visible()


@pytest.mark.manual("Arbeidsliste 16")
def test_bare_koordinatoren_kan_slette(sign_in: Callable[..., Page], forlop: int) -> None:
    expect(line(sign_in(), forlop).get_by_title("Slett")).to_have_count(0)
    page = sign_in(support.LC.navn)
    line(page, forlop).get_by_title("Slett").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Slett forløpet").click()
    expect(dialog).to_contain_text("Skriv hvorfor forløpet slettes.")
    dialog.get_by_label("Grunn").fill("Feilregistrert")
    dialog.get_by_role("button", name="Slett forløpet").click()
    expect(page.get_by_text(f"Forløp {forlop} er slettet.")).to_be_visible()
    expect(page.get_by_text("Ingen forløp passer til søket.")).to_be_visible()


def test_den_som_sletter_ser_hvem_som_holder_paa_i_forlopet(
    sign_in: Callable[..., Page], skjema: Skjema, forlop: int
) -> None:
    skjema.to(tilsett="Nei, ikke behov")
    page = sign_in(support.LC.navn)
    line(page, forlop).get_by_title("Slett").click()
    expect(page.get_by_role("dialog")).to_contain_text(
        f"Det som er skrevet og ikke lagret, slettes også: {support.LU.navn} (TO)."
    )


def test_sletting_avvises_naar_et_skjema_er_ferdigstilt(
    sign_in: Callable[..., Page], skjema: Skjema, forlop: int
) -> None:
    page = sign_in(support.LC.navn)
    row = line(page, forlop)
    skjema.to(tilsett="Nei, ikke behov").ferdigstill()
    row.get_by_title("Slett").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Grunn").fill("Feilregistrert")
    dialog.get_by_role("button", name="Slett forløpet").click()
    expect(dialog).to_contain_text("Forløpet kan ikke slettes fordi TO er ferdigstilt.")


def test_arbeidslisten_naas_ogsaa_paa_sin_egen_adresse(sign_in: Callable[..., Page]) -> None:
    page = sign_in(address="/arbeidsliste")
    expect(page.get_by_role("heading", name="Arbeidsliste")).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)


def test_soket_finner_navnet_som_pasientsok_gjor(sign_in: Callable[..., Page]) -> None:
    """The list is searched in the browser, by the tables of the register's own folding."""
    page = sign_in(address="/ny_registrering")
    page.get_by_role("radio", name="Annet").click()
    page.get_by_label("Fornavn").fill("Siobhán")
    page.get_by_label("Etternavn").fill(unicodedata.normalize("NFD", "O’Brien\u2011Ødegård"))
    page.get_by_role("button", name="Søk pasient").click()
    page.get_by_role("button", name="+ Ny registrering").click()
    expect(page.get_by_text("Nytt forløp er opprettet")).to_be_visible()
    page.goto("/")
    field, lines = page.get_by_label("Søk i arbeidslisten"), page.locator(".sr-liste tbody tr", has_text="Siobhán")
    for typed in (
        "siobhan",
        "obrien",
        "brien",
        "o'brien-odegaard",
        "ØDEGÅRD Siobhan",
        "oedegard",
        "sio bhan ode gaard",
    ):
        field.fill(typed)
        expect(lines).to_have_count(1)
    for typed in ("siobhan olsen", "bhan sio", "sio odegard bhan"):
        field.fill(typed)
        expect(lines).to_have_count(0)
    folded = page.evaluate(
        """async ([script, tables, texts]) => {
          const { folding } = await import(new URL(script, document.baseURI).href);
          return texts.map(folding(tables));
        }""",
        [static_files.url("navn.js"), names.TABLES, WRITTEN],
    )
    assert dict(zip(WRITTEN, folded, strict=True)) == {text: names.fold(text) for text in WRITTEN}

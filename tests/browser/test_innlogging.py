"""A new user applies, is approved, logs in and registers; sessions end as they should and lose nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, Route, expect

from app.ui import frame
from checks import identity
from tests import accounts, support
from tests.accounts import NEW_PASSWORD, PASSWORD
from tests.browser.conftest import Server
from tests.browser.served import Clock
from tests.browser.skjema import Skjema

SignIn = Callable[..., Page]


def log_in(page: Page, username: str, password: str) -> None:
    page.get_by_label("Brukernavn").fill(username)
    page.get_by_label("Passord").fill(password)
    page.get_by_role("button", name="Logg inn", exact=True).click()
    code = re.search(r"Koden din er (\d{6})", page.locator(".melding").inner_text())
    assert code
    page.get_by_label("Engangskode").fill(code.group(1))
    page.get_by_role("button", name="Neste").click()


def save(page: Page) -> None:
    """«Lagre», and wait until the server has: its word goes away with the click and comes back."""
    shown = page.locator(".sr-lagretilstand")
    expect(shown).to_have_text("Endret – utkastet er beholdt")
    page.get_by_role("button", name="Lagre", exact=True).click()
    expect(shown).to_have_text(re.compile(r"^Lagret \d"))


@pytest.mark.manual("Bruker 1", "Bruker 3")
def test_ny_bruker_fra_soknad_til_registrering_og_utlogging(sign_in: SignIn) -> None:
    applicant = sign_in("", "/logg-inn")
    applicant.get_by_role("link", name="Ny bruker").click()
    for label, text in (("Navn", "Nora Ny"), ("Primær mobil", "912 34 567"), ("Klinikk", "Akuttklinikken")):
        applicant.get_by_label(label, exact=True).fill(text)
    applicant.get_by_label("Brukernavn").fill("nora.ny")
    applicant.get_by_label("Jobb-e-post").fill("nora@example.com")
    for label, choice in (
        ("Stilling", "Sykepleier"),
        ("Region", "Helse Vest RHF"),
        ("Organisasjon", "Helse Bergen HF"),
        ("Prosjekt", "Smerteregister"),
        ("Ønsket rolle", "Lokal bruker (LU)"),
    ):
        applicant.get_by_label(label, exact=True).select_option(label=choice)
    expect(applicant.get_by_label("Organisasjonen du søker til")).to_have_value("Helse Bergen HF")
    expect(applicant.get_by_label("Avdeling")).to_have_value(support.OWN)
    applicant.get_by_role("button", name="Send skjema").click()
    expect(applicant.get_by_role("status")).to_contain_text("Søknaden er sendt")

    coordinator = sign_in(support.LC.navn, "/brukere")
    expect(coordinator.get_by_text("Nora Ny, sykepleier")).to_be_visible()
    coordinator.get_by_role("button", name="Godkjenn").click()
    expect(coordinator.get_by_text("Godkjent. Passordet er sendt på SMS.")).to_be_visible()

    applicant.goto("/demo/utboks")
    sent = applicant.locator(".melding", has_text="nora.ny").inner_text()
    first = re.search(r"Førstegangspassord: (\S+)", sent)
    assert first
    applicant.goto("/ny_registrering")
    log_in(applicant, "nora.ny", first.group(1))
    expect(applicant.get_by_role("heading", name="Bytt passord")).to_be_visible()
    applicant.get_by_label("Førstegangspassord").fill(first.group(1))
    applicant.get_by_label("Nytt passord", exact=True).fill(NEW_PASSWORD)
    applicant.get_by_label("Nytt passord en gang til").fill(NEW_PASSWORD)
    applicant.get_by_role("button", name="Oppdater").click()

    expect(applicant).to_have_url(re.compile("/ny_registrering$"))
    expect(applicant.locator(".sr-hvem")).to_contain_text("Nora Ny")
    number = applicant.get_by_label("Fødselsnummer", exact=True).and_(applicant.locator("input"))
    number.fill(identity.make(date(1961, 2, 3), 2, 77))
    number.press("Enter")
    applicant.get_by_role("button", name="+ Ny registrering").click()
    expect(applicant.get_by_text("Nytt forløp er opprettet.")).to_be_visible()
    applicant.get_by_role("button", name="Logg ut").click()
    expect(applicant.get_by_role("heading", name="Logg inn", exact=True)).to_be_visible()


def test_det_som_velges_for_skriptet_er_lastet_velger_ogsaa_organisasjonen_det_sokes_til(sign_in: SignIn) -> None:
    applicant = sign_in("", "/logg-inn")
    held: list[Route] = []
    applicant.route("**/ny_bruker.js*", lambda route: held.append(route))
    applicant.goto("/ny-bruker", wait_until="commit")
    applicant.get_by_label("Organisasjon", exact=True).select_option(label="Helse Bergen HF")
    held[0].continue_()
    expect(applicant.get_by_label("Region")).to_have_value("Helse Vest RHF")
    expect(applicant.get_by_label("Organisasjonen du søker til")).to_have_value("Helse Bergen HF")
    expect(applicant.get_by_label("Avdeling")).to_have_value(support.OWN)


@pytest.mark.manual("Bruker 8")
def test_startsiden_etter_innlogging_er_arbeidslisten(sign_in: SignIn) -> None:
    page = sign_in("", "/logg-inn")
    log_in(page, support.OTHER_LU.bruker, PASSWORD)
    expect(page.get_by_role("heading", name="Arbeidsliste")).to_be_visible()
    assert page.url.endswith("/")


def test_utlopt_okt_beholder_det_som_skrives_og_kommer_tilbake_til_skjemaet(
    sign_in: SignIn, clock: Clock, forlop: int
) -> None:
    page = sign_in(address=f"/skjema?forlop={forlop}&skjema=to")
    form = Skjema(page, forlop).ready("TO")
    form.velg("Tilsynsanmodnin", "Tilsynsanmodning")
    save(page)
    clock.turn(31 * 60)
    form.svar("Tilsett", "Ja").click()
    expect(page.get_by_role("alert").filter(has_text="Du er logget ut")).to_be_visible()
    page.get_by_role("link", name="Logg inn på nytt").click()
    log_in(page, support.LU.bruker, PASSWORD)
    expect(page).to_have_url(re.compile(f"forlop={forlop}&skjema=to$"))
    form.ready("TO")
    for variable, answer in (("Tilsynsanmodnin", "Tilsynsanmodning"), ("Tilsett", "Ja")):
        expect(form.svar(variable, answer)).to_have_attribute("aria-checked", "true")


def test_aktivitet_i_skjemaet_holder_okten_i_live(sign_in: SignIn, clock: Clock, forlop: int) -> None:
    page = sign_in(address=f"/skjema?forlop={forlop}&skjema=to")
    form = Skjema(page, forlop).ready("TO")
    for minutes, answer in ((25, "Ja"), (50, "Nei"), (75, "Ja")):
        clock.turn(minutes * 60)
        form.velg("Norsktalende", answer)
        save(page)
    page.reload()
    form.ready("TO")


def test_utlogging_i_en_fane_gjelder_i_den_andre(sign_in: SignIn, forlop: int) -> None:
    page = sign_in(address=f"/skjema?forlop={forlop}&skjema=to")
    form = Skjema(page, forlop).ready("TO")
    other = page.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="Logg ut").click()
    expect(other.get_by_role("heading", name="Logg inn", exact=True)).to_be_visible()
    form.svar("Norsktalende", "Ja").click()
    expect(page.get_by_role("alert").filter(has_text="Du er logget ut")).to_be_visible()


def test_en_knapp_i_en_gammel_fane_gjor_ingenting_etter_utlogging(sign_in: SignIn) -> None:
    page = sign_in(address="/min_side")
    expect(page.get_by_role("button", name="Sett opp app")).to_be_visible()
    other = page.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="Logg ut").click()
    expect(other.get_by_role("heading", name="Logg inn", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sett opp app").click()
    expect(page.get_by_role("alert").filter(has_text="Du er logget ut")).to_be_visible()
    expect(page.get_by_role("img", name="QR-kode med nøkkelen")).to_have_count(0)


def test_ny_lasting_beholder_siden_og_brukeren(sign_in: SignIn) -> None:
    page = sign_in(address="/min_side")
    expect(page.get_by_role("heading", name="Min side")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Min side")).to_be_visible()
    expect(page).to_have_url(re.compile("/min_side$"))


def test_alle_sider_tegnes_under_sikkerhetshodene(sign_in: SignIn) -> None:
    page = sign_in(support.SC.navn)
    for known in frame.available("SC"):
        page.goto(known.address)
        expect(page.locator(".sr-hvem")).to_be_visible()
        expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1)


def test_en_side_rollen_ikke_har_finnes_ikke(sign_in: SignIn) -> None:
    page = sign_in(address="/brukere")
    expect(page.get_by_role("heading", name="Ingen tilgang")).to_be_visible()
    page.get_by_role("link", name="Til startsiden").click()
    expect(page.locator(".sr-hvem")).to_be_visible()
    expect(page.get_by_role("link", name="Brukere")).to_have_count(0)


def test_ny_mobil_tas_i_bruk_med_passord_og_kode(sign_in: SignIn) -> None:
    page = sign_in(support.COLLEAGUE.navn, "/min_side")
    page.get_by_label("Ny primær mobil").fill("91234567")
    page.locator(".st-key-kontakt_passord input").fill(accounts.PASSWORD)
    page.get_by_role("button", name="Send kode").click()
    code = page.get_by_label("Koden du fikk")
    expect(code).to_be_visible()
    outbox = page.context.new_page()
    outbox.goto("/demo/utboks")
    sent = outbox.locator(".melding", has_text="91234567").first.inner_text()
    code.fill(re.findall(r"er (\d{6})", sent)[0])
    code.press("Enter")
    expect(page.get_by_text("Opplysningen er endret.")).to_be_visible()
    expect(page.locator(".sr-fakta")).to_contain_text("91234567")


def test_kode_fra_app_settes_opp_med_qr_og_slaas_av(sign_in: SignIn, server: Server) -> None:
    from pyotp.totp import TOTP

    page = sign_in(support.COLLEAGUE.navn, "/min_side")
    page.get_by_role("button", name="Sett opp app").click()
    expect(page.get_by_role("img", name="QR-kode med nøkkelen")).to_be_visible()
    secret = page.locator(".sr-qr code").inner_text().replace(" ", "")
    code = page.get_by_label("Koden appen viser")
    code.fill(TOTP(secret).at(server.clock()))
    code.press("Enter")
    expect(page.get_by_text("Passordet du har nå, stemmer ikke.")).to_be_visible()
    password = page.locator(".st-key-totp_passord input")
    password.fill(accounts.PASSWORD)
    password.press("Enter")
    expect(page.get_by_text("Koden din kommer fra app.")).to_be_visible()
    page.locator(".st-key-totp_passord input").fill(accounts.PASSWORD)
    page.get_by_role("button", name="Gå tilbake til SMS").click()
    expect(page.get_by_role("button", name="Sett opp app")).to_be_visible()

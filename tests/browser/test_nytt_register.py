"""A hospital begins: from `smertereg init` in an empty folder to the first patient, by the real commands only."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from pyotp.totp import TOTP

from checks import identity
from ingest.access import JOB
from ingest.store import Store
from tests.accounts import NEW_PASSWORD
from tests.browser.conftest import command, served, visit
from tests.browser.served import Clock

OWN_PASSWORD = "Foerste-koordinator-88"
UNITS = "resh;navn;hf;rhf\n700001;Fjordbyen sykehus;Fjordbyen HF;Helse Nord RHF\n"


class Gateway(BaseHTTPRequestHandler):
    """The hospital's gateway for SMS: keeps what it is sent."""

    sent: list[dict[str, str]]

    def do_POST(self) -> None:
        self.sent.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(202)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        del format, args


@contextmanager
def gateway() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The gateway's address, and the messages it has been sent."""
    sent: list[dict[str, str]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Mine", (Gateway,), {"sent": sent}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", sent
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def opened(browser: Browser, base: str) -> Iterator[Page]:
    """A page of a new visitor. Errors on the page fail the test."""
    context, errors = visit(browser, base), []
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def log_in(page: Page, username: str, password: str) -> None:
    page.goto("/logg-inn")
    page.get_by_label("Brukernavn").fill(username)
    page.get_by_label("Passord").fill(password)
    page.get_by_role("button", name="Logg inn", exact=True).click()


def answer(page: Page, label: str, code: str) -> None:
    page.get_by_label(label).fill(code)
    page.get_by_role("button", name="Neste").click()


def change_first(page: Page, first: str, new: str) -> None:
    page.get_by_label("Førstegangspassord").fill(first)
    page.get_by_label("Nytt passord", exact=True).fill(new)
    page.get_by_label("Nytt passord en gang til").fill(new)
    page.get_by_role("button", name="Oppdater").click()


def set_up_app(page: Page, clock: Clock, password: str) -> str:
    """Set up codes from an app on Min side; returns the secret."""
    page.get_by_role("button", name="Sett opp app").click()
    secret = page.locator(".sr-qr code").inner_text().replace(" ", "")
    code = page.get_by_label("Koden appen viser")
    # As users do: from field to field with Tab, while the page draws what came before.
    code.fill(TOTP(secret).at(clock()))
    code.press("Tab")
    field = page.locator(".st-key-totp_passord input")
    field.fill(password)
    field.press("Tab")
    page.get_by_role("button", name="Ta i bruk").click()
    expect(page.get_by_text("Koden din kommer fra app.")).to_be_visible()
    return secret


def test_fra_init_til_forste_pasient(tmp_path: Path, browser: Browser) -> None:
    data, units = tmp_path / "data", tmp_path / "enheter.csv"
    units.write_text(UNITS, encoding="utf-8")
    said = command(
        data,
        "init",
        "--units",
        str(units),
        "--name",
        "Kari Nordvik",
        "--mobile",
        "91234567",
        "--email",
        "k@example.com",
    )
    first = dict(re.findall(r"^  (\S+) +(\S+)$", said, re.MULTILINE))
    assert "Ingen SMS-tjeneste er satt opp" in said

    # The coordinator's first sign-in, with no gateway for SMS yet.
    with served(data) as (base, clock), opened(browser, base) as page:
        page.goto("/")
        expect(page.get_by_text("Demo")).to_have_count(0)
        log_in(page, first["Brukernavn"], first["Førstegangspassord"])
        answer(page, "Engangsnøkkel", first["Engangsnøkkel"])
        change_first(page, first["Førstegangspassord"], OWN_PASSWORD)
        expect(page).to_have_url(re.compile("/min_side$"))
        expect(page.get_by_text("Sett opp kode fra app nå, ellers kommer du ikke inn igjen.")).to_be_visible()
        secret = set_up_app(page, clock, OWN_PASSWORD)
        page.goto("/foo/bar")
        expect(page.get_by_role("heading", name="Siden finnes ikke")).to_be_visible()
        expect(page).to_have_title("Siden finnes ikke · SmerteReg")

    with gateway() as (address, sent), served(data, SMS_URL=address) as (base, clock):
        with opened(browser, base) as page:
            _prepare(page, clock, first["Brukernavn"], secret)
        with opened(browser, base) as page:
            _apply(page)
        with opened(browser, base) as page:
            _approve(page, clock, first["Brukernavn"], secret)
        with opened(browser, base) as page:
            _register(page, sent)
    store = Store(data / "smertereg.duckdb")
    with store.read(JOB) as tx:
        (found,) = tx.rows(
            "select f.enhet, i.etternavn from register.forlop f join identitet.person i using (pasient_id)"
        )
    store.close()
    assert found == {"enhet": "700001", "etternavn": "Pasient"}


def _enter(page: Page, clock: Clock, username: str, secret: str) -> None:
    clock.turn(60 * _turns(clock))
    log_in(page, username, OWN_PASSWORD)
    answer(page, "Engangskode", TOTP(secret).at(clock()))
    expect(page.locator(".sr-hvem")).to_contain_text("Kari Nordvik")


def _turns(clock: Clock) -> int:
    """How many minutes ahead the clock is to be: a code of the app serves once."""
    return int(float(clock.file.read_text(encoding="utf-8")) // 60) + 2


def _prepare(page: Page, clock: Clock, username: str, secret: str) -> None:
    """SC adds the lokasjon and the avdeling without which nothing can be registered."""
    _enter(page, clock, username, secret)
    for address, name in (("/lokasjoner", "Fjordbyen"), ("/avdelinger", "Kirurgisk avdeling")):
        page.goto(address)
        page.get_by_label("Fullt navn").fill(name)
        page.get_by_label("Visningsnavn").fill(name[:9])
        page.get_by_role("button", name="Legg til").click()
        expect(page.get_by_role("status")).to_contain_text(f"«{name}» er lagt til.")


def _apply(page: Page) -> None:
    page.goto("/ny-bruker")
    for label, text in (("Navn", "Nora Ny"), ("Primær mobil", "99999999"), ("Klinikk", "Akuttklinikken")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Brukernavn").fill("nora.ny")
    page.get_by_label("Jobb-e-post").fill("nora@example.com")
    for label, choice in (
        ("Stilling", "Sykepleier"),
        ("Region", "Helse Nord RHF"),
        ("Organisasjon", "Fjordbyen HF"),
        ("Prosjekt", "Smerteregister"),
        ("Ønsket rolle", "Lokal bruker (LU)"),
    ):
        page.get_by_label(label, exact=True).select_option(label=choice)
    page.get_by_role("button", name="Send skjema").click()
    expect(page.get_by_role("status")).to_contain_text("Søknaden er sendt")


def _approve(page: Page, clock: Clock, username: str, secret: str) -> None:
    _enter(page, clock, username, secret)
    page.goto("/brukere")
    page.get_by_role("button", name="Godkjenn").click()
    expect(page.get_by_text("Godkjent. Passordet er sendt på SMS.")).to_be_visible()


def _register(page: Page, sent: list[dict[str, str]]) -> None:
    """LU logs in with what came by SMS, meets the refusal of a synthetic number, and registers a patient."""
    first = re.search(r"Førstegangspassord: (\S+)", sent[-1]["text"])
    assert first and sent[-1]["to"] == "99999999"
    log_in(page, "nora.ny", first[1])
    expect(page.get_by_label("Engangskode")).to_be_visible()
    code = re.search(r"Koden din er (\d{6})", _arrived(page, sent, 2)["text"])
    assert code
    answer(page, "Engangskode", code[1])
    change_first(page, first[1], NEW_PASSWORD)
    page.goto("/ny_registrering")
    expect(page.get_by_text("Søk etter pasient i registeret og opprett ny registrering.")).to_be_visible()
    page.get_by_label("Fødselsnummer", exact=True).fill(identity.make(date(1961, 2, 3), 2, 77))
    page.get_by_role("button", name="Søk pasient").click()
    expect(page.get_by_role("alert")).to_contain_text("Syntetiske fødselsnumre er ikke tillatt")
    page.get_by_role("radio", name="Annet").click()
    page.get_by_label("Fornavn").fill("Prøve")
    page.get_by_label("Etternavn").fill("Pasient")
    page.get_by_role("button", name="Søk pasient").click()
    page.get_by_role("button", name="+ Ny registrering").click()
    expect(page.get_by_text("Nytt forløp er opprettet.")).to_be_visible()


def _arrived(page: Page, sent: list[dict[str, str]], count: int) -> dict[str, str]:
    """The newest message when so many have come; the gateway gets them a moment after the page is shown."""
    for _ in range(100):
        if len(sent) >= count:
            return sent[-1]
        page.wait_for_timeout(50)
    raise AssertionError("ingen SMS kom")

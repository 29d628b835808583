"""A script in every text that people write, stored past every rule: no page of any role runs it or makes an element of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from app.ui.frame import PAGES
from app.work import operations
from checks.codebook import load
from checks.forlop import CLINICIAN_FORMS, PATIENT_FORMS
from checks.kodeverk import Kode
from checks.reservasjon import NOT_RESERVED
from checks.senders import Sender
from ingest.access import JOB, Actor
from ingest.identity import merging
from ingest.lists import ncsp, unit_lists
from ingest.people import applications, subscriptions
from ingest.prom import orders, samtykke, senders
from ingest.registration import comments, drafts, erasure, requests, reservations
from ingest.registration import forlop as forlop_store
from ingest.results import diagram, quality
from ingest.settings import Settings
from ingest.store import Tx
from tests import accounts, support
from tests.access.test_brukere import FORM, NOBODY
from tests.browser.attacks import attack, poison
from tests.browser.conftest import served, visit
from tests.spec import identitet
from tests.support import Register

# Text columns that nobody types in: keys, codes, digests, what the program itself says. Every other one is attacked.
MADE = {
    "angret_av",
    "arsak",
    "avtrykk",
    "behandlet_av",
    "bekreftet_av",
    "bestilt_av",
    "besvart_av",
    "bruker",
    "bruker_id",
    "digest",
    "enhet",
    "faktorsett",
    "felt",
    "filnavn",
    "formaal",
    "forst_ferdigstilt_av",
    "fylt",
    "hendelse",
    "hf",
    "hyppighet",
    "idnr",
    "idtype",
    "indikator",
    "innhold",
    "kanal",
    "kilde",
    "kjede",
    "kjoring",
    "register_id",
    "kode",
    "kontroll",
    "laget_av",
    "lest_av",
    "maate",
    "merket_av",
    "nokkel",
    "omfang",
    "opprettet_av",
    "ordre_id",
    "passord_hash",
    "pid_forseglet",
    "publisering",
    "resh",
    "rhf",
    "rolle",
    "sha256",
    "sid",
    "sist_lagret_av",
    "siste",
    "skjema",
    "slag",
    "slettet_av",
    "status",
    "stoppet_grunn",
    "svar_hash",
    "tilstand",
    "token_hash",
    "totp_forseglet",
    "utfall",
    "utfort_av",
    ("register.reservert_nummer", "person"),
    ("register.teller", "navn"),
    ("prom.eprom_innboks", "feil"),
    ("register.utgave", "navn"),
    ("register.migrering", "navn"),
    ("register.skjemaversjon", "bekreftet"),
    ("tilgang.soknad", "avdeling"),
}
# Kept, and written on no page: should one be, it is attacked there from that day.
HIDDEN = {
    ("prom.eprom_innboks", "svar"),
    ("prom.avsender", "navn"),
    ("prom.utboks", "feil"),
    ("register.forlop", "slettet_grunn"),
    ("register.forlop", "trukket_kilde"),
    ("register.ncsp", "tekst"),
    ("register.skjemaversjon", "grunn"),
    ("register.sletting", "grunn"),
    ("tilgang.kontaktbytte", "verdi"),
    ("tilgang.soknad", "grunn"),
    ("tilgang.soknad", "sokt_organisasjon"),
}
# Notices, the units' senders, why a death was corrected and where a reservation is found are for SC, who has no draft.
OF_SC = {
    ("register.varsel", "tekst"),
    ("prom.avsender", "telefon"),
    ("register.dodsfall_rettet", "grunn"),
    ("register.reservasjon", "begrunnelse"),
}
NOT_FOR = {"LC": OF_SC, "SC": {("register.utkast", "svar")}}
ROLES, PATIENT_PAGES = {"LC": support.LC, "SC": support.SC}, {"skjema", "personopplysninger", "pasienthistorikk"}
SHOWN_BY = 15_000


def texts(tx: Tx) -> list[tuple[str, str]]:
    """Every text column of the register that people, or services outside, write: (table, column)."""
    columns = tx.rows(
        "select schema_name || '.' || table_name as tabell, column_name as kolonne from duckdb_columns() "
        "where schema_name in ('identitet', 'register', 'prom', 'tilgang') and data_type in ('VARCHAR', 'JSON') order by all"
    )
    found = [(c["tabell"], c["kolonne"]) for c in columns]
    return [(table, column) for table, column in found if column not in MADE and (table, column) not in MADE]


@dataclass(frozen=True)
class Attacked:
    """A served register whose every text is an attack: where it is, what to open, and the attacks by number."""

    base: str
    forlop: int
    pasient: int
    texts: list[tuple[str, str]]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    data = tmp_path_factory.mktemp("angrep")
    register = support.make(data / "smertereg.duckdb")
    accounts.add(register, *ROLES.values())
    forlop = register.completed_forlop()
    pasient = register.head(forlop).pasient_id
    register.forlop(pasient)
    _write_everywhere(register, forlop)
    _correct_identity(register, pasient)
    with register.store.write(support.SC) as tx:
        found = texts(tx)
        for number, (table, column) in enumerate(found):
            assert tx.row(f"select 1 from {table}"), f"{table} er tom"
            poison(tx, table, column, attack(number))
    operations.publish_now(register.store, Settings(data=data), lambda _: None, support.SC)
    register.store.close()
    with served(data, RESERVASJON_FRA="2030-01-01") as (base, _):
        yield Attacked(base, forlop, pasient, found)


def _write_everywhere(register: Register, forlop: int) -> None:
    """A row in every table where people write, mostly by the services that the pages use."""
    today = register.clock.now.date()
    ordered, deleted, erased = register.completed_forlop(), register.forlop(), register.patient()
    with register.store.write(support.LU) as tx:
        for skjema in PATIENT_FORMS:
            orders.order(tx, ordered, skjema, "sikker")
    register.save(forlop, "b21", {"Regdato21": "2026-11-05"}, support.LC, grunn="tekst")
    with register.store.write(support.LC) as tx:
        for skjema in CLINICIAN_FORMS:
            comments.write(tx, forlop, skjema, "tekst", 0)
        for check in quality.catalogue()["kontroll"]:
            quality.look_at(tx, check, forlop, "tekst")
        diagram.write_note(tx, support.OWN, "I1", today, "tekst")
        unit_lists.add_entry(tx, "lokasjon", support.OWN, "tekst", "tekst")
        forlop_store.delete(tx, deleted, "tekst")
        drafts.put(tx, forlop, "b11", 1, support.B11)
    for decide in (applications.reject, None):
        with register.store.write(NOBODY) as tx:
            applications.apply(tx, FORM)
        if decide:
            with register.store.write(support.SC) as tx:
                decide(tx, 1, "tekst")
    with register.store.write(JOB) as tx:
        ncsp.replace(tx, [Kode("ABC10", "tekst")])
    with register.store.write(support.SC) as tx:
        samtykke.withdraw(tx, register.head(forlop).pasient_id, today, "tekst")
        erasure.erase(tx, erased, str(erased), "tekst")
        tx.run("update prom.utboks set feil = 'tekst', tilstand = 'feilet'")
        tx.run("insert into tilgang.kontaktbytte values ('tekst', 'epost', 'tekst')")


def _correct_identity(register: Register, pasient: int) -> None:
    """What coordinators write of the patient's identity, and what else is new since: senders and subscriptions."""
    same = register.patient()
    register.forlop(same)
    with register.store.write(support.LC) as tx:
        asked = requests.ask_merge(tx, pasient, same, "tekst")
        requests.ask_number(tx, pasient, identitet.number().number, "tekst", test_persons=True)
    with register.store.write(support.SC) as tx:
        requests.answer(tx, asked, requests.REFUSED, "tekst")
        merging.merge(tx, pasient, same, "tekst")
        senders.change(tx, support.OWN, Sender("tekst", "55 97 50 00"))
        told = "insert into prom.eprom_innboks values (1, 'x', ?, 'Completed', '', '', null, '{\"a\": \"tekst\"}', 'x', null)"
        tx.run(told, tx.now)
        reservations.record(tx, pasient, NOT_RESERVED, "brev", "tekst")
        tx.run("insert into register.dodsfall_rettet values (?, null, 'tekst', ?, 'bruker4')", pasient, tx.now)
    for actor in (support.LC, support.SC):
        with register.store.write(actor) as tx:
            key = subscriptions.begin(tx, support.OWN, "indikatorer", "maaned"), "2026-10-01", "2026-10-31", tx.now
            tx.run("insert into register.abonnement_rapport values (?, ?, ?, ?, '', null, null, 'tekst')", *key)


def test_hver_fritekst_i_kodeboken_er_med() -> None:
    written = {
        (skjema, v.navn)
        for skjema, form in load().skjema.items()
        for v in form.variabler.values()
        if "tekst" in v.type and not v.oppslag and v.besvares and v.aktiv
    }
    assert {skjema for skjema, _ in written} == {"po"}


@pytest.mark.parametrize("role", ROLES)
def test_skript_i_fritekst_vises_som_tekst_paa_hver_side(attacked: Attacked, browser: Browser, role: str) -> None:
    context = visit(browser, attacked.base)
    page = context.new_page()
    page.goto("/demo/utboks")
    seen = _shown(page, "/demo/utboks")
    page.goto("/")
    page.locator("form[action='/logg-inn/demo'] button", has_text=f"({role})").first.click()
    expect(page.locator(".sr-hvem")).to_be_visible(timeout=SHOWN_BY)
    addresses, expected = _addresses(ROLES[role], attacked), HIDDEN | NOT_FOR[role]
    for _ in range(2):  # what a busy machine drew too late is seen the second time
        for address in addresses:
            seen |= _opened(page, address)
        if _unseen(attacked, seen) == expected:
            break
    context.close()
    # A page that no longer shows a text would prove nothing.
    assert _unseen(attacked, seen) == expected


def _unseen(attacked: Attacked, seen: set[int]) -> set[tuple[str, str]]:
    return {where for number, where in enumerate(attacked.texts) if number not in seen}


def _opened(page: Page, address: str) -> set[int]:
    page.goto(address)
    expect(page.locator(".sr-hvem")).to_be_visible(timeout=SHOWN_BY)
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible(timeout=SHOWN_BY)
    # Streamlit fetches the code of an element when it is first drawn.
    page.wait_for_load_state("networkidle")
    return _shown(page, address)


def _addresses(actor: Actor, attacked: Attacked) -> list[str]:
    of_sc = [f"/reservasjoner?pasient={attacked.pasient}"] if actor.rolle == "SC" else []
    return [
        *of_sc,
        *(p.address for p in PAGES if actor.rolle in p.roles and p.file not in PATIENT_PAGES),
        *(f"/skjema?forlop={attacked.forlop}&skjema={skjema}" for skjema in CLINICIAN_FORMS),
        f"/personopplysninger?pasient={attacked.pasient}&forlop={attacked.forlop}",
        f"/pasienthistorikk?pasient={attacked.pasient}",
        f"/rett_identitet?pasient={attacked.pasient}",
        f"/logg?pasient={attacked.pasient}",
    ]


def _shown(page: Page, address: str) -> set[int]:
    """The numbers of the attacks whose text stands on the page, which must not have made anything of them."""
    assert page.evaluate("[window.kjort ?? null, document.querySelectorAll('img[src^=x]').length]") == [None, 0], (
        address
    )
    written = page.evaluate(
        "document.body.textContent + [...document.querySelectorAll('input, textarea')].map(e => e.value).join(' ')"
    )
    return {int(n) for n in re.findall(r"\{\{(\d+)\}\}", written)}

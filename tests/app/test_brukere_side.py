"""Proves what Brukere chooses beforehand and asks about before a role is given, and what it says was done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.web import resources, session
from ingest.access import Actor
from ingest.people import accounts, applications, passwords
from ingest.people import sessions as held_roles
from ingest.services import sending
from ingest.services.folkeregister import LocalFolkeregister
from ingest.settings import Settings
from ingest.store import DRIFT
from tests import support
from tests.access.test_brukere import FORM, NOBODY
from tests.accounts import PASSWORD, add
from tests.support import COLLEAGUE, OTHER, OTHER_LU, OWN, SC, Register

PAGE = Path(__file__).parents[2] / "app" / "pages" / "brukere.py"


@pytest.fixture
def coordinator(register: Register, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    add(register)
    with signed_in(register, monkeypatch, SC):
        yield register


def signed_in(register: Register, monkeypatch: pytest.MonkeyPatch, actor: Actor, **options: object):
    monkeypatch.setattr(session, "current_actor", lambda: actor)
    settings = Settings(data=register.store.path.parent, **options)  # pyright: ignore[reportArgumentType]
    ways = sending.channels(settings.over(demo=register.store.demo))
    return resources.holding(nullcontext(resources.Resources(settings, register.store, LocalFolkeregister(), ways)))


def page(user: str) -> AppTest:
    run = AppTest.from_file(str(PAGE), default_timeout=30).run()
    run.selectbox(key="valgt_bruker").select(user).run()
    assert not run.exception
    return run


def said(run: AppTest) -> str:
    return " ".join(str(html.proto.body) for html in run.get("html")) + " ".join(e.value for e in run.error)  # pyright: ignore[reportAttributeAccessIssue]


def roles(register: Register, user: str) -> list[tuple[str, str]]:
    with register.store.read(SC) as tx:
        return held_roles.roles(tx, user)


def choose(run: AppTest, user: str, role: str, unit: str | None = None) -> AppTest:
    if unit:
        run.selectbox(key=f"enhet_{user}").select(unit).run()
    run.selectbox(key=f"ny_rolle_{user}").select(role).run()
    return run.button(key=f"gi_{user}").click().run()


def test_bare_brukerens_egen_enhet_er_valgt_paa_forhaand(coordinator: Register) -> None:
    run = page(OTHER_LU.bruker)
    assert run.selectbox(key=f"enhet_{OTHER_LU.bruker}").value == OTHER
    assert run.selectbox(key=f"ny_rolle_{OTHER_LU.bruker}").value is None
    assert run.button(key=f"gi_{OTHER_LU.bruker}").disabled
    with coordinator.store.write(SC) as tx:
        accounts.give_role(tx, OTHER_LU.bruker, OWN, "LU")
    assert page(OTHER_LU.bruker).selectbox(key=f"enhet_{OTHER_LU.bruker}").value is None


def test_enheten_det_ble_sokt_til_er_brukerens_egen(coordinator: Register) -> None:
    with coordinator.store.write(NOBODY) as tx:
        applications.apply(tx, FORM | {"avdeling": OTHER, "sokt_organisasjon": "St. Olavs Hospital HF"})
    with coordinator.store.write(SC) as tx:
        number = tx.rows("select max(soknad_id) as nr from tilgang.soknad")[0]["nr"]
        applications.approve(tx, number, "LU", passwords.FirstPassword("Helt-annen-tekst-77", "hash"))
        user = tx.rows("select bruker_id from tilgang.konto where brukernavn = 'nora.ny'")[0]["bruker_id"]
        accounts.give_role(tx, user, OWN, "LU")
        assert accounts.own_unit(tx, user) == OTHER


def test_ingenting_gis_for_det_er_bekreftet_med_bruker_rolle_og_enhet(coordinator: Register) -> None:
    user = COLLEAGUE.bruker
    run = choose(page(user), user, "LC", OTHER)
    assert roles(coordinator, user) == [(OWN, "LU")]
    asked = " ".join(m.value for m in run.markdown)
    for word in (COLLEAGUE.navn, user, "Lokal koordinator", "St\\. Olavs hospital"):
        assert word in asked


def test_en_inaktiv_enhet_kan_ikke_velges(coordinator: Register) -> None:
    with coordinator.store.write(SC) as tx:
        tx.run("update register.enhet set aktiv = 0 where resh = ?", OTHER)
    assert page(COLLEAGUE.bruker).selectbox(key=f"enhet_{COLLEAGUE.bruker}").options == [
        "Haukeland universitetssjukehus"
    ]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "SMS er ikke satt opp i dette registeret"),
        ({"sms_url": "https://sms.invalid"}, "Passordet er sendt på SMS."),
        (
            {"oidc_issuer": "https://id.invalid", "oidc_client_id": "x", "oidc_navn": "HelseID"},
            "Brukeren logger inn med HelseID.",
        ),
    ],
)
def test_en_soknad_godkjennes_bare_naar_brukeren_kan_komme_inn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, str], sentence: str
) -> None:
    monkeypatch.setattr("app.work.messages.post", lambda _: None)
    register = support.make(tmp_path / "smertereg.duckdb", DRIFT)
    add(register)
    with register.store.write(NOBODY) as tx:
        applications.apply(tx, FORM)
    with signed_in(register, monkeypatch, SC, **options):
        run = AppTest.from_file(str(PAGE), default_timeout=30).run()
        run.button(key="godkjenn_1").click().run()
        assert sentence in said(run)
    with register.store.read(SC) as tx:
        assert len(applications.waiting(tx)) == (0 if options else 1)
    register.store.close()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "E-post er ikke satt opp her: si fra til søkeren selv."),
        ({"smtp_host": "post.invalid"}, "Søkeren får grunnen på e-post."),
    ],
)
def test_et_avslag_lover_ikke_en_e_post_som_ikke_gaar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, str], sentence: str
) -> None:
    monkeypatch.setattr("app.work.messages.post", lambda _: None)
    register = support.make(tmp_path / "smertereg.duckdb", DRIFT)
    add(register)
    with register.store.write(NOBODY) as tx:
        applications.apply(tx, FORM)
    with signed_in(register, monkeypatch, SC, **options):
        run = AppTest.from_file(str(PAGE), default_timeout=30).run()
        run.text_input(key="grunn_1").input("Arbeider ikke her")
        run.button(key="avsla_1").click().run()
        assert sentence in said(run)
    register.store.close()


def test_ny_mobil_tas_ikke_i_bruk_naar_koden_ikke_kan_sendes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register = support.make(tmp_path / "smertereg.duckdb", DRIFT)
    add(register)
    with signed_in(register, monkeypatch, COLLEAGUE):
        run = AppTest.from_file(str(PAGE.with_name("min_side.py")), default_timeout=30).run()
        assert any("Sett opp kode fra app nå" in warning.value for warning in run.warning)
        run.text_input(key="kontakt_mobil").input("91234567")
        run.text_input(key="kontakt_passord").input(PASSWORD)
        run.button(key="kontakt_send").click().run()
        assert "SMS er ikke satt opp i dette registeret" in said(run)
    register.store.close()

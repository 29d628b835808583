"""Proves what Spørring and Leveranser say: the answer, what did not fit, the line that is wrong, and who is refused."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.files import background
from exports.queries import service
from exports.queries.run import Limits
from ingest.access import Actor
from tests.accounts import add
from tests.app.test_brukere_side import said, signed_in
from tests.queries import publish
from tests.support import LC, LS, LU, NS, OWN, Register

PAGES = Path(__file__).parents[2] / "app" / "pages"


@pytest.fixture
def data(register: Register) -> Iterator[Path]:
    publish(register.store.path.parent, OWN)
    add(register)
    add(register, LS, NS)
    yield register.store.path.parent
    background._runs.clear()


def shown(name: str) -> AppTest:
    run = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=30).run()
    assert not run.exception
    return run


def ask(run: AppTest, sql: str) -> AppTest:
    run.text_area[0].set_value(sql)
    run.button[0].click().run()
    for _ in range(40):
        if not any("Kjører" in str(html.proto.body) for html in run.get("html")):  # pyright: ignore[reportAttributeAccessIssue]
            break
        run.run()
    assert not run.exception
    return run


def test_svaret_vises_og_kan_hentes(register: Register, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with signed_in(register, monkeypatch, LS):
        run = ask(shown("sporring"), "select 1.5 as tall, null as tom, '<b>x</b>' as tekst")
    words = said(run)
    assert "1\u00a0rad, 3\u00a0kolonner." in words and "Filen til" in words
    assert "1,5" in words and "&lt;b&gt;x&lt;/b&gt;" in words and "<b>x</b>" not in words
    assert ".csv" in words and ".parquet" in words


def test_det_sies_hva_som_ikke_fikk_plass(register: Register, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.ask, "__defaults__", (Limits(rows=300),))
    with signed_in(register, monkeypatch, NS):
        run = ask(shown("sporring"), "select * from forlopsoversikt")
    words = unescape(said(run))
    assert "300\u00a0rader, 3\u00a0kolonner." in words
    assert "700\u00a0rader til fikk ikke plass" in words and "De første 200 vises" in words
    assert "Nasjonal fil" in words


def test_en_feil_viser_linjen_med_ordet(register: Register, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with signed_in(register, monkeypatch, LS):
        run = ask(shown("sporring"), "select *\nfrom <script> x")
        assert "Linje 2: from <mark>&lt;</mark>script&gt;" in said(run)
        ask(run, "select ukjent from forlopsoversikt")
    assert "Kolonnen «ukjent» finnes ikke." in said(run)
    assert "Linje 1: select <mark>ukjent</mark> from forlopsoversikt" in said(run)


def test_siste_sporringer_og_eksempler_settes_i_feltet(
    register: Register, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with signed_in(register, monkeypatch, LS):
        run = ask(ask(shown("sporring"), "select 1 as a"), "select 2 as b")
        run.selectbox(key="sporring_gjen").select("select 1 as a").run()
        assert run.text_area[0].value == "select 1 as a"
        run.selectbox(key="sporring_eks").select("Kolonnene i en tabell").run()
        assert run.text_area[0].value == "describe forlopsoversikt"


def test_ordboken_sier_hva_kolonnen_betyr(register: Register, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with signed_in(register, monkeypatch, LS):
        run = shown("sporring")
        run.selectbox(key="ordbok_tabell").select("forlopsoversikt").run()
        run.text_input(key="ordbok_sok").set_value("smerte").run()
    assert (
        "<code>nrs</code>" in said(run) and "<b>0</b> Ingen" in said(run) and "<code>ForlopsID</code>" not in said(run)
    )


@pytest.mark.parametrize(("page", "actor"), [("sporring", LU), ("sporring", LC), ("leveranser", LU)])
def test_andre_roller_avvises(
    register: Register, data: Path, monkeypatch: pytest.MonkeyPatch, page: str, actor: Actor
) -> None:
    with signed_in(register, monkeypatch, actor):
        run = shown(page)
    assert "har ikke tilgang til å" in said(run) and not run.button and not run.text_area


@pytest.mark.parametrize("page", ["sporring", "leveranser"])
def test_uten_publisering_sies_det(register: Register, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    add(register, LS)
    with signed_in(register, monkeypatch, LS):
        assert "Ingenting er publisert ennå" in said(shown(page))


def test_leveranser_har_filen_med_kontrollsum(register: Register, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with signed_in(register, monkeypatch, LS):
        words = said(shown("leveranser"))
    assert f"smertereg_{OWN}_" in words and "/leveranser/fil" in words and "SHA-256" in words
    assert "Ingen leveranser er laget ennå" in words

"""Brukerveiledningen, «Filarkiv»: beskrivelsen av registeret for databrukere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from app.web import resources, session
from exports import described as described_register
from ingest.services.folkeregister import LocalFolkeregister
from ingest.settings import Settings
from tests.spec.test_filarkiv import PAGES, fetch, refused
from tests.support import LC, LS, LU, NS, SC, Register
from tests.unit.test_katalog import filled
from tests.unit.test_katalog_graph import made as made_up


@pytest.fixture
def described(tmp_path: Path) -> Settings:
    """Settings with a published file and what the description of the register needs."""
    (tmp_path / "publishing" / "20261123T223000").mkdir(parents=True)
    made_up(tmp_path / "publishing" / "20261123T223000" / "nasjonal.duckdb")
    (tmp_path / "published").symlink_to(Path("publishing") / "20261123T223000")
    file = tmp_path / "katalog.yml"
    file.write_text(yaml.safe_dump(filled()), encoding="utf-8")
    return Settings(data=tmp_path, katalog=file)


def test_beskrivelsen_for_databrukere_lages_av_den_som_kan_hente_nasjonale_data(
    register: Register, described: Settings
) -> None:
    said: list[str] = []
    numbers = [described_register.make(register.store, actor, described, said.append) for actor in (SC, NS)]
    first, second = (fetch(register, described.data, SC, number) for number in numbers)
    assert first == second and said
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert sorted(archive.namelist()) == [
            f"smertereg_katalog_2026-11-23/smertereg_{name}"
            for name in ("dcat-ap-no.jsonld", "dcat-ap-no.ttl", "healthdcat-ap.jsonld", "healthdcat-ap.ttl")
        ]
    for actor in (LC, LS, LU):
        with refused("REG-060"):
            described_register.make(register.store, actor, described, said.append)
    assert len(list((described.data / "dokumenter").iterdir())) == 2


def test_uten_det_registeret_ikke_vet_lages_ingen_beskrivelse(register: Register, described: Settings) -> None:
    without = described.model_copy(update={"katalog": None})
    with refused("REG-400"):
        described_register.make(register.store, SC, without, lambda _: None)
    assert list((described.data / "dokumenter").iterdir()) == []


def test_hver_rolle_ser_knappene_for_det_den_kan_lage(
    register: Register, described: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def held() -> Iterator[resources.Resources]:
        yield resources.Resources(described, register.store, LocalFolkeregister())

    for actor, names in (
        (LU, []),
        (LC, ["Lag årsrapport", "Lag klokebok", "Lag datadump", "Lag datamodellen"]),
        (LS, ["Lag årsrapport", "Lag klokebok", "Lag datadump", "Lag datamodellen"]),
        (NS, ["Lag årsrapport", "Lag klokebok", "Lag datadump", "Lag datamodellen", "Lag beskrivelse for databrukere"]),
        (SC, ["Lag årsrapport", "Lag klokebok", "Lag datadump", "Lag datamodellen", "Lag beskrivelse for databrukere"]),
    ):
        monkeypatch.setattr(session, "current_actor", lambda actor=actor: actor)
        with resources.holding(held()):
            page = AppTest.from_file(str(PAGES / "filarkiv.py"), default_timeout=30).run()
        assert not page.exception and [b.label for b in page.button if b.label.startswith("Lag ")] == names


def test_beskrivelsen_bekreftes_kontrollert_av_en_navngitt_og_minnes_om_etter_elleve_maaneder(
    register: Register, described: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def held() -> Iterator[resources.Resources]:
        yield resources.Resources(described, register.store, LocalFolkeregister())

    def shown(name: str) -> AppTest:
        monkeypatch.setattr(session, "current_actor", lambda: SC)
        page = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=30).run()
        assert not page.exception
        return page

    def reminded(page: AppTest) -> list[str]:
        return [w.value for w in page.warning if "Beskrivelsen for databrukere" in w.value]

    number = described_register.make(register.store, SC, described, lambda _: None)
    for actor in (LC, NS):
        with register.store.write(actor) as tx, refused("REG-060"):
            described_register.confirm(tx, number)
    with register.store.write(SC) as tx, refused("REG-220"):
        described_register.confirm(tx, number + 1)
    with resources.holding(held()):
        for name in ("filarkiv", "systeminfo"):
            assert "er ikke kontrollert" in reminded(shown(name))[0]
        page = shown("filarkiv").button(key="kontrollert").click().run()
        assert "kontrollert" not in [button.key for button in page.button]
        assert reminded(page) == [] == reminded(shown("systeminfo"))
        assert any("sist kontrollert" in str(e.proto.body) and SC.bruker in str(e.proto.body) for e in page.get("html"))
        register.clock.turn(days=333)
        assert reminded(shown("systeminfo")) == []
        register.clock.turn(days=1)
        for name in ("filarkiv", "systeminfo"):
            assert "ble sist kontrollert 23.11.2026, og skal kontrolleres" in reminded(shown(name))[0]
        described_register.make(register.store, SC, described, lambda _: None)
        assert "kontrollert" in [button.key for button in shown("filarkiv").button]
    with register.store.read(SC) as tx:
        (row,) = tx.rows("select bruker from tilgang.logg where hendelse = ?", described_register.CHECKED)
    assert row["bruker"] == SC.bruker


def test_uten_en_beskrivelse_minnes_ingen_om_den(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def held() -> Iterator[resources.Resources]:
        yield resources.Resources(Settings(data=tmp_path), register.store, LocalFolkeregister())

    monkeypatch.setattr(session, "current_actor", lambda: SC)
    with resources.holding(held()):
        for name in ("filarkiv", "systeminfo"):
            page = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=30).run()
            assert not page.exception and not [w for w in page.warning if "Beskrivelsen" in w.value]

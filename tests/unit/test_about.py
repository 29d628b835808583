"""Proves what Systeminfo says of the installation: contacts, history, licences, size, and the last controls."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.files import about
from checks.errors import RegisterError
from exports import build, published
from ingest.access import Actor
from ingest.results import size
from ingest.safekeeping import backup
from ingest.settings import Settings
from tests.support import LC, LU, SC, Register


@pytest.mark.manual("Andre sider 6")
def test_contacts_come_from_the_setting_else_from_the_file(tmp_path: Path) -> None:
    assert about.contacts(Settings(data=tmp_path)) == ""
    (tmp_path / "kontakt.txt").write_text("Kari Nordmann, 55 00 00 00\n", encoding="utf-8")
    assert about.contacts(Settings(data=tmp_path)) == "Kari Nordmann, 55 00 00 00"
    assert about.contacts(Settings(data=tmp_path, kontakt="Ola")) == "Ola"


@pytest.mark.manual("Andre sider 6")
def test_the_history_is_there_and_names_this_version() -> None:
    assert f"## {about.version()}" in about.history()


def test_every_dependency_has_a_licence() -> None:
    listed = about.licences()
    assert {"streamlit", "duckdb", "polars", "dbt-core"} <= {name.lower() for name, _, _ in listed}
    assert [name for name, _, licence in listed if licence == "ikke oppgitt"] == []


def test_the_size_counts_what_is_there(register: Register) -> None:
    register.completed_forlop()
    with register.store.read(SC) as tx:
        counted = size.counts(tx)
    assert (counted["Pasienter"], counted["Forløp"], counted["Lagrede skjemaversjoner"]) == (1, 1, 5)


def test_the_age_of_the_newest_backup_is_told(register: Register) -> None:
    settings = register.settings()
    assert about.last_backup(settings, register.clock()) == "ingen"
    backup.take(register.store, settings.backup_folder)
    register.clock.turn(hours=20, minutes=30)
    assert about.last_backup(settings, register.clock()) == "23.11.2026 kl. 10:00, for 20\u00a0timer siden"


@pytest.mark.parametrize("actor", [LU, LC], ids=lambda a: a.rolle)
def test_only_sc_sees_the_size(register: Register, actor: Actor) -> None:
    with pytest.raises(RegisterError, match="Systeminfo"), register.store.read(actor) as tx:
        size.counts(tx)


def test_the_controls_of_a_publishing_are_kept_with_it(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    results = [{"unique_id": f"test.smertereg.{n}", "status": s} for n, s in enumerate(("pass", "pass", "warn"))]
    results.append({"unique_id": "model.smertereg.a", "status": "success"})
    (tmp_path / "target" / "run_results.json").write_text(json.dumps({"results": results}), encoding="utf-8")
    assert build.check_results(tmp_path) == {"bestatt": 2, "feilet": 1}
    assert build.check_results(tmp_path / "target") is None
    assert published.controls(tmp_path) is None
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "ferdig.json").write_text('{"kontroller": {"bestatt": 2, "feilet": 0}}', encoding="utf-8")
    assert published.controls(tmp_path) == {"bestatt": 2, "feilet": 0}

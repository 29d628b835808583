"""Proves that a register that is gone is not taken for one that never was, and that a lost key is not replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.errors import RegisterError
from ingest.safekeeping.opening import opened
from ingest.settings import Settings
from ingest.store import Store
from tests import support
from tests.commands import Run, runner

KARI = ("--name", "Kari Koordinator", "--mobile", "41234567", "--email", "kari@example.no")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path / "data", monkeypatch, capsys)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.mark.parametrize("command", [("serve",), ("check",), ("run",), ("init", *KARI)], ids=lambda words: words[0])
def test_every_command_names_restore_when_only_journal_and_backups_are_left(
    run: Run, settings: Settings, command: tuple[str, ...]
) -> None:
    assert run("init", *KARI)[0] == 0
    settings.register.unlink()
    status, _, complaint = run(*command)
    assert status == 1
    assert "«smertereg restore»" in complaint
    assert not settings.register.exists()
    assert run("restore")[0] == 0
    assert run("check", "--journal")[0] == 0


def test_a_lost_key_is_missed_and_never_replaced(run: Run, settings: Settings, tmp_path: Path) -> None:
    assert run("init", *KARI)[0] == 0
    key = settings.data / "smertereg.nokkel"
    key.rename(tmp_path / "hvelv")
    for command in (("check",), ("key", "copy", "--to", str(tmp_path / "kopi"))):
        status, _, complaint = run(*command)
        assert (status, "mangler" in complaint) == (1, True)
    assert not key.exists()
    assert not (tmp_path / "kopi").exists()
    (tmp_path / "hvelv").rename(key)
    assert run("check")[0] == 0


def test_a_secret_that_is_sealed_with_a_lost_key_is_not_opened_with_a_new_one(tmp_path: Path) -> None:
    register = support.make(tmp_path / "smertereg.duckdb")
    sealed = register.store.vault.seal("hemmelig")
    register.store.close()
    register.store.vault.file.unlink()
    store = Store(tmp_path / "smertereg.duckdb")
    with pytest.raises(RegisterError, check=lambda error: error.code == "REG-150"):
        store.vault.open(sealed)
    assert not store.vault.file.exists()
    store.close()
    opened(Settings(data=tmp_path)).close()

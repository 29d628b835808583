"""Fixtures of the tests of commands, login and accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.settings import Settings
from tests.accounts import add
from tests.commands import Run, runner
from tests.support import Register


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a data folder of its own; see tests/commands.py."""
    return runner(tmp_path / "data", monkeypatch, capsys)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings that ``run`` has."""
    return Settings(data=tmp_path / "data")


@pytest.fixture
def people(register: Register) -> Register:
    """The register with an account for every user of tests/support.py."""
    add(register)
    return register

"""Commands for tests: run as users do, in a data folder of the test's own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.commands import cli

Run = Callable[..., tuple[int, str, str]]


def runner(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A function that runs a command over ``data``: exit status, what was printed, what was complained of."""
    monkeypatch.setenv("SMERTEREG_DATA", str(data))

    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["smertereg", *words])
        status = 0
        try:
            cli.main()
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        said = capsys.readouterr()
        return status, said.out, said.err

    return command

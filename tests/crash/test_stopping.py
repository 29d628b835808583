"""Proves that an app that is told to stop closes the register first, and leaves nothing that the next start must mend."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests import support

ROOT = Path(__file__).parents[2]
SERVE = "import sys; from app.commands.cli import main; sys.argv = ['smertereg', 'serve']; main()"


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_app_leaves_no_log_beside_the_register_and_no_token(tmp_path: Path, sent: signal.Signals) -> None:
    support.make(tmp_path / "smertereg.duckdb").store.close()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = {"SMERTEREG_DATA": str(tmp_path), "SMERTEREG_PORT": str(port), "SMERTEREG_LOGG": str(tmp_path / "logg")}
    left = (tmp_path / "smertereg.duckdb.wal", tmp_path / "app.token")
    with subprocess.Popen([sys.executable, "-c", SERVE], cwd=ROOT, env=os.environ | told) as app:
        try:
            ask(app, f"http://127.0.0.1:{port}/ready")
            assert [path.name for path in left if not path.exists()] == []
            app.send_signal(sent)
            assert app.wait(60) in (0, 130)
        finally:
            app.kill()
    assert not any(path.exists() for path in left)
    lines = [json.loads(line) for line in (tmp_path / "logg").read_text(encoding="utf-8").splitlines()]
    assert not [line for line in lines if line["nivå"] in ("ERROR", "CRITICAL")]
    assert (lines[-1]["nivå"], lines[-1]["hendelse"]) == ("INFO", "appen stoppet")


def test_an_app_that_cannot_start_says_why_in_its_log_too(tmp_path: Path) -> None:
    support.make(tmp_path / "smertereg.duckdb").store.close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = {
            "SMERTEREG_DATA": str(tmp_path),
            "SMERTEREG_PORT": str(taken.getsockname()[1]),
            "SMERTEREG_LOGG": str(tmp_path / "logg"),
        }
        done = subprocess.run(
            [sys.executable, "-c", SERVE], cwd=ROOT, env=os.environ | told, capture_output=True, check=False
        )
    assert done.returncode == 1
    assert "Porten er opptatt" in done.stderr.decode()
    last = json.loads((tmp_path / "logg").read_text(encoding="utf-8").splitlines()[-1])
    assert (last["nivå"], last["hendelse"], last["kode"]) == (
        "CRITICAL",
        "appen kan ikke starte eller gå videre",
        "REG-083",
    )


def ask(app: subprocess.Popen[bytes], address: str) -> None:
    """Ask until the app answers; what it says of itself is another test's."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and app.poll() is None:
        try:
            httpx.get(address, timeout=30)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("appen svarte ikke")

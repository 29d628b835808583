"""Starts the process of a query, bounds it in time, and reads what it found."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from checks.errors import RegisterError
from exports.queries.words import refusal

_PROCESS = Path(__file__).with_name("process.py")


@dataclass(frozen=True)
class Limits:
    """How long a query may take, and how much of its answer is kept."""

    seconds: int = 20
    rows: int = 10_000
    bytes: int = 10_000_000


@dataclass(frozen=True)
class Answer:
    """The rows of a query; how many more there were, counted to the end unless ``many`` says that there are still more."""

    rows: pl.DataFrame
    left_out: int
    many: bool


class Query:
    """One query on its way. ``stop`` ends it from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def stop(self) -> None:
        """End the query, also one that has not begun."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def run(self, file: Path, sql: str, limits: Limits) -> Answer:
        """The answer to ``sql`` from a published file.

        Raises REG-092 when the file cannot be read, and REG-382 to REG-388 when the query is refused, stopped, or takes too much time or room. Nothing is left of it
        then: the answer is written to a file without a name, and the process's folder is deleted by the process.
        """
        with (
            tempfile.TemporaryFile(dir=file.parent) as out,
            tempfile.TemporaryDirectory(prefix="smertereg-", ignore_cleanup_errors=True) as folder,
        ):
            with self._lock:
                if self._stopped:
                    raise RegisterError("REG-385")
                self._process = process = _begin(file.resolve(), limits, folder, out)
            try:
                process.communicate(sql.encode(errors="replace"), timeout=limits.seconds)
            except subprocess.TimeoutExpired:
                raise RegisterError("REG-383", sekunder=limits.seconds) from None
            finally:
                process.kill()
                process.wait()
            if self._stopped:
                raise RegisterError("REG-385")
            out.seek(0)
            return _read(file, process.returncode, out.read(), sql)


def _begin(file: Path, limits: Limits, folder: str, out: Any) -> subprocess.Popen[bytes]:
    """The process, with nothing of ours: no environment, no open file, no terminal, and a folder that is its own."""
    return subprocess.Popen(
        [
            sys.executable,
            "-I",
            "-X",
            "utf8",
            str(_PROCESS),
            str(file),
            *(str(n) for n in (limits.seconds, limits.rows, limits.bytes)),
        ],
        stdin=subprocess.PIPE,
        stdout=out,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={},
        umask=0o077,
        start_new_session=True,
    )


def _read(file: Path, status: int, content: bytes, sql: str) -> Answer:
    head, _, rows = content.partition(b"\n")
    try:
        told = json.loads(head)
    except ValueError:
        told = {"slag": "for stort"}
    if status != 0 and "slag" not in told:
        told = {"slag": "for stort"}
    if told.get("slag") == "fil":
        raise RegisterError("REG-092", fil=file.name)
    if "slag" in told:
        raise refusal(told, sql)
    return Answer(pl.read_ipc_stream(io.BytesIO(rows)), int(told["utelatt"]), bool(told["flere"]))

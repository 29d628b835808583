"""When each scheduled job last ran and last succeeded: a file in the data folder, so that it is known after a restart, and
whoever starts the jobs.

Only the process that holds the register writes it. Nothing in it is about patients.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from checks.errors import RegisterError
from ingest.settings import Settings

log = logging.getLogger("smertereg.jobber")
FILE = "jobber.json"
_lock = threading.Lock()


@dataclass(frozen=True)
class Run:
    """A job's last try and last success (UTC), how many tries have failed in all, and how long the last took (seconds)."""

    sist: datetime
    lyktes: datetime | None = None
    feil: int = 0
    sekunder: float = 0.0


@dataclass
class Trying:
    """A run under way; the one that runs the job sets ``failed`` when not everything could be done."""

    failed: bool = False


def read(settings: Settings) -> dict[str, Run]:
    """The runs by job; empty when none is known."""
    try:
        kept = json.loads(_file(settings).read_text(encoding="utf-8"))
        return {job: _run(**found) for job, found in kept.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def succeeded(runs: dict[str, Run]) -> dict[str, datetime]:
    """When each job last succeeded; jobs that never have are left out."""
    return {job: run.lyktes for job, run in runs.items() if run.lyktes is not None}


@contextmanager
def noted(settings: Settings, clock: Callable[[], datetime], job: str) -> Iterator[Trying]:
    """Keep how the job went when the block ends; a block that raises has failed."""
    begun, trying = time.perf_counter(), Trying()
    try:
        yield trying
    except BaseException as error:
        code = error.code if isinstance(error, RegisterError) else None
        _keep(settings, job, clock(), True, time.perf_counter() - begun, code)
        raise
    _keep(settings, job, clock(), trying.failed, time.perf_counter() - begun)


def _keep(settings: Settings, job: str, now: datetime, failed: bool, seconds: float, code: str | None = None) -> None:
    with _lock:
        runs = read(settings)
        run = replace(runs.get(job, Run(now)), sist=now, sekunder=round(seconds, 3))
        runs[job] = replace(run, feil=run.feil + 1) if failed else replace(run, lyktes=now)
        try:
            _write(settings, runs)
        except OSError as error:  # what the job did is done, and why it failed is told all the same
            log.warning("når jobben ble kjørt, kan ikke skrives", extra={"jobb": job, "feil": type(error).__name__})
    log.log(
        logging.WARNING if failed else logging.INFO,
        "jobben feilet" if failed else "jobben er kjørt",
        extra={"jobb": job, "varighet": seconds, "kode": code},
    )


def _write(settings: Settings, runs: dict[str, Run]) -> None:
    unfinished = _file(settings).with_name(f"{FILE}.ny")
    unfinished.write_text(json.dumps({name: asdict(one) for name, one in runs.items()}, default=datetime.isoformat))
    unfinished.chmod(0o600)
    unfinished.replace(_file(settings))


def _file(settings: Settings) -> Path:
    return settings.data / FILE


def _run(sist: str, lyktes: str | None, feil: int, sekunder: float) -> Run:
    return Run(datetime.fromisoformat(sist), datetime.fromisoformat(lyktes) if lyktes else None, int(feil), sekunder)

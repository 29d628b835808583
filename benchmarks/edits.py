"""Answers in B 1.1 by many sessions at once, over HTTP: the time until the reply that says what the form shows now, what a
save of B 2.2 takes in the same server meanwhile, and the memory of the server.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from app.forms import answer_routes
from app.server import serve
from app.web import guard
from app.web.resources import Resources
from app.web.session import COOKIE
from benchmarks import save
from benchmarks.figures import Figure, Sizes, calibration, percentile
from ingest import wall_clock
from ingest.demo.places import PASSWORD
from ingest.people import passwords, users
from ingest.settings import read
from ingest.store import Store
from tests import support
from tests.browser.conftest import _wait, free_port

SERVE = "from benchmarks.edits import serve_and_save; serve_and_save()"

TARGET, SAVE_TARGET, GROWTH_TARGET = 100, 60, 20
SESSIONS, PAUSE = 50, 1.0
QUICK, LONG = 15, 1200  # answers of each session; LONG is twenty minutes
COMPLETED, SAVE_EVERY, SAVED, BEGIN = 4, 0.5, "lagringer.txt", "lagre"
AT_ONCE, QUICKLY = 8, 100  # how many sessions answer without a pause, and how many times each
QUESTION = "TidligereRus"
# Processor per answer of commit ad0e55f, where an answer was a run of the page's script, on a machine whose calibration
# loop took 1.0 s at most (issue H): what an answer may cost is a sixth of it.
BEFORE, SHARE = 43.0, 6


class Session:
    """A user with one form open, who answers as the form page does."""

    def __init__(self, base: str, forlop: int) -> None:
        self.client = httpx.Client(base_url=base, headers={"Origin": base}, timeout=60)
        self.client.get("/logg-inn")
        key = guard.form_key(self.client.cookies[guard.VISITOR])
        chosen = {"bruker": support.LU.bruker, "rolle": "LU", "enhet": support.OWN, guard.FIELD: key}
        self.client.post("/logg-inn/demo", data=chosen)
        self.place = {
            "nokkel": guard.form_key(self.client.cookies[COOKIE]),
            "forlop": forlop,
            "skjema": "b11",
            "fane": "maaling",
        }
        self.number, self.seen = 0, 0
        self.edit()

    def edit(self) -> float:
        """Answer the question again and return the seconds until the form's new state was here."""
        self.number += 1
        answer = {
            "nr": self.number,
            "id": f"felt-{self.place['forlop']}-{QUESTION}",
            "verdi": self.number % 2,
            "tekst": None,
        }
        begun = time.perf_counter()
        reply = self.client.post(answer_routes.ADDRESS, json={**self.place, "sett": self.seen, "svar": [answer]})
        spent = time.perf_counter() - begun
        self.seen = reply.json()["rev"]
        return spent


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """p50 and p95 of an answer with 50 sessions that each answer once a second, two thirds of the time with saves beside them;
    what an answer costs the server when nothing is saved, and how many it takes a second when some sessions never pause.
    """
    edits = QUICK if sizes.quick else LONG
    with served(folder) as server:
        sessions = [Session(server.base, number) for number in server.forlop]
        process, first = psutil.Process(server.pid), edits // 3
        begun = sum(process.cpu_times()[:2])
        seconds = _at_once(sessions, first, PAUSE)
        spent = (sum(process.cpu_times()[:2]) - begun) / (len(sessions) * first)
        warm = process.memory_info().rss
        (folder / BEGIN).touch()
        seconds += _at_once(sessions, edits - first, PAUSE)
        grown, saving = (process.memory_info().rss - warm) / 1e6, _saves(folder)
        start = time.perf_counter()
        _at_once(sessions[:AT_ONCE], QUICKLY, 0)
        each_second = AT_ONCE * QUICKLY / (time.perf_counter() - start)
    kept = _answers_kept(folder)
    assert kept == SESSIONS, f"bare {kept} av {SESSIONS} økters svar kom fram"
    yield Figure("Kalibrering: 20 millioner heltall legges sammen", calibration() * 1000, "ms")
    name = f"Svar i B 1.1, {SESSIONS} samtidige økter"
    yield Figure(f"{name}, p50", percentile(seconds, 0.5) * 1000, "ms")
    yield Figure(f"{name}, p95", percentile(seconds, 0.95) * 1000, "ms", TARGET)
    yield Figure(f"{name}: serverens prosessortid per svar", spent * 1000, "ms", BEFORE / SHARE)
    yield Figure("Lagre B 2.2 imens, p95", percentile(saving, 0.95), "ms", SAVE_TARGET)
    yield Figure(
        f"Serverens minne, vekst etter den første tredjedelen av {edits * PAUSE / 60:.1f} min",
        grown,
        "MB",
        GROWTH_TARGET,
    )
    yield Figure(f"Svar i sekundet, {AT_ONCE} økter uten pause", each_second, "/s")


def serve_and_save() -> None:
    """Serve the app, and save completed forms of B 2.2 in it from when there is a file BEGIN; what each save took is written to
    SAVED. The first saves of a process, in which libraries are loaded, are done before.
    """
    settings = read()

    def begin(held: Resources) -> None:
        threading.Thread(target=_save, args=(held.store, settings.data / SAVED), daemon=True).start()

    serve(settings, begin)


def _save(store: Store, to: Path) -> None:
    found = save.completed(store, "b22", COMPLETED)
    for forlop in found[: save.WARM_UP]:
        save.save(store, "b22", forlop)
    while not to.with_name(BEGIN).exists():
        time.sleep(SAVE_EVERY)
    with to.open("w", encoding="utf-8", buffering=1) as file:
        for forlop in itertools.cycle(found):
            file.write(f"{save.save(store, 'b22', forlop)}\n")
            time.sleep(SAVE_EVERY)


def _saves(folder: Path) -> list[float]:
    """Milliseconds of each save of B 2.2 until now."""
    return [float(line) for line in (folder / SAVED).read_text(encoding="utf-8").split()]


def _at_once(sessions: list[Session], edits: int, pause: float) -> list[float]:
    seconds: list[float] = []

    def work(session: Session) -> None:
        for _ in range(edits):
            seconds.append(session.edit())
            time.sleep(pause)

    threads = [threading.Thread(target=work, args=(s,)) for s in sessions]
    for number, thread in enumerate(threads):
        time.sleep(pause / len(sessions) * (number > 0))
        thread.start()
    for thread in threads:
        thread.join()
    return seconds


def _answers_kept(folder: Path) -> int:
    """How many of the sessions' last answers are in the register as drafts."""
    store = Store(folder / "smertereg.duckdb")
    with store.read(support.SC) as tx:
        drafts = tx.rows("select svar from register.utkast")
    store.close()
    return sum(QUESTION in json.loads(draft["svar"]) for draft in drafts)


@dataclass(frozen=True)
class Server:
    """The app, served by a process of its own over a register with some open forløp."""

    base: str
    forlop: list[int]
    pid: int


@contextmanager
def served(folder: Path, logins: int = 0, **settings: str) -> Iterator[Server]:
    """Serve a new register until the block ends, with ``settings`` as environment variables.

    The register gets ``logins`` more users, innlogger0 …, with the demo's password.
    """
    register = support.make(folder / "smertereg.duckdb")
    register.clock.now = wall_clock.now()
    with register.store.write(support.SC) as tx:
        users.add(tx, support.LU.bruker, support.LU.navn, [(support.OWN, "LU")])
        hashed = passwords.hash_password(PASSWORD)
        for n in range(logins):
            users.add(
                tx, f"innlogger{n}", f"Nr. {n}", [(support.OWN, "LU")], mobil=f"{90_100_000 + n}", passord_hash=hashed
            )
    for _ in range(COMPLETED):
        register.completed_forlop()
    forlop = [register.forlop() for _ in range(SESSIONS)]
    for number in forlop:
        register.save(number, "to", support.TO)
    register.store.close()
    with running(folder, **settings) as (base, process):
        yield Server(base, forlop, process)


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """Serve the register in the folder as for users, until the block ends; yields the address and the process's id."""
    port = free_port()
    environment = {**os.environ, "SMERTEREG_DATA": str(folder), "SMERTEREG_PORT": str(port), **settings}
    process = subprocess.Popen([sys.executable, "-c", SERVE], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(process, f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)

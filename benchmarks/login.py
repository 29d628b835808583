"""Logging in: the server's time besides argon2's own, and how fifty logins at once slow down users who register."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue

import httpx
import psutil

from app.web import guard
from benchmarks.edits import Session, served
from benchmarks.figures import Figure, Sizes, percentile, register
from ingest.access import GATE
from ingest.demo.places import PASSWORD
from ingest.people import login, passwords
from ingest.people.attempts import Source
from ingest.services import sending
from ingest.store import Store

LOGIN, EDIT, MEMORY = 500, 150, 800
TIMES, SIDE_BY_SIDE = 15, 50
PAUSE = 0.05


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Fifteen logins alone, without the time of argon2; then fifty at once, over the wire, while a behandler edits."""
    yield from _alone(folder, sizes)
    yield from _side_by_side(folder)


def _alone(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    store = register(folder / "innlogging.duckdb", min(sizes.forlop, 2000))
    spent: list[float] = []
    real = passwords.verify

    def timed(password: str, hashed: str | None) -> bool:
        start = time.perf_counter()
        try:
            return real(password, hashed)
        finally:
            spent.append(time.perf_counter() - start)

    passwords.verify = timed
    alone = []
    for number in range(1, TIMES + 1):
        start = time.perf_counter()
        _log_in(store, f"bruker{number}")
        alone.append((time.perf_counter() - start - spent[-1]) * 1000)
    passwords.verify = real
    store.close()
    yield Figure("Innlogging uten argon2, p95", percentile(alone, 0.95), "ms", LOGIN)
    yield Figure("argon2 alene, median", percentile(spent, 0.5) * 1000, "ms")


def _log_in(store: Store, name: str) -> None:
    step = login.check_password(store, name, PASSWORD, Source())
    with store.read(GATE) as tx:
        sent = next(m for m in sending.latest(tx, 100) if m["melding_id"] == step.melding)
    login.check_code(store, step.token, sent["tekst"].split("er ")[1][:6], Source())


def _side_by_side(folder: Path) -> Iterator[Figure]:
    with _gateway() as (address, codes), served(folder, logins=SIDE_BY_SIDE, SMERTEREG_SMS_URL=address) as server:
        clinician, process = Session(server.base, server.forlop[0]), psutil.Process(server.pid)
        clinician.edit()
        failures: list[BaseException] = []

        def run(number: int) -> None:
            try:
                _over_the_wire(server.base, f"innlogger{number}", codes[f"{90_100_000 + number}"])
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=run, args=(n,)) for n in range(SIDE_BY_SIDE)]
        edits, peak, start = [], 0, time.perf_counter()
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            edits.append(clinician.edit() * 1000)
            peak = max(peak, process.memory_info().rss)
            time.sleep(PAUSE)
        took = time.perf_counter() - start
    assert not failures, f"{len(failures)} innlogginger mislyktes: {failures[0]!r}"
    yield Figure(f"Svar i B 1.1 under {SIDE_BY_SIDE} innlogginger, p95", percentile(edits, 0.95), "ms", EDIT)
    yield Figure(f"{SIDE_BY_SIDE} innlogginger side om side, alle ferdige", took, "s")
    yield Figure(f"{SIDE_BY_SIDE} innlogginger side om side, serverens minne", peak / 2**20, "MB", MEMORY)


def _over_the_wire(base: str, name: str, codes: Queue[str]) -> None:
    with httpx.Client(base_url=base, headers={"Origin": base}, timeout=60) as client:
        client.get("/logg-inn")
        key = {guard.FIELD: guard.form_key(client.cookies[guard.VISITOR])}
        given = {"brukernavn": name, "passord": PASSWORD, **key}
        assert client.post("/logg-inn", data=given).status_code == 303
        code = codes.get(timeout=60)
        assert client.post("/logg-inn/kode", data={"kode": code, **key}).status_code == 303


@contextmanager
def _gateway() -> Iterator[tuple[str, dict[str, Queue[str]]]]:
    """An SMS gateway on this machine: its address, and the codes that have come for each mobile."""
    codes: dict[str, Queue[str]] = defaultdict(Queue)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()
            codes[message["to"]].put(re.findall(r"\d{6}", message["text"])[0])

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", codes
    finally:
        server.shutdown()
        server.server_close()

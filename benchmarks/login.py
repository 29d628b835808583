"""Logging in: the server's time besides argon2's own, and what fifty logins side by side do to those who register."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from benchmarks.figures import Figure, Sizes, percentile, register
from ingest import drafts, login, passwords, sending
from ingest.access import Actor
from ingest.attempts import Source
from ingest.demo.places import PASSWORD
from ingest.sessions import GATE
from ingest.store import Store

LOGIN, EDIT, MEMORY = 500, 150, 800
USERS, TIMES = 36, 15


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Fifteen logins alone with argon2 taken out of the sum; then fifty at once while a field is kept again and again."""
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
    yield Figure("Innlogging uten argon2, p95", percentile(alone, 0.95), "ms", LOGIN)
    yield Figure("argon2 alene, median", percentile(spent, 0.5) * 1000, "ms")
    yield from _side_by_side(store)
    store.close()


def _log_in(store: Store, name: str) -> None:
    step = login.check_password(store, name, PASSWORD, Source())
    with store.read(GATE) as tx:
        sent = next(m for m in sending.latest(tx, 100) if m["melding_id"] == step.melding)
    login.check_code(store, step.token, sent["tekst"].split("er ")[1][:6], Source())


def _side_by_side(store: Store) -> Iterator[Figure]:
    with store.read(GATE) as tx:
        row = tx.row("select forlop_id, enhet from register.forlop where slettet is null limit 1")
    assert row is not None
    actor = Actor("bruker1", "", "LU", row["enhet"])
    edits: list[float] = []

    def edit() -> None:
        start = time.perf_counter()
        with store.write(actor) as tx:
            drafts.keep(tx, row["forlop_id"], "to", 0, {"Tilsett": len(edits) % 2})
        edits.append((time.perf_counter() - start) * 1000)

    process, peak = psutil.Process(), [0]
    threads = [threading.Thread(target=_try, args=(store, f"bruker{n % USERS + 1}")) for n in range(50)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        edit()
        peak[0] = max(peak[0], process.memory_info().rss)
        # A registrar commits a field now and then, not in a tight loop.
        time.sleep(0.02)
    took = time.perf_counter() - start
    yield Figure("Et felt beholdes under 50 innlogginger, p95", percentile(edits, 0.95), "ms", EDIT)
    yield Figure("50 innlogginger side om side, alle ferdige", took, "s")
    yield Figure("50 innlogginger side om side, hele prosessens minne", peak[0] / 2**20, "MB", MEMORY)


def _try(store: Store, name: str) -> None:
    # Two at once for one user end each other's step; the work is the same.
    login.check_password(store, name, PASSWORD, Source())

"""Ten thousand answers that ePROM tells at once, and every tenth again, while the server is killed in between and at the end: when all of
them are acknowledged, and what it then takes to work them off.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID, uuid5

import httpx
import psutil

from benchmarks.edits import running
from benchmarks.figures import Figure, Sizes, percentile, seconds
from benchmarks.patient_page import SYSTEM, prepared
from ingest.prom import inbox
from ingest.store import Store

BURST, AT_ONCE = 60, 20
KEY = "nokkelen-som-bare-vi-to-har"
FORMS = f"pasreg={UUID(int=1)}"
ANSWERS = {"PRSpm1": 2, "PRSpm2": 3, "PRSpm3": 12, "PRSpm4": 0, "PRSpm5": 3, "PRSpm6": 6}
ADDRESS = "/api/PromsFormOrder"
SETTINGS = {
    "SMERTEREG_JOBBER": "ekstern",
    "SMERTEREG_EPROM_URL": "http://localhost:1",
    "SMERTEREG_EPROM_NOKKEL": KEY,
    "SMERTEREG_EPROM_SKJEMA": FORMS,
}


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Seconds until every answer is acknowledged, p95 of one, the server's processor time for each, and the seconds that working one
    off takes afterwards.
    """
    path = folder / "smertereg.duckdb"
    prepared(path, sizes.forlop)
    calls = [_call(order) for order in _orders(path)[:10_000]]
    calls += calls[::10]
    half = len(calls) // 2
    waits: list[float] = []
    spent = took = 0.0
    for some in (calls[:half], calls[half:]):
        # The second half is told to a server that has been started again after a kill.
        with running(folder, **SETTINGS) as (base, number):
            process = psutil.Process(number)
            asyncio.run(_tell(base, calls[:1]))
            before, begun = sum(process.cpu_times()[:2]), time.perf_counter()
            waits += asyncio.run(_tell(base, some))
            took += time.perf_counter() - begun
            spent += sum(process.cpu_times()[:2]) - before
            process.kill()
    store = Store(path)
    left = seconds(lambda: _work_off(store))
    store.close()
    stored = _stored(path)
    assert stored == len(calls) * 10 // 11, (stored, len(calls))
    yield Figure(f"{len(calls)} svar fra ePROM på én gang, {AT_ONCE} om gangen", took, "s", BURST)
    yield Figure("Hvert svar, p95", percentile(waits, 0.95) * 1000, "ms")
    yield Figure("Serverens prosessortid for hvert", spent / len(calls) * 1000, "ms")
    yield Figure("Behandlingen av hvert, etterpå", left / stored * 1000, "ms")


def _work_off(store: Store) -> None:
    while inbox.work_off(store):
        pass


def _orders(path: Path) -> list[str]:
    """Let ePROM have every order, and return its ids of them."""
    store = Store(path)
    with store.write(SYSTEM) as tx:
        numbers = [
            row["bestilling_id"] for row in tx.rows("select bestilling_id from prom.bestilling where skjema = 'pasreg'")
        ]
        tx.run("update prom.bestilling set tilstand = 'sendt' where skjema = 'pasreg'")
        for number in numbers:
            tx.run("insert into prom.eprom_ordre values (?, ?, ?, null, null, null, null)", _id(number), number, tx.now)
    store.close()
    return [_id(number) for number in numbers]


def _id(number: int) -> str:
    return str(uuid5(UUID(int=7), str(number)))


def _call(order: str) -> bytes:
    fields = {"apiKey": KEY, "formOrderId": order, "formOrderStatus": "Completed", "notificationChannel": 1}
    return json.dumps(fields | {"formData": json.dumps(ANSWERS)}).encode()


async def _tell(base: str, calls: Sequence[bytes]) -> list[float]:
    """Tell all of them, ``AT_ONCE`` at a time; returns how long each took. Every one must be taken."""
    waiting, waits = iter(calls), []

    async def teller(client: httpx.AsyncClient) -> None:
        for call in waiting:
            begun = time.perf_counter()
            answer = await client.put(f"{base}{ADDRESS}", content=call)
            assert answer.json() == {"success": True}, answer.text
            waits.append(time.perf_counter() - begun)

    async with httpx.AsyncClient(timeout=120) as client:
        await asyncio.gather(*(teller(client) for _ in range(AT_ONCE)))
    return waits


def _stored(path: Path) -> int:
    """How many answers the register has; it is opened as after a kill."""
    store = Store(path)
    with store.read(SYSTEM) as tx:
        row = tx.row(
            "select count(*) as n, count(distinct forlop_id) as forlop from register.skjemaversjon where skjema = 'pasreg'"
        )
    store.close()
    assert row is not None and row["n"] == row["forlop"], row
    return row["n"]

"""The patient's page over HTTP: fifty patients answering at once, and the server's memory over many submissions."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil

from benchmarks.edits import running
from benchmarks.figures import Figure, Sizes, percentile, register
from ingest.access import Actor
from ingest.prom import links, outbox, place

PAGE, GROWTH = 100, 10
SUBMISSIONS = 10_000
AT_ONCE = 50
THINKS = (1.0, 3.0)  # seconds over each question, from and to: less than most patients take
# Without time to think fifty requests are under way all the time, as with some 2 000 patients who read the questions.
NO_THOUGHT = (0.0, 0.0)
WARM = 0.1
ANSWERS = ("PRSpm1=2", "PRSpm2=3", "PRSpm3=12", "PRSpm4=0", "PRSpm5=3", "PRSpm6=6")
SYSTEM = Actor("system", "SmerteReg", "SC", "")


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Answer whole forms with and without time to think, then send many in as quickly as the server takes them.

    One patient goes first, because the first page after a start reads the codebook; its time is given apart.
    """
    path = folder / "smertereg.duckdb"
    tokens = prepared(path, sizes.forlop)
    with running(folder, SMERTEREG_JOBBER="ekstern") as (base, number):
        process = psutil.Process(number)
        first, rest = asyncio.run(_patients(base, tokens[:1], NO_THOUGHT)), tokens[1:]
        yield Figure("Den første siden etter oppstart", first[0] * 1000, "ms")
        for name, thinks, target in (
            (f"{AT_ONCE} pasienter svarer samtidig, 1–3 s per spørsmål", THINKS, PAGE),
            (f"{AT_ONCE} forespørsler på én gang, uten tenketid", NO_THOUGHT, None),
        ):
            start = sum(process.cpu_times()[:2])
            times, rest = asyncio.run(_patients(base, rest[:AT_ONCE], thinks)), rest[AT_ONCE:]
            spent = (sum(process.cpu_times()[:2]) - start) / len(times)
            yield Figure(f"{name}: hver side, p95", percentile(times, 0.95) * 1000, "ms", target)
            yield Figure(f"{name}: serverens prosessortid", spent * 1000, "ms")
        warm = max(AT_ONCE, int(len(rest) * WARM))
        asyncio.run(_submissions(base, rest[:warm]))
        before = process.memory_info().rss
        sent_in = rest[warm : warm + SUBMISSIONS]
        asyncio.run(_submissions(base, sent_in))
        growth = 100 * (process.memory_info().rss - before) / before
        yield Figure(f"Minnevekst over {len(sent_in)} innsendte skjemaer", growth, "%", GROWTH)


def prepared(path: Path, forlop: int) -> list[str]:
    """A demo register where every consenting patient has a live link to an empty Pasreg; their tokens."""
    store = register(path, forlop)
    with store.write(SYSTEM) as tx:
        found = tx.rows(
            "select f.forlop_id, f.pasient_id from register.forlop f join register.pasient p using (pasient_id) "
            "where f.forlopstype = 3 and f.samtykke = 1 and f.trukket_dato is null and f.slettet is null "
            "and f.samtykke_dato is not null and coalesce(p.avdod, 0) <> 1"
        )
        tx.run("delete from register.skjemaversjon where skjema = 'pasreg'")
        tx.run("update register.skjema set versjon = 0, status = -1, lukket_grunn = null where skjema = 'pasreg'")
        tx.run("delete from prom.papir where skjema = 'pasreg'")
        tx.run("delete from prom.bestilling where skjema = 'pasreg'")
        wanted = [place.Wanted(r["forlop_id"], r["pasient_id"], "pasreg", "sikker", tx.now) for r in found]
        tokens = [links.make(tx, number) for number in place.place(tx, place.MANUAL, wanted)]
        # The messages are marked as sent, so that the app does not send them while it is measured.
        tx.run(f"update prom.utboks set tilstand = '{outbox.SENT}', sendt = ?", tx.now)
    store.close()
    return tokens


async def _patients(base: str, tokens: list[str], thinks: tuple[float, float]) -> list[float]:
    """Let each token's patient answer a whole form, with time to think; returns the seconds of every page."""
    times: list[float] = []
    draw = random.Random(1)
    async with httpx.AsyncClient(base_url=base, headers={"Origin": base}, timeout=60) as client:

        async def ask(method: str, address: str, data: dict[str, str] | None = None) -> None:
            start = time.perf_counter()
            reply = await client.request(method, address, data=data)
            times.append(time.perf_counter() - start)
            assert reply.status_code in (200, 303), reply.status_code

        async def patient(token: str) -> None:
            await asyncio.sleep(draw.uniform(*thinks))
            await ask("GET", f"/e/{token}")
            for number, given in enumerate(ANSWERS, 1):
                await asyncio.sleep(draw.uniform(*thinks))
                name, value = given.split("=")
                await ask("POST", f"/e/{token}", {"side": str(number), "handling": "neste", name: value})
                await ask("GET", f"/e/{token}?side={number + 1 if number < len(ANSWERS) else 'send'}")
            await ask("POST", f"/e/{token}", {"handling": "send"})

        await asyncio.gather(*(patient(token) for token in tokens))
    return times


async def _submissions(base: str, tokens: list[str]) -> None:
    """Give one answer and click «Send inn» for each token, a few at a time."""
    waiting = list(tokens)
    async with httpx.AsyncClient(base_url=base, headers={"Origin": base}, timeout=60) as client:

        async def worker() -> None:
            while waiting:
                token = waiting.pop()
                await client.post(f"/e/{token}", data={"side": "1", "handling": "neste", "PRSpm1": "2"})
                reply = await client.post(f"/e/{token}", data={"handling": "send"})
                assert reply.status_code == 303, reply.status_code

        await asyncio.gather(*(worker() for _ in range(8)))

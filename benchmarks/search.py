"""The server's time for Pasientsøk, Innleverte registreringer and the check against EPJ: ``--forlop 300000 --only sok``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from benchmarks.figures import SYSTEM, Figure, Sizes, percentile, register, seconds
from checks.epj_file import Line
from ingest.access import Actor
from ingest.lists import epj, innleverte, search
from ingest.lists.innleverte import Search
from ingest.store import Tx

SEARCH, LIST, TIMES = 200, 300, 20
LC, SC = Actor("bruker4", "", "LC", "100082"), Actor("bruker4", "", "SC", "100082")


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """p95 of twenty searches of each kind, for one unit and for the nation; each search also writes a row in the log."""
    store = register(folder / "sok.duckdb", sizes.forlop)
    with store.read(SYSTEM) as tx:
        first = tx.rows(
            "select i.idnr, i.pasient_id, f.forlop_id, i.etternavn, i.fornavn from register.forlop f "
            "join identitet.person i using (pasient_id) where f.enhet = ? and i.idnr is not null limit 1",
            LC.enhet,
        )[0]
        lines = [
            Line(n, None, row["pasient_id"], row["dato"], "")
            for n, row in enumerate(
                tx.rows(
                    "select pasient_id, startdato as dato from register.forlop where enhet = ? and startdato is not null limit 5000",
                    LC.enhet,
                )
            )
        ]

    def named(text: str) -> Callable[[Tx], object]:
        return lambda tx: search.by_name_or_number(tx, text, test_persons=True)

    searches: dict[str, Callable[[Tx], object]] = {
        "på begynnelsen av et navn": named("han"),
        "på fullt navn": named(f"{first['etternavn']} {first['fornavn']}"),
        "på fødselsnummer": named(first["idnr"]),
        "på PasientID": lambda tx: search.by_patient(tx, str(first["pasient_id"])),
        "på ForløpsID": lambda tx: search.by_forlop(tx, str(first["forlop_id"])),
    }
    recent, adults = date(2026, 1, 1), 40
    for actor, where in ((LC, "enhet"), (SC, "nasjonalt")):
        unit = actor.enhet if actor is LC else None
        lists: dict[str, Callable[[Tx], object]] = {
            "første side": lambda tx, u=unit: innleverte.find(tx, Search(u)),
            "dato og alder": lambda tx, u=unit: innleverte.find(tx, Search(u, fra=recent, alder_fra=adults)),
            "sortert på navn, side 20": lambda tx, u=unit: innleverte.find(tx, Search(u, sortering="navn", side=20)),
        }
        for title, calls, target in (("Pasientsøk", searches, SEARCH), ("Innleverte", lists, LIST)):
            for name, call in calls.items():
                times = []
                for _ in range(TIMES):
                    with store.write(actor) as tx:
                        times.append(seconds(lambda t=tx, c=call: c(t)) * 1000)
                yield Figure(
                    f"{title} {name}, {where}, {sizes.forlop} forløp, p95", percentile(times, 0.95), "ms", target
                )
    with store.write(LC) as tx:
        time = seconds(lambda: epj.check(tx, LC.enhet, lines, 3))
    yield Figure(f"Kontroll mot EPJ, {len(lines)} henvisninger", time, "s")
    store.close()

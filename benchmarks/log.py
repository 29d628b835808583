"""Reading one patient's page of Innsynslogg when the log is long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, Sizes, percentile, register, seconds
from ingest.access import Actor
from ingest.lists import innsyn

TARGET = 200
TIMES = 20
READER = Actor("bruker1", "", "SC", "")


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """p95 of twenty readings, each of another patient's log; each reading is logged, as always."""
    store = register(folder / "logg.duckdb", min(sizes.forlop, 2000))
    with store.write(READER) as tx:
        # The log is filled with copies of its rows, spread over the patients. The chain does not hold for them, but reading
        # does not check it.
        tx.run(
            "insert into tilgang.logg by name select l.* replace (1000000 + row_number() over () as nr, "
            "p.pasient_id as pasient_id) from range(?) r join tilgang.logg l on l.nr = 1 + r.range % "
            "(select max(nr) from tilgang.logg) join (select pasient_id, row_number() over () - 1 as n "
            "from register.pasient) p on p.n = r.range % (select count(*) from register.pasient)",
            sizes.log,
        )
        tx.run("update tilgang.logghode set nr = (select max(nr) from tilgang.logg)")
        patients = [r["pasient_id"] for r in tx.rows("select pasient_id from register.pasient limit ?", TIMES)]
    counts: list[int] = []

    def read(patient: int) -> None:
        with store.write(READER) as tx:
            counts.append(innsyn.read(tx, innsyn.Query(pasient_id=patient)).antall)

    times = [seconds(lambda p=patient: read(p)) * 1000 for patient in patients]
    store.close()
    assert min(counts) > 0
    yield Figure(f"Loggen for en pasient, {sizes.log} hendelser, p95", percentile(times, 0.95), "ms", TARGET)

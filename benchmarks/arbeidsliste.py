"""The server's time for an arbeidsliste with many active forløp."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import SYSTEM, Figure, Sizes, percentile, register, seconds
from ingest.access import Actor
from ingest.lists import arbeidsliste

TARGET = 300
UNIT = "100082"


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """p95 of twenty readings of a unit's list, after so many forløp have been opened again for the measurement."""
    store = register(folder / "arbeidsliste.duckdb", sizes.active * 12)
    with store.write(SYSTEM) as tx:
        tx.run(
            "update register.skjema set status = 0 where skjema = 'b22' and forlop_id in (select forlop_id "
            "from register.forlop where enhet = ? and forlopstype >= 2 and slettet is null limit ?)",
            UNIT,
            sizes.active,
        )
    lengths: list[int] = []

    def read() -> None:
        with store.read(Actor("bruker4", "", "LU", UNIT)) as tx:
            lengths.append(len(arbeidsliste.rows(tx)))

    times = [seconds(read) * 1000 for _ in range(20)]
    store.close()
    yield Figure(f"Arbeidsliste med {lengths[-1]} aktive forløp, p95", percentile(times, 0.95), "ms", TARGET)

"""What the journal costs: saves of B 2.2 in two registers of the same contents, one with a journal, turn by turn."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, Sizes, percentile, register
from benchmarks.save import WARM_UP, completed, save
from ingest.store import Store

FORM, MOST = "b22", 1.5


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """p50 and p95 of a save with a journal, and how many times that of one without (at most 1.5)."""
    register(folder / "uten" / "smertereg.duckdb", 2000).close()
    shutil.copytree(folder / "uten", folder / "med")
    stores = [Store(folder / which / "smertereg.duckdb") for which in ("uten", "med")]
    stores[1].begin_journal()
    times: list[list[float]] = [[], []]
    for forlop in completed(stores[0], FORM, 3 * sizes.saves):
        for which, store in enumerate(stores):
            times[which].append(save(store, FORM, forlop))
    for store in stores:
        store.close()
    without, kept = (found[WARM_UP:] for found in times)
    yield Figure("Lagre B 2.2 med journal, p50", percentile(kept, 0.5), "ms")
    yield Figure("Lagre B 2.2 med journal, p95", percentile(kept, 0.95), "ms")
    for share, name in ((0.5, "p50"), (0.95, "p95")):
        ratio = percentile(kept, share) / percentile(without, share)
        yield Figure(f"Lagring med journal mot uten, {name}", ratio, "ganger", MOST if share == 0.95 else None)

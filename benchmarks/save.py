"""A save (open, validate, compute, commit) of each form, alone and while a snapshot of a large register runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import SYSTEM, Figure, Sizes, percentile, register
from checks.codebook import load
from checks.forlop import ALL_FORMS
from exports.codebook_tables import codebook_tables
from exports.snapshot import take
from ingest.access import Actor
from ingest.registration import forms
from ingest.store import Store

TARGET = 50
WARM_UP = 3


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """p50 and p95 of a save of each form; then p95 of all saves while snapshots are taken one after the other."""
    store = register(folder / "lagring.duckdb", 2000)
    for skjema in ALL_FORMS:
        times = [save(store, skjema, f) for f in completed(store, skjema, sizes.saves)][WARM_UP:]
        name = load().skjema[skjema].navn
        yield Figure(f"Lagre {name}, p50", percentile(times, 0.5), "ms")
        yield Figure(f"Lagre {name}, p95", percentile(times, 0.95), "ms", TARGET)
    store.close()
    yield from _under_snapshot(folder, sizes)


def _under_snapshot(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    store = register(folder / "stort.duckdb", sizes.snapshot)
    todo = {skjema: completed(store, skjema, sizes.saves) for skjema in ("to", "b11", "b12", "b22")}
    for skjema, ready in todo.items():
        save(store, skjema, ready[0])
    stop, taken = threading.Event(), []

    def snapshots() -> None:
        while not stop.is_set():
            start = time.perf_counter()
            with store.cursor() as con:
                take(con, folder / "oyeblikksbilde.duckdb", codebook_tables(load()))
            taken.append(time.perf_counter() - start)

    thread = threading.Thread(target=snapshots)
    thread.start()
    in_turn = [pair for row in zip(*todo.values(), strict=False) for pair in zip(todo, row, strict=True)]
    times = [save(store, skjema, found) for skjema, found in in_turn]
    stop.set()
    thread.join()
    store.close()
    where = f"mens øyeblikksbilde av {sizes.snapshot} forløp tas"
    yield Figure(f"Lagre {where}, p50", percentile(times, 0.5), "ms")
    yield Figure(f"Lagre {where}, p95", percentile(times, 0.95), "ms", TARGET)
    yield Figure(f"Lagre {where}, lengste", max(times), "ms")
    yield Figure(f"Øyeblikksbilde av {sizes.snapshot} forløp under lagring", max(taken), "s")


def completed(store: Store, skjema: str, count: int) -> list[tuple[int, str]]:
    """(forløp, unit) of ``count`` forløp where the form is ferdigstilt and the forløpstype still has it."""
    with store.read(SYSTEM) as tx:
        found = tx.rows(
            "select forlop_id, enhet from register.skjema join register.forlop using (forlop_id) "
            "where skjema = ? and status = 1 and slettet is null order by hash(forlop_id) limit ?",
            skjema,
            count,
        )
    return [(row["forlop_id"], row["enhet"]) for row in found]


def save(store: Store, skjema: str, forlop: tuple[int, str]) -> float:
    """Correct a completed form, the heaviest save because every rule is checked; returns the milliseconds of the save
    without the opening.
    """
    actor = Actor("bruker2", "", "LC", forlop[1])
    with store.read(actor) as tx:
        opened = forms.open_form(tx, forlop[0], skjema)
    confirmed = {name: kept["verdi"] for name, kept in opened.bekreftet.items()}
    start = time.perf_counter()
    with store.write(actor) as tx:
        forms.save(
            tx,
            forlop[0],
            skjema,
            opened.svar,
            grunnversjon=opened.versjon,
            hendelse=forms.COMPLETE,
            bekreftet=confirmed,
            grunn="måling",
        )
    return (time.perf_counter() - start) * 1000

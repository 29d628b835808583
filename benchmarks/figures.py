"""The results of measurements, and what measurements share: a demo register, a stopwatch, this machine's name."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest import demo
from ingest.access import Actor
from ingest.store import DEMO, Store, create

TODAY = date(2026, 11, 23)
SYSTEM = Actor("system", "SmerteReg", "SC", "")


@dataclass(frozen=True)
class Sizes:
    """Sizes of the measurements: how many forløp, saves of each form, lines on the arbeidsliste, and rows of the log; `quick`
    when they are to be small.
    """

    forlop: int
    snapshot: int
    saves: int
    active: int
    log: int
    quick: bool = False


@dataclass(frozen=True)
class Figure:
    """One measured figure; ``target`` is the most it may be, None when there is no target."""

    name: str
    value: float
    unit: str
    target: float | None = None

    @property
    def met(self) -> bool:
        return self.target is None or self.value <= self.target


def register(path: Path, forlop: int) -> Store:
    """A new demo register, opened."""
    store = create(path, DEMO)
    demo.make(store, forlop=forlop, seed=1, today=TODAY, progress=lambda _: None)
    return store


def seconds(work: Callable[[], object]) -> float:
    """How many seconds the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def calibration() -> float:
    """How many seconds this machine takes to add 20 million integers: beside it, figures of two machines can be compared."""

    def add() -> int:
        total = 0
        for number in range(20_000_000):
            total += number
        return total

    return min(seconds(add) for _ in range(3))


def percentile(values: list[float], share: float) -> float:
    """The value that a ``share`` (0–1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def machine() -> str:
    """This machine's processor, cores and memory, for the heading."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        processor = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        processor = platform.processor() or platform.machine()
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{processor}, {os.cpu_count()} kjerner, {memory:.0f} GB, Python {platform.python_version()}"

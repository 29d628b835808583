"""Making a demo register."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, Sizes, register, seconds

TARGET, MEMORY = 60, 2.0


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Time and memory of making a demo register; the memory is the highest of this whole process so far."""
    time = seconds(lambda: register(folder / "demo.duckdb", sizes.forlop).close())
    yield Figure(f"Demoregister med {sizes.forlop} forløp", time, "s", TARGET)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    yield Figure(f"Demoregister med {sizes.forlop} forløp, minne", peak, "GB", MEMORY)

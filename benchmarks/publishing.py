"""The time and memory of publishing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, Sizes, register

TIME, MEMORY = 60, 2.0


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Time and memory of «smertereg publish» in a process of its own.

    The memory is that of the largest of its processes, of which dbt is one. Raises CalledProcessError when publishing
    fails; its message is on stderr.
    """
    data = folder / "data"
    register(data / "smertereg.duckdb", sizes.forlop).close()
    start = time.perf_counter()
    command = [sys.executable, "-m", "app.commands.cli", "publish"]
    process = subprocess.Popen(command, env=os.environ | {"SMERTEREG_DATA": str(data)}, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    yield Figure(f"Publisere {sizes.forlop} forløp", took, "s", TIME)
    yield Figure(f"Publisere {sizes.forlop} forløp, minne", used.ru_maxrss / 2**20, "GB", MEMORY)

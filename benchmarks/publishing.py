"""Publishing, and the csv of allevarnum made of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.figures import Figure, Sizes, register, seconds
from exports.datadump import write_csv

TIME, MEMORY, CSV = 60, 2.0, 2


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Time and memory of «smertereg publish» in a process of its own, then the csv of its allevarnum.

    The memory is that of the largest of its processes (dbt is one of them). Raises CalledProcessError when
    publishing fails; its message is on stderr.
    """
    data = folder / "data"
    register(data / "smertereg.duckdb", sizes.forlop).close()
    start = time.perf_counter()
    command = [sys.executable, "-m", "app.cli", "publish"]
    process = subprocess.Popen(
        command, env=os.environ | {"SMERTEREG_DATA": str(data)}, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    yield Figure(f"Publisere {sizes.forlop} forløp", took, "s", TIME)
    yield Figure(f"Publisere {sizes.forlop} forløp, minne", used.ru_maxrss / 2**20, "GB", MEMORY)
    csv = seconds(lambda: _csv(data / "published" / "analyse.duckdb", folder / "allevarnum.csv"))
    yield Figure(f"allevarnum som csv, {sizes.forlop} forløp", csv, "s", CSV)


def _csv(published: Path, to: Path) -> None:
    with duckdb.connect(str(published), read_only=True) as con:
        write_csv(con.sql('select * from allevarnum order by "ForlopsID"').pl(), to)

"""Exports: time and peak memory of each kind of file, beside pandas and R where these are installed.

``python -m benchmarks.export WHAT FILE FOLDER`` does one of them in a process of its own, and prints its seconds and peak memory.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from benchmarks.figures import Figure, Sizes, register
from exports import tables
from exports.csv_files import stream_csv
from exports.delivery import deliver
from exports.package import SPILL, open_file, write_package
from exports.selection import Recipe

# Targets in seconds for 30 000 and for 300 000 forløp, and in GB at 300 000.
TARGETS = {"uttrekk": (2, 8), "pakke": (5, 30), "parquet": (2, 6), "sav": (6, None)}
NAMES = {
    "uttrekk": "De koblede uttrekkene som csv",
    "pakke": "Alle OQR-filene",
    "parquet": "allevarnum som Parquet",
    "sav": "allevarnum som .sav",
    "csv": "allevarnum som csv",
}
MEMORY, LARGE = 1.5, 300_000
R_WRITERS = {
    "readr::write_csv2": "readr::write_csv2(d, to)",
    "data.table::fwrite": "data.table::fwrite(d, to, sep = ';', dec = ',')",
}


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Publish a demo register, and write each kind of file with all its forløp."""
    data = folder / "data"
    register(data / "smertereg.duckdb", sizes.forlop).close()
    settings = os.environ | {"SMERTEREG_DATA": str(data)}
    subprocess.run(
        [sys.executable, "-m", "app.commands.cli", "publish"], env=settings, check=True, stdout=subprocess.DEVNULL
    )
    file = (data / "published" / "analyse.duckdb").resolve()
    ours = 0.0
    for what, name in NAMES.items():
        took, memory = _alone(what, file, folder / what)
        ours = took
        small, large = TARGETS.get(what, (None, None))
        yield Figure(f"{name}, {sizes.forlop} forløp", took, "s", large if sizes.forlop >= LARGE else small)
        yield Figure(f"{name}, {sizes.forlop} forløp, minne", memory, "GB", MEMORY)
    took, _ = _alone("pandas", file, folder / "pandas")
    yield from _beside("pandas to_csv", took, ours)
    for writer, call in R_WRITERS.items():
        seconds = _in_r(writer.partition("::")[0], call, folder / "csv" / "allevarnum.csv")
        if seconds is not None:
            yield from _beside(f"R {writer}", seconds, ours)


def _beside(name: str, theirs: float, ours: float) -> Iterator[Figure]:
    yield Figure(f"allevarnum som csv med {name} (bare skrivingen)", theirs, "s")
    yield Figure(f"allevarnum som csv med {name}, ganger vår tid", theirs / ours, "×")


def _alone(what: str, file: Path, to: Path) -> tuple[float, float]:
    """Seconds and peak memory (GB) of one export in a process of its own."""
    to.mkdir()
    command = [sys.executable, "-m", "benchmarks.export", what, str(file), str(to)]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    took, memory = (float(word) for word in said.split())
    return took, memory


def _in_r(package: str, call: str, csv: Path) -> float | None:
    """Seconds that R takes to write the table in ``csv``; None where R or the package is not installed."""
    if shutil.which("Rscript") is None:
        return None
    script = (
        f"suppressWarnings(stopifnot(requireNamespace('{package}', quietly = TRUE)));"
        f"d <- as.data.frame(data.table::fread('{csv}', sep = ';', dec = ','));"
        f"to <- '{csv}.r'; cat(system.time({call})[['elapsed']])"
    )
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 else None


def _linked(file: Path, to: Path) -> None:
    with open_file(file, to / SPILL) as con:
        for table in tables.ORDER:
            stream_csv(con, tables.linked(table), to / f"{table}.csv")


def _one_csv(file: Path, to: Path) -> None:
    with open_file(file, to / SPILL) as con:
        stream_csv(con, tables.linked("allevarnum"), to / "allevarnum.csv")


def _format(ending: str) -> Callable[[Path, Path], object]:
    chosen = Recipe.model_validate({"formater": [ending]})
    return lambda file, to: deliver(file, chosen, to / "ut")


WORK: dict[str, Callable[[Path, Path], object]] = {
    "uttrekk": _linked,
    "pakke": lambda file, to: write_package(file, to, date(2026, 11, 23)),
    "parquet": _format("parquet"),
    "sav": _format("sav"),
    "csv": _one_csv,
}


def main(what: str, file: Path, to: Path) -> None:
    """Do one export and print its seconds and peak memory in GB. For pandas the time of reading the table is not counted,
    which is to pandas' advantage.
    """
    if what == "pandas":
        with open_file(file, to / SPILL) as con:
            frame = con.execute("select * from allevarnum").df()
        start = time.perf_counter()
        frame.to_csv(to / "allevarnum.csv", sep=";", decimal=",", index=False, encoding="utf-8-sig")
    else:
        start = time.perf_counter()
        WORK[what](file, to)
    took = time.perf_counter() - start
    # /proc gives the process's own peak; getrusage would count the parent's too.
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    sys.stdout.write(f"{took} {peak / 2**20}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))

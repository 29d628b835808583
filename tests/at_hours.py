"""Runs the tests at other hours and dates than now, in random order: none may depend on the day it is run.

`python -m tests.at_hours [--only N,N] [pytest's arguments]`. The tests' own processes believe in the hour
(tests/conftest.py reads it); what they start has its moment from them. The browser's tests are run at three of the
hours. Ends with what failed, and where; the order of a run is its seed.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.conftest import AT

# Norwegian time. Just before and after the run of 16.30, around midnight, both nights when the clock is changed,
# a leap day, and both sides of a new year.
HOURS = (
    "2026-12-01 16:29:30",
    "2026-12-01 16:31:00",
    "2027-06-15 23:59:30",
    "2027-03-28 01:59:30",
    "2027-03-28 03:00:30",
    "2027-10-31 02:30:00",
    "2028-02-29 10:00:00",
    "2027-12-31 23:55:00",
    "2028-01-01 00:00:10",
    "2029-07-08 05:00:00",
)
IN_BROWSER = (HOURS[0], HOURS[3], HOURS[6])
FOLDERS = [f"tests/{folder}" for folder in ("spec", "unit", "access", "property", "app")]


def main(words: list[str]) -> None:
    """Run at each hour, or at those that `--only` numbers. Stops with 1 when a test has failed at any."""
    chosen = range(1, len(HOURS) + 1)
    if words[:1] == ["--only"]:
        chosen, words = [int(number) for number in words[1].split(",")], words[2:]
    failed = [HOURS[number - 1] for number in chosen if not _passes(number, words)]
    print(f"Rødt: {', '.join(failed)}" if failed else "Grønt ved alle klokkeslettene.")
    sys.exit(bool(failed))


def _passes(seed: int, words: list[str]) -> bool:
    hour = HOURS[seed - 1]
    folders = [*FOLDERS, "tests/browser"] if hour in IN_BROWSER else FOLDERS
    print(f"--- {hour}, rekkefølge {seed}", flush=True)
    command = ["-m", "pytest", "-p", "randomly", f"--randomly-seed={seed}", *words, *folders]
    return subprocess.run([sys.executable, *command], env=os.environ | {AT: hour}).returncode == 0


if __name__ == "__main__":
    main(sys.argv[1:])

"""Run the tests at other hours and dates than now, in random order, because no test may depend on the day it is run.

`python -m tests.at_hours [--only N,N] [pytest's arguments]`. The tests' own processes take the hour for now
(tests/conftest.py reads it), and give processes that they start the same moment. The browser's tests are run at three of
the hours only. The program ends with which tests failed and at which hours; the seed of a run repeats its order.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.conftest import AT

# Norwegian times: just before and after the run of 16.30, around midnight, both nights when the clock is changed, a leap
# day, and both sides of a new year.
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
    """Run the tests at each hour, or at those whose numbers `--only` gives. Exits with 1 when a test failed at any hour."""
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

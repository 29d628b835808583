"""How much a test does: a size for quick runs, or the full size when SMERTEREG_TEST_FULL is set.

While mutants run (`make mutate`) a test does at most 60 times, as each is run again for many mutants.
"""

from __future__ import annotations

import os

FULL = os.environ.get("SMERTEREG_TEST_FULL") == "1"
MUTANTS = "MUTANT_UNDER_TEST" in os.environ
TIMES, FEW = 20, 60


def examples(quick: int) -> int:
    """How many examples to try: ``quick``, or twenty times as many at full size."""
    return quick * TIMES if FULL else quick


def size(quick: int, full: int) -> int:
    """``quick``, or ``full`` at full size."""
    if MUTANTS:
        return min(quick, FEW)
    return full if FULL else quick

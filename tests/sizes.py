"""How much a test does: a size for quick runs, or the full size when SMERTEREG_TEST_FULL is set."""

from __future__ import annotations

import os

FULL = os.environ.get("SMERTEREG_TEST_FULL") == "1"
TIMES = 20


def examples(quick: int) -> int:
    """How many examples to try: ``quick``, or twenty times as many at full size."""
    return quick * TIMES if FULL else quick


def size(quick: int, full: int) -> int:
    """``quick``, or ``full`` at full size."""
    return full if FULL else quick

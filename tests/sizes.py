"""How much a test does: a size that allows a quick run, or the full one when SMERTEREG_TEST_FULL is set."""

from __future__ import annotations

import os

FULL = os.environ.get("SMERTEREG_TEST_FULL") == "1"
TIMES = 20


def examples(quick: int) -> int:
    """Number of examples: ``quick``, or twenty times as many in full size."""
    return quick * TIMES if FULL else quick


def size(quick: int, full: int) -> int:
    """``quick``, or ``full`` in full size."""
    return full if FULL else quick

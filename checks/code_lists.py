"""Reads the code lists that ship with the codebook, so that no other room knows where they lie."""

import csv
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "codebook" / "lists"


@cache
def read(name: str) -> tuple[dict[str, str], ...]:
    """Rows of `codebook/lists/<name>.csv` in file order, every value as text.

    The result is cached and shared: do not change the rows. Raises FileNotFoundError for an unknown list.
    """
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))

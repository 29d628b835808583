"""How a table of an OQR package is known: by a key among its columns' names."""

from __future__ import annotations

KEYS = ("mceid", "forlopsid", "department_id")


def is_heading(cells: list[str]) -> bool:
    """Whether a row of a file is the heading of a table of a package."""
    return any(cell.strip("\ufeff ").casefold() in KEYS for cell in cells)

"""A file of HADS texts with words of our own: the licensed ones may not stand in this repository, nor in a test."""

from __future__ import annotations

from typing import Any


def right() -> dict[str, Any]:
    """What a right file holds, as ``yaml.safe_dump`` takes it."""
    items = [
        {"sporsmal": f"Oppdiktet {n}", "svar": {code: f"Valg {n}-{code}" for code in range(4)}} for n in range(1, 15)
    ]
    return {"rettighet": "Oppdiktet rettighet", "innledning": "Oppdiktet innledning", "ledd": items}

"""A file of HADS texts with invented words, because the licensed wordings may not stand in this repository."""

from __future__ import annotations

from typing import Any


def right() -> dict[str, Any]:
    """The contents of a valid file, for ``yaml.safe_dump``."""
    items = [
        {"sporsmal": f"Oppdiktet {n}", "svar": {code: f"Valg {n}-{code}" for code in range(4)}} for n in range(1, 15)
    ]
    return {"rettighet": "Oppdiktet rettighet", "innledning": "Oppdiktet innledning", "ledd": items}

"""The controls of data quality in words: their states, their order, and how much each found."""

from __future__ import annotations

from checks import in_words

STATES = {"avvik": "Avvik", "bestått": "Bestått", "ikke aktuelt": "Ikke aktuelt", "feil": "Kunne ikke kjøres"}
_ORDER = list(STATES)
_SEVERITY = ["alvorlig", "viktig", "merknad"]


def place(status: str, alvor: str) -> tuple[int, int]:
    """Where a control stands among the others: findings first, and of these the most serious."""
    return _ORDER.index(status), _SEVERITY.index(alvor)


def share(part: int, whole: int) -> str:
    """«1,2 % (3 av 250)», or words when nothing was checked."""
    if not whole:
        return "ingenting å kontrollere"
    return f"{in_words.percent(part, whole)} ({in_words.number(part)} av {in_words.number(whole)})"

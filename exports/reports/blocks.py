"""What a report is made of, in the words of its template (rapport.typ): headings, paragraphs, figures, tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Block:
    """One part of a page. `slag` says which kind, `data` is what the template needs of it (values that JSON can hold)."""

    slag: str
    data: dict[str, Any]

    @property
    def json(self) -> dict[str, Any]:
        return {"slag": self.slag, **self.data}


def heading(text: str, level: int = 1) -> Block:
    """A heading; one of level 1 begins a new chapter."""
    return Block("overskrift", {"tekst": text, "niva": level})


def paragraph(text: str) -> Block:
    return Block("avsnitt", {"tekst": text, "dempet": False})


def note(text: str) -> Block:
    """What must be known to read the figures above it right."""
    return Block("avsnitt", {"tekst": text, "dempet": True})


def facts(rows: Sequence[tuple[str, str]]) -> Block:
    """Names and what they are, line by line."""
    return Block("fakta", {"rader": [list(row) for row in rows]})


def definition(rows: Sequence[tuple[str, str]]) -> Block:
    """Names and what they are, as running text."""
    return Block("definisjon", {"rader": [list(row) for row in rows]})


def tiles(figures: Sequence[tuple[str, str, str]]) -> Block:
    """Large figures side by side: (figure, what it is, what stands beside it)."""
    return Block("nokkeltall", {"tall": [list(figure) for figure in figures]})


def table(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], words: int = 1) -> Block:
    """A table. `widths` are the columns' parts of the width; the first `words` columns are text, the others figures."""
    return Block(
        "tabell", {"hode": list(head), "rader": [list(row) for row in rows], "bredder": list(widths), "ord": words}
    )


def beside(left: Sequence[Block], right: Sequence[Block], widths: tuple[float, float] = (1, 1)) -> Block:
    """Two columns that are kept together on a page."""
    return Block(
        "spalter", {"venstre": [b.json for b in left], "hoyre": [b.json for b in right], "bredder": list(widths)}
    )


def together(blocks: Sequence[Block]) -> Block:
    """Blocks that are kept together on a page."""
    return Block("samlet", {"deler": [b.json for b in blocks]})

"""What a report is made of: headings, paragraphs, figures, tables and diagrams, as the template takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Block:
    """One part of a page, in the template's words (`slag` says which kind)."""

    data: dict[str, Any]


def heading(text: str, level: int = 2) -> Block:
    return Block({"slag": "overskrift", "tekst": text, "niva": level})


def paragraph(text: str, *, quiet: bool = False) -> Block:
    return Block({"slag": "avsnitt", "tekst": text, "dempet": quiet})


def table(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float] = (), text: int = 1) -> Block:
    """A table. `widths` are the columns' parts of the width (the first three times the others' without); the first `text`
    columns are words, the others figures.
    """
    shares = list(widths) or [3.0, *[1.0] * (len(head) - 1)]
    return Block(
        {"slag": "tabell", "hode": list(head), "rader": [list(r) for r in rows], "bredder": shares, "tekst": text}
    )

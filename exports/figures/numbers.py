"""The figures of Lokal oversikt, ready to be drawn: the unit's own counts, and shares of all units to compare with.

Other units' figures are never shown as counts, only as a share of all units in whole per cent. No share is shown where
the other units' part of it is small or could be found from the rest (checks/small_numbers.py decides).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from checks.small_numbers import hidden


@dataclass(frozen=True)
class Answer:
    """One code of a diagram: its text, how many forløp have it, and its share in all units (0–1, rounded to whole per
    cent; None: not shown).
    """

    kode: int
    tekst: str
    n: int
    nation: float | None = None


@dataclass(frozen=True)
class Distribution:
    """The codes of one diagram in their order. `compared`: all units are to be shown beside, where they may be."""

    answers: tuple[Answer, ...]
    compared: bool = False

    @property
    def whole(self) -> int:
        """The denominator: forløp that have any of the codes."""
        return sum(answer.n for answer in self.answers)

    def hides(self, *codes: int) -> bool:
        """Whether the share of all units is held back for one of the codes (for any code, when none is named)."""
        return self.compared and any(a.nation is None for a in self.answers if not codes or a.kode in codes)

    def n(self, *codes: int) -> int:
        return sum(answer.n for answer in self.answers if answer.kode in codes)

    def nation(self, *codes: int) -> float | None:
        """The share of all units' forløp with one of the codes; None when the share of a code may not be shown."""
        shares = [answer.nation for answer in self.answers if answer.kode in codes]
        known = [share for share in shares if share is not None]
        return sum(known) if shares and len(known) == len(shares) else None


@dataclass(frozen=True)
class Pair:
    """Means at the first and the last visit of the same `n` forløp; `down` and `up` count the forløp that changed.

    `nation` is (first, last) of all units; `hides` says that it is held back.
    """

    n: int
    first: float
    last: float
    down: int
    up: int
    nation: tuple[float, float] | None = None
    hides: bool = False


@dataclass(frozen=True)
class Numbers:
    """All figures that the charts of one choice draw."""

    counts: Mapping[str, Distribution]
    pairs: Mapping[str, Pair]
    months: pl.DataFrame
    avdelinger: pl.DataFrame

    def of(self, diagram: str) -> Distribution:
        return self.counts.get(diagram, Distribution(()))


def distributions(rows: pl.DataFrame, smallest: int) -> dict[str, Distribution]:
    """Diagram -> distribution, from rows with diagram, kode, tekst and three counts: n (of the choice), enhetens (of the
    whole unit) and andre (of the other units). The last two are null when nothing is to be compared.

    Counts of other units under `smallest` may not be seen.
    """
    found = {}
    for (diagram,), part in rows.group_by("diagram", maintain_order=True):
        lines = part.to_dicts()
        compared = lines[0]["andre"] is not None
        shares = _shares({r["kode"]: (r["enhetens"], r["andre"]) for r in lines}, smallest) if compared else {}
        found[str(diagram)] = Distribution(
            tuple(Answer(r["kode"], r["tekst"], r["n"], shares.get(r["kode"])) for r in lines), compared
        )
    return found


def _shares(counts: Mapping[int, tuple[int, int]], smallest: int) -> dict[int, float]:
    """Code -> share of all units, for the codes that may be shown. `counts` is code -> (the unit's, the other units')."""
    others = np.array([[other] for _, other in counts.values()])
    *masks, total = hidden(others, smallest)
    if total or others.sum() < smallest:
        return {}
    whole = sum(own + other for own, other in counts.values())
    # Rounded here and not in the texts, because the figures behind a chart can be read in the browser.
    return {code: round(sum(counts[code]) / whole, 2) for code, mask in zip(counts, masks, strict=True) if not mask}


def pairs(rows: Iterable[Mapping[str, Any]], smallest: int) -> dict[str, Pair]:
    """Measure -> pair, from rows with maal, n, forste, siste (sums), n_ned, n_opp, the same of all units, and andre_n.

    Means of all units are left out where the other units have fewer forløp than `smallest`. They are rounded here,
    because the figures behind a chart can be read in the browser, and an exact mean tells how many forløp it is of.
    """
    found = {}
    for row in rows:
        own, whole = int(row["n"]), int(row["alle_n"])
        nation = None
        if row["andre_n"] >= smallest:
            nation = (round(row["alle_forste"] / whole, 1), round(row["alle_siste"] / whole, 1))
        if own:
            found[str(row["maal"])] = Pair(
                own,
                row["forste"] / own,
                row["siste"] / own,
                int(row["n_ned"]),
                int(row["n_opp"]),
                nation,
                bool(whole and nation is None),
            )
    return found

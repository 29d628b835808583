"""Shares to be shown as bars: every answer of one diagram, or several shares with a denominator each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checks import in_words
from exports.figures.numbers import Numbers

NATION = "Alle enheter"
HELD_BACK = "Der det ikke er noen strek for alle enheter, er de andre enhetenes tall for små til å vises."


@dataclass(frozen=True)
class Bar:
    """A share: `n` of `whole` forløp, and the share of all units (0–1; None: not shown). A `quiet` bar is grey."""

    label: str
    n: int
    whole: int
    nation: float | None = None
    quiet: bool = False

    @property
    def share(self) -> float:
        return 100 * self.n / self.whole if self.whole else 0.0

    @property
    def words(self) -> str:
        return f"{in_words.percent(self.n, self.whole)} ({in_words.number(self.n)})" if self.whole else "ingen"


@dataclass(frozen=True)
class Bars:
    """Bars in their order, and the words around them: `what` they are shares of, and how many these are when all bars have
    the same denominator (`whole`); `axis` names what is counted. `notes` are sentences under the chart.
    """

    title: str
    what: str
    bars: tuple[Bar, ...]
    axis: str
    whole: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def of(self) -> bool:
        """Whether each bar has a denominator of its own."""
        return self.whole is None

    @property
    def subtitle(self) -> str:
        return self.what if self.whole is None else f"{in_words.number(self.whole)} {self.what}"


def all_of(
    title: str,
    of: str,
    numbers: Numbers,
    diagram: str,
    *,
    axis: str = "Andel av forløpene",
    quiet: tuple[int, ...] = (),
    notes: tuple[str, ...] = (),
) -> Bars | None:
    """A bar for every answer of a diagram in its order, also those that no forløp has: that nobody gave an answer is
    something to see. The codes in `quiet` are grey, at the end.

    None when the choice has no forløp with an answer.
    """
    found = numbers.of(diagram)
    if not found.whole:
        return None
    bars = tuple(
        Bar(a.tekst, a.n, found.whole, a.nation, a.kode in quiet)
        for a in sorted(found.answers, key=lambda a: a.kode in quiet)
    )
    held_back = (HELD_BACK,) if found.hides() else ()
    return Bars(title, of, bars, axis, found.whole, (*notes, *held_back))


def rates(title: str, what: str, numbers: Numbers, lines: Sequence[tuple[str, int, str]]) -> Bars | None:
    """A bar for each (diagram, code, label): the share of the diagram's forløp with the code. None when all are empty."""
    found = [(numbers.of(diagram), code, label) for diagram, code, label in lines]
    bars = tuple(Bar(label, d.n(code), d.whole, d.nation(code)) for d, code, label in found if d.whole)
    if not bars:
        return None
    hides = any(d.whole and d.hides(code) for d, code, _ in found)
    return Bars(title, what, bars, "Andel", notes=(HELD_BACK,) if hides else ())

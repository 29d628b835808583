"""How long the periods of a chart over time are: months, or quarters or years where months are too small to be compared.

A share of few forløp swings by chance alone: of 10, one forløp moves it by 10 percentage points. A chart therefore has the
shortest periods of which the usual one has at least LEAST, and not more than MOST, so that n can stand at every point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from statistics import median

from checks import in_words

LEAST = 10  # forløp in the denominator of the usual period
MOST = 24  # periods in one chart


@dataclass(frozen=True)
class Grain:
    """A length of period: what one is called, several, and the first month of the one that a month is in."""

    name: str
    several: str
    length: int
    begins: Callable[[date], date]


MONTH = Grain("måned", "måneder", 1, lambda month: month)
QUARTER = Grain("kvartal", "kvartaler", 3, lambda month: month.replace(month=(month.month - 1) // 3 * 3 + 1))
YEAR = Grain("år", "år", 12, lambda month: month.replace(month=1))
GRAINS = (MONTH, QUARTER, YEAR)


@dataclass(frozen=True)
class Span:
    """The months of one period that the user has chosen: all of them, some where the choice begins or ends within it, or
    more where too few forløp in the first have joined the next.
    """

    grain: Grain
    months: tuple[date, ...]

    @property
    def first(self) -> date:
        return self.months[0]

    @property
    def last(self) -> date:
        return self.months[-1]

    @property
    def whole(self) -> bool:
        """Whether these are the months of one period of the calendar, no more and no fewer."""
        return len(self.months) == self.grain.length and self.grain.begins(self.last) == self.first

    @property
    def words(self) -> str:
        """«nov. 2026», «4. kvartal 2026», «2026», or the months of a period that is not chosen whole."""
        if len(self.months) == 1:
            return in_words.month(self.first)
        if not self.whole:
            first = (
                in_words.month(self.first)
                if self.first.year < self.last.year
                else in_words.MONTHS[self.first.month - 1]
            )
            return f"{first}–{in_words.month(self.last)}"
        return (
            f"{self.first.month // 3 + 1}. kvartal {self.first.year}" if self.grain is QUARTER else str(self.first.year)
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """The words under an axis, the year on a line of its own."""
        year = str(self.last.year)
        if self.grain is YEAR and self.whole:
            return (year,)
        if self.grain is QUARTER and self.whole:
            return f"{self.first.month // 3 + 1}. kv.", year
        first, last = (in_words.MONTHS[m.month - 1].rstrip(".")[:3] for m in (self.first, self.last))
        return first if len(self.months) == 1 else f"{first}–{last}", year


def spans(months: Sequence[date], grain: Grain, n: Mapping[date, int] | None = None) -> list[Span]:
    """The chosen months in periods, also those without forløp.

    With `n`, the forløp of each month, a first period that the choice cuts off and that has fewer than LEAST joins the
    next: one forløp of a December is no year to compare with.
    """
    found = [Span(grain, tuple(part)) for _, part in groupby(months, key=grain.begins)]
    if n is None or len(found) < 2:
        return found
    cut, following, *rest = found
    if cut.whole or sum(n.get(month, 0) for month in cut.months) >= LEAST:
        return found
    return [Span(grain, cut.months + following.months), *rest]


def choose(months: Sequence[date], n: Mapping[date, int], running: date | None = None) -> tuple[Grain, str]:
    """The length of the periods, and a sentence that says why they are no months («» when they are).

    `n` has the forløp of each month. The period that is not over says nothing of how many a usual one has.
    """
    said = ""
    for grain in GRAINS:
        found = spans(months, grain)
        many = usual([sum(n.get(m, 0) for m in span.months) for span in found if running not in span.months])
        if grain is YEAR or (many >= LEAST and len(found) <= MOST):
            return grain, said and f"Vist per {grain.name}: {said}."
        said = small(many) if grain is MONTH and many < LEAST else said or f"det er flere enn {MOST} {grain.several}"
    raise AssertionError("years are always chosen")


def usual(sizes: Sequence[int]) -> float:
    """How many forløp the usual period has: the median, from the first period that has any."""
    began = next((i for i, size in enumerate(sizes) if size), len(sizes))
    return median(sizes[began:]) if sizes[began:] else 0


def small(many: float) -> str:
    """What it means that the usual month has so few, as the middle of a sentence."""
    return (
        f"en vanlig {MONTH.name} har {in_words.number(many, 0 if many == int(many) else 1)} forløp i nevneren, og med under "
        f"{LEAST} flytter ett forløp andelen mer enn {100 // LEAST} prosentpoeng"
    )

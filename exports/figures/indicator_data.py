"""The published indicators, added up over months: for one unit, for every unit, and for the nation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Any

import duckdb
import numpy as np

from checks import in_words, proportions
from checks.small_numbers import hidden
from exports.figures.data import BY_UNIT_AND_MONTH, Period


@dataclass(frozen=True)
class Definition:
    """An indicator, in the words of the published indikatordefinisjoner. `hoved` is the main indicator of a variant."""

    indikator: str
    navn: str
    kort: str
    hoved: str | None
    maal: str
    status: str
    teller_tekst: str
    nevner_tekst: str
    utelatt_tekst: str
    valg: str

    @property
    def is_share(self) -> bool:
        return self.maal == "andel"

    @property
    def in_use(self) -> bool:
        return self.status == "beregnet"


@dataclass(frozen=True)
class Value:
    """What an indicator's figure is made of: `hits` forløp of `n`, or for a mean the sum and the sum of squares."""

    hits: float
    n: int
    squares: float = 0.0

    @property
    def figure(self) -> float | None:
        """The share (0–1) or the mean; None for an empty denominator."""
        return self.hits / self.n if self.n else None

    def interval(self, share: bool, level: float = proportions.LEVEL) -> tuple[float, float] | None:
        """Wilson's interval of a share, the normal interval of a mean; None when it cannot be computed."""
        if share:
            return proportions.wilson(self.hits, self.n, level)
        deviation = proportions.spread(self.hits, self.squares, self.n)
        if deviation is None:
            return None
        low, high = proportions.mean_interval(self.hits / self.n, deviation, self.n, level)
        return max(0.0, low), high  # no dose is negative, though the normal interval of few and uneven doses may be


def total(values: Sequence[Value]) -> Value:
    """The sums of all values, so that the figure is the sum of numerators ÷ the sum of denominators."""
    return Value(sum(v.hits for v in values), sum(v.n for v in values), sum(v.squares for v in values))


def unweighted(values: Sequence[Value]) -> float | None:
    """The registry's own national figure: the mean of the units' figures, where every unit counts the same."""
    known = [figure for v in values if (figure := v.figure) is not None]
    return fmean(known) if known else None


def definitions(con: duckdb.DuckDBPyConnection) -> list[Definition]:
    """Every indicator and variant, in the report's order."""
    frame = con.execute("select * exclude (nr) from indikatordefinisjoner order by nr").pl()
    return [Definition(**row) for row in frame.iter_rows(named=True)]


def by_indicator(con: duckdb.DuckDBPyConnection, unit: str | None, period: Period) -> dict[str, Value]:
    """Indicator -> value in the period, of the unit with this RESH-id, or of all units when it is None."""
    return {row["indikator"]: _value(row) for row in _sums(con, "indikator", unit, None, period)}


def by_month(con: duckdb.DuckDBPyConnection, indicator: str, unit: str | None, period: Period) -> dict[date, Value]:
    """Month -> value, for every month of the period, also those without forløp."""
    found = {row["fra"]: _value(row) for row in _sums(con, "fra", unit, indicator, period)}
    return {month: found.get(month, Value(0, 0)) for month in period.months}


def by_unit(con: duckdb.DuckDBPyConnection, indicator: str, period: Period) -> dict[str, Value]:
    """Name of unit -> value, for every unit with forløp in the period."""
    return {row["SykehusNavn"]: _value(row) for row in _sums(con, '"SykehusNavn"', None, indicator, period)}


def dekningsgrad_by_unit(con: duckdb.DuckDBPyConnection, period: Period) -> dict[str, Value]:
    """Name of unit -> dekningsgrad (InklusjonStatus of InklKritOppf), for every unit with forløp in the period."""
    rows = con.execute(
        'select "SykehusNavn", sum(n_inklusjon_status)::integer, sum(n_inkl_krit_oppf)::integer from dekningsgrad'
        f' where {BY_UNIT_AND_MONTH} and fra between ? and ? group by "SykehusNavn" order by "SykehusNavn"',
        [period.first, period.last],
    ).fetchall()
    return {name: Value(hits, n) for name, hits, n in rows}


def may_show(
    values: dict[str, Value], share: bool, smallest: int, variant: dict[str, Value] | None = None
) -> tuple[set[str], bool]:
    """(the names whose figures may be shown outside the unit, whether the total may), when all stand in one table.

    `variant` are the values with the other denominator, when those are shown too: a difference between the denominators
    is a count that must not be small either.
    """
    parts = []
    for name, value in values.items():
        other = variant.get(name, value) if variant else value
        narrow = min(value.n, other.n)
        hits = round(value.hits)
        parts.append([hits, narrow - hits, max(value.n, other.n) - narrow] if share else [value.n])
    if not parts:
        return set(), True
    mask = hidden(np.array(parts), smallest)
    return {name for name, gone in zip(values, mask[:-1], strict=True) if not gone}, not mask[-1]


def others_share(own: Value, everybody: Value, share: bool, smallest: int) -> float | None:
    """The figure of all units, for a unit that knows its own; None when the other units' part of it is too small to show.

    A share is rounded to whole per cent, so that nobody can learn a count by subtracting two periods.
    """
    rest = Value(everybody.hits - own.hits, everybody.n - own.n)
    allowed, _ = may_show({"andre": rest}, share, smallest)
    if not allowed or not rest.n:
        return None
    figure = everybody.hits / everybody.n
    return round(figure, 2) if share else round(figure)


def shown(figure: float | None, share: bool) -> str:
    """«83,3 %» or «41,5 mg», or words when the denominator is empty."""
    if figure is None:
        return "ingen i nevneren"
    return f"{in_words.number(100 * figure, 1)}\u00a0%" if share else f"{in_words.number(figure, 1)}\u00a0mg"


def _value(row: dict[str, Any]) -> Value:
    return Value(float(row["teller"]), int(row["nevner"]), float(row["kvadratsum"] or 0))


def _sums(
    con: duckdb.DuckDBPyConnection, by: str, unit: str | None, indicator: str | None, period: Period
) -> list[dict[str, Any]]:
    """The sums of the published rows, grouped by the column `by`."""
    return (
        con.execute(
            f"select {by}, sum(teller)::double as teller, sum(nevner)::integer as nevner,"
            " sum(kvadratsum)::double as kvadratsum from kvalitetsindikatorer"
            f" where status = 'beregnet' and populasjon = 'alle' and {BY_UNIT_AND_MONTH} and fra between ? and ? and (? is null or \"AvdRESH\" = ?)"
            f" and (? is null or indikator = ?) group by {by} order by {by}",
            [period.first, period.last, unit, unit, indicator, indicator],
        )
        .pl()
        .to_dicts()
    )

"""Which units lie outside what chance alone gives: the limits of a funnel around the pooled figure."""

from __future__ import annotations

from checks import proportions
from exports.figures.indicator_data import Definition, Value


def limits(definition: Definition, centre: float, deviation: float, n: int, level: float) -> tuple[float, float]:
    """The ends of the funnel around `centre` at `n` forløp; `deviation` is the spread of the forløp, of a mean."""
    if definition.is_share:
        return proportions.funnel(centre, n, level)
    low, high = proportions.mean_interval(centre, deviation, n, level)
    return max(0.0, low), high


def side(definition: Definition, value: Value, whole: Value) -> str:
    """«over» or «under» when the unit is outside the 99,8 % limits, «» otherwise."""
    centre = whole.figure
    if value.figure is None or centre is None:
        return ""
    deviation = proportions.spread(whole.hits, whole.squares, whole.n) or 0.0
    low, high = limits(definition, centre, deviation, value.n, proportions.OUTER)
    return "under" if value.figure < low else "over" if value.figure > high else ""

"""Bars of shares, drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.results.charts.drawn import Drawn
from app.results.charts.look import Look
from app.results.charts.parts import bars_across
from exports.figures.numbers import Numbers
from exports.figures.shares import Bars


def drawn(find: Callable[[Numbers], Bars | None]) -> Callable[[Numbers, Look], Drawn | None]:
    """A chart of the bars that `find` gives; no chart when it gives none."""

    def draw(numbers: Numbers, colours: Look) -> Drawn | None:
        found = find(numbers)
        if found is None:
            return None
        made = bars_across(found.title, found.subtitle, found.bars, colours, axis=found.axis, of=found.of)
        return replace(made, notes=found.notes)

    return draw

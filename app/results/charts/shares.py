"""Bars of shares: every answer of one diagram, or several shares with a denominator each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.results.charts.drawn import Drawn
from app.results.charts.look import Look
from app.results.charts.parts import HELD_BACK, Bar, bars_across
from app.ui import texts
from exports.figures.numbers import Numbers


def all_of(
    title: str,
    of: str,
    numbers: Numbers,
    diagram: str,
    colours: Look,
    *,
    axis: str = "Andel av forløpene",
    quiet: tuple[int, ...] = (),
    notes: tuple[str, ...] = (),
) -> Drawn | None:
    """A bar for every answer of a diagram in its order, also those that no forløp has: that nobody gave an answer is
    something to see. The codes in `quiet` are grey, at the end. `notes` are sentences under the chart.

    None when the choice has no forløp with an answer.
    """
    found = numbers.of(diagram)
    if not found.whole:
        return None
    bars = [
        Bar(a.tekst, a.n, found.whole, a.nation, a.kode in quiet)
        for a in sorted(found.answers, key=lambda a: a.kode in quiet)
    ]
    drawn = bars_across(title, f"{texts.number(found.whole)} {of}", bars, colours, axis=axis)
    return replace(drawn, notes=(*notes, *([HELD_BACK] if found.hides() else [])))


def rates(
    title: str, subtitle: str, numbers: Numbers, lines: Sequence[tuple[str, int, str]], colours: Look
) -> Drawn | None:
    """A bar for each (diagram, code, label): the share of the diagram's forløp with the code. None when all are empty."""
    found = [(numbers.of(diagram), code, label) for diagram, code, label in lines]
    bars = [Bar(label, d.n(code), d.whole, d.nation(code)) for d, code, label in found if d.whole]
    if not bars:
        return None
    drawn = bars_across(title, subtitle, bars, colours, axis="Andel", of=True)
    return replace(drawn, notes=(HELD_BACK,) if any(d.whole and d.hides(code) for d, code, _ in found) else ())

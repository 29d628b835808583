"""The diagrams of a report as data: where the marks stand, and what is not drawn."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from exports.figures.grain import QUARTER, Span
from exports.figures.indicator_data import Definition, Value
from exports.figures.numbers import Answer, Distribution, Pair
from exports.figures.shares import Bar, Bars
from exports.reports import charts
from exports.reports.blocks import Block
from exports.reports.source import Point

SHARE = Definition("I1", "Navn", "Kort", None, "andel", "beregnet", "", "", "", "")


def quarters(*values: Value | None, beside: float | None = None) -> list[Point]:
    months = [tuple(date(2025, 3 * q + m, 1) for m in (1, 2, 3)) for q in range(len(values))]
    return [Point(Span(QUARTER, span), value, beside) for span, value in zip(months, values, strict=True)]


def drawn(block: Block | None) -> dict[str, Any]:
    assert block is not None
    return block.json


def test_a_quarter_without_forlop_or_that_is_hidden_has_no_point() -> None:
    found = drawn(charts.over_time("T", "u", quarters(Value(15, 20), Value(0, 0), None, beside=0.5), "Enheten"))
    first, empty, hidden = found["punkter"]
    assert (first["y"], first["n"], first["ord"], first["andre"]) == (0.75, "20", ["1. kv.", "2025"], 0.5)
    assert first["lav"] < 0.75 < first["hoy"]
    assert (empty["y"], empty["n"], empty["lav"]) == (None, "0", None)
    assert (hidden["y"], hidden["n"]) == (None, "–")
    assert "3. kvartal 2025: vises ikke" in found["alt"] and "2. kvartal 2025: ingen" in found["alt"]
    assert charts.over_time("T", "u", quarters(Value(0, 0), None), "Enheten") is None


@pytest.mark.parametrize(("n", "joined"), [(9, False), (10, True)])
def test_small_quarters_are_not_joined(n: int, joined: bool) -> None:
    assert drawn(charts.over_time("T", "u", quarters(*[Value(n - 1, n)] * 3), "E"))["bundet"] is joined


def test_an_axis_of_means_has_room_for_the_intervals() -> None:
    found = drawn(charts.over_time("T", "u", quarters(Value(600, 10, 90_000.0)), "E", share=False))
    (point,) = found["punkter"]
    assert 0 <= point["lav"] < point["y"] < point["hoy"] <= 1
    assert found["akse"][0] == [0.0, "0"] and found["akse"][-1][0] == 1.0


@pytest.mark.parametrize("most", [0.4, 1, 3, 7, 49, 120, 1480])
def test_a_scale_ends_at_a_round_number_beyond_the_most(most: float) -> None:
    end, ticks = charts.scale(most)
    assert most <= end and 2 <= len(ticks) <= 6
    assert ticks[-1][0] == 1.0


def test_the_nations_bars_have_no_counts() -> None:
    bars = Bars("T", "forløp", (Bar("Ja", 7, 90, 0.62), Bar("Nei", 3, 90, None)), "Andel", 90)
    nation = drawn(charts.bars(bars, nation=True))
    assert [row["tekst"] for row in nation["rader"]] == ["62\u00a0%", "vises ikke"]
    assert nation["rader"][1]["del"] is None and not any(count in str(nation) for count in ("90", "7", "3)"))
    unit = drawn(charts.bars(bars, nation=False))
    assert unit["under"] == "90 forløp" and unit["rader"][0]["tekst"] == "7,8\u00a0% (7)"
    assert unit["rader"][0]["andre"] == 0.62


def test_the_nations_falls_and_doses_are_those_that_may_be_shown() -> None:
    pair = Pair(43, 6.71, 5.33, 30, 5, (6.8, 5.1))
    (row,) = drawn(charts.falls("T", "u", [("I ro", pair)], nation=True))["rader"]
    assert (row["tekst"], row["andre"], row["under"]) == ("6,8 → 5,1", None, "")
    (row,) = drawn(charts.falls("T", "u", [("I ro", pair)], nation=False))["rader"]
    assert row["tekst"].startswith("6,7 → 5,3 (n") and row["andre"] == pytest.approx([0.68, 0.51])
    some = Distribution((Answer(0, "0", 3, None), Answer(1, "1–30", 17, 0.85)), compared=True)
    none, shown = drawn(charts.grouped("T", "u", "mg", some, some, nation=True))["rader"]
    assert (none["forste"], none["siste"]) == (None, None) and shown["forste"] == pytest.approx(0.85 / 0.9)


def test_units_stand_by_their_figures_and_those_outside_the_funnel_are_named() -> None:
    units = {"A": Value(10, 100), "B": Value(60, 100), "C": Value(0, 0)}
    rows = drawn(charts.ranking("T", "u", units, 0.35, share=True))["rader"]
    assert [row["navn"] for row in rows] == ["B", "A"]
    marks = drawn(charts.funnel(SHARE, units, Value(70, 200)))["merker"]
    assert {mark["navn"]: mark["utenfor"] for mark in marks} == {"A": True, "B": True}
    assert charts.funnel(SHARE, {"A": Value(10, 100)}, Value(10, 100)) is None
    assert charts.ranking("T", "u", {"C": Value(0, 0)}, None, share=True) is None

"""Both engines of the rules say the same of a great many forms: whole ones, halves, wrong ones and empty ones.

Hypothesis looks for the smallest form on which they part (test_conditions_property.py); this one counts on numbers: 10,000
of each form at full size. The seed is fixed, so that a failure comes again.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl
import pytest

from checks.answers import Shape, shape, visible
from checks.codebook import Variabel, load
from checks.validation import checker, judged_columns
from checks.values import dtype
from checks.violations import Level
from tests.property.random_answers import frame
from tests.sizes import size

FORMS = sorted(load().skjema)
TODAY = date(2026, 11, 23)
LEVELS: tuple[Level, ...] = ("lagre", "ferdigstill")
# How often a question is answered, and how often an answer is one that it may not have.
KINDS = ((1.0, 0.0), (0.5, 0.0), (0.8, 0.1), (0.1, 0.3), (0.0, 0.0))


def possible(v: Variabel) -> list[Any]:
    if v.koder:
        return [k.kode for k in v.koder]
    kind = dtype(v)
    if kind == pl.Date():
        return [(TODAY - timedelta(days=ago)).isoformat() for ago in (0, 1, 2, 5, 40, 400, 4000)]
    if kind == pl.String():
        return ["M54.5", "C50.9", "x"]
    if v.type == "avkrysning":
        return [0, 1]
    low, high = v.hardt or (0, 100)
    return [*range(int(low), min(int(high), 40) + 1), *((low + 0.5, high) if kind == pl.Float64() else ())]


def impossible(v: Variabel) -> list[Any]:
    """Of the question's type, and outside what it may have."""
    kind = dtype(v)
    if kind == pl.Date():
        return ["1899-12-31", (TODAY + timedelta(days=1)).isoformat()]
    if kind == pl.String():
        return ["0", "x"]
    low, high = v.hardt or (0, 100)
    return [int(low) - 1, int(high) + 1, 4711, -1]


def some(form: Shape, random: Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(documents, their surroundings): as many as the test's size, of all KINDS in turn."""
    choices = {name: (possible(v), impossible(v)) for name, v in form.columns.items()}
    beside = {name: possible(load().variabel(name.partition(".")[2])) for name in form.context}
    rows, around = [], []
    for number in range(size(150, 10_000)):
        answered, wrong = KINDS[number % len(KINDS)]
        rows.append(
            {
                name: random.choice(values[random.random() < wrong]) if random.random() < answered else None
                for name, values in choices.items()
            }
        )
        around.append({name: random.choice([None, *values]) for name, values in beside.items()})
    return rows, around


@pytest.mark.parametrize("skjema", FORMS)
def test_columns_and_rows_are_judged_alike(skjema: str) -> None:
    form = shape(skjema)
    rows, around = some(form, Random(skjema))
    columns = frame(form, rows, around)
    shown = columns.select(**form.visible).to_dicts()
    unlike = [
        n for n, row in enumerate(rows) if visible(form, row, around[n]) != {k for k, yes in shown[n].items() if yes}
    ]
    assert unlike == []
    for level in LEVELS:
        judge = checker(skjema, level)
        by_column = judge.problems(judged_columns(form, columns, TODAY))
        by_row = [p for n, row in enumerate(rows) for p in judge.judge(row, around[n], TODAY, n).problems]
        assert by_column == by_row
        assert by_column, "ingen av skjemaene var gale"

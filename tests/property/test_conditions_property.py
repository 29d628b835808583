"""Proves the compiled Polars expressions against a plain evaluator, on random answers of every form."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.answers import cleared, shape, visible
from checks.codebook import Variabel, load
from checks.conditions import Betingelse, Eller, Er, Ikke, Og
from checks.validation import check
from tests.property.random_answers import answers, context
from tests.sizes import examples

FORMS = sorted(load().skjema)


def holds(condition: Betingelse | None, answers: dict[str, Any], columns: dict[str, Any]) -> bool:
    """The meaning of a condition: a question that is hidden or not asked counts as blank."""
    match condition:
        case None:
            return True
        case Er(variabel=name, verdier=values):
            asked = name not in columns or shown(columns[name], answers, columns)
            return asked and answers.get(name) in values
        case Og(deler=parts):
            return all(holds(p, answers, columns) for p in parts)
        case Eller(deler=parts):
            return any(holds(p, answers, columns) for p in parts)
        case Ikke(del_=part):
            return not holds(part, answers, columns)


def shown(v: Variabel, answers: dict[str, Any], columns: dict[str, Any]) -> bool:
    return v.aktiv and holds(v.vises_naar, answers, columns)


@pytest.mark.parametrize("skjema", FORMS)
@settings(max_examples=examples(12), deadline=None)
@given(data=st.data())
def test_visible_is_what_the_conditions_say(skjema: str, data: st.DataObject) -> None:
    document, around = data.draw(answers(skjema)), data.draw(context(skjema))
    columns = dict(shape(skjema).columns)
    expected = {n for n, v in columns.items() if shown(v, {**document, **around}, columns)}
    assert visible(shape(skjema), document, around) == expected


@pytest.mark.parametrize("skjema", FORMS)
@settings(max_examples=examples(12), deadline=None)
@given(data=st.data())
def test_what_may_be_completed_may_be_saved(skjema: str, data: st.DataObject) -> None:
    document, around = data.draw(answers(skjema)), data.draw(context(skjema))
    completing = {(p.code, p.variabel) for p in check(skjema, [document], "ferdigstill", context=[around])}
    saving = {(p.code, p.variabel) for p in check(skjema, [document], "lagre", context=[around])}
    assert saving <= completing


@pytest.mark.parametrize("skjema", FORMS)
@settings(max_examples=examples(12), deadline=None)
@given(data=st.data())
def test_clearing_leaves_only_what_is_shown_and_doing_it_twice_changes_nothing(
    skjema: str, data: st.DataObject
) -> None:
    document, around = data.draw(answers(skjema)), data.draw(context(skjema))
    kept, told = cleared(shape(skjema), document, around)
    answered = {n for n, v in kept.items() if v is not None and shape(skjema).columns[n].aktiv}
    assert answered <= visible(shape(skjema), document, around)
    assert cleared(shape(skjema), kept, around) == (kept, ())
    assert all(v.navn not in kept for v in told)


@settings(max_examples=examples(30), deadline=None)
@given(rows=st.lists(answers("b11"), min_size=2, max_size=6))
def test_many_rows_are_judged_as_each_row_alone(rows: list[dict[str, Any]]) -> None:
    together = {(p.rad, p.code, p.variabel) for p in check("b11", rows, "ferdigstill")}
    alone = {(i, p.code, p.variabel) for i, row in enumerate(rows) for p in check("b11", [row], "ferdigstill")}
    assert together == alone

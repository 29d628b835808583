"""Proves both engines of conditions and violations against each other, and what is shown against a plain evaluator."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.answers import cleared, shape, visible
from checks.codebook import Variabel, load
from checks.conditions import Betingelse, Eller, Er, Ikke, Og
from checks.errors import Problem
from checks.validation import checker, judged_columns
from checks.violations import Level
from tests.property.random_answers import answers, any_answers, context, frame
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
    completing = {(p.code, p.variabel) for p in checker(skjema, "ferdigstill").check([document], [around])}
    saving = {(p.code, p.variabel) for p in checker(skjema, "lagre").check([document], [around])}
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


Documents = tuple[list[dict[str, Any]], list[dict[str, Any]]]


@st.composite
def documents(draw: st.DrawFn, skjema: str) -> Documents:
    """Some documents with their surroundings."""
    rows = draw(st.lists(st.tuples(any_answers(skjema), context(skjema)), min_size=1, max_size=3))
    return [document for document, _ in rows], [around for _, around in rows]


@pytest.mark.parametrize("level", ["lagre", "ferdigstill"])
@pytest.mark.parametrize("skjema", FORMS)
@settings(max_examples=examples(12), deadline=None)
@given(data=st.data(), today=st.sampled_from([None, date(2026, 11, 23)]))
def test_columns_and_documents_break_the_same_rules_in_the_same_words(
    skjema: str, level: Level, data: st.DataObject, today: date | None
) -> None:
    form, judge = shape(skjema), checker(skjema, level)
    rows, around = data.draw(documents(skjema))
    by_column = judge.problems(judged_columns(form, frame(form, rows, around), today))
    assert by_column == judge.check(rows, around, today)
    assert by_column == [p for i, row in enumerate(rows) for p in judge.judge(row, around[i], today, i).problems]


@pytest.mark.parametrize("skjema", FORMS)
@settings(max_examples=examples(12), deadline=None)
@given(data=st.data())
def test_columns_and_documents_show_the_same_questions(skjema: str, data: st.DataObject) -> None:
    form = shape(skjema)
    rows, around = data.draw(documents(skjema))
    by_column = frame(form, rows, around).select(**form.visible).to_dicts()
    for row, context_, shown in zip(rows, around, by_column, strict=True):
        assert visible(form, row, context_) == {name for name, yes in shown.items() if yes}


@pytest.mark.parametrize("skjema", FORMS)
@settings(max_examples=examples(12), deadline=None)
@given(data=st.data())
def test_many_rows_are_judged_as_each_row_alone(skjema: str, data: st.DataObject) -> None:
    rows, around = data.draw(documents(skjema))
    together = checker(skjema, "ferdigstill").check(rows, around)
    alone: list[Problem] = []
    for number, row in enumerate(rows):
        alone += [replace(p, rad=number) for p in checker(skjema, "ferdigstill").check([row], [around[number]])]
    assert together == alone

"""Proves, for both engines, that what hangs on a hidden question is hidden too, in whatever order the questions stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from checks.answers import Shape, shape, visible
from checks.codebook import Variabel, load
from checks.conditions import Betingelse, Er, Ikke

QUESTION = next(v for v in shape("b11").columns.values() if v.type == "avkrysning")


def question(navn: str, vises_naar: Betingelse | None = None) -> Variabel:
    """A box of that name, shown when the condition holds."""
    return replace(QUESTION, navn=navn, vises_naar=vises_naar, forhaandsvalg=None, paakrevd=False)


CHAIN = (question("C", Er("B", (1,))), question("B", Er("A", (1,))), question("A"), question("D", Ikke(Er("B", (1,)))))


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({"A": 1, "B": 1, "C": 1}, {"A", "B", "C"}),
        ({"A": 0, "B": 1, "C": 1}, {"A", "D"}),
        ({"B": 1}, {"A", "D"}),
        ({"A": 1}, {"A", "B", "D"}),
    ],
)
def test_the_answer_of_a_hidden_question_opens_nothing(
    backwards: bool, answers: dict[str, Any], shown: set[str]
) -> None:
    questions = CHAIN[::-1] if backwards else CHAIN
    form = Shape(replace(shape("b11").skjema, seksjoner=(), regler=()), {v.navn: v for v in questions}, load())
    assert visible(form, answers) == shown
    row = pl.DataFrame([{n: answers.get(n) for n in form.columns}], schema=form.dtypes)
    assert {n for n, yes in row.select(**form.visible).row(0, named=True).items() if yes} == shown

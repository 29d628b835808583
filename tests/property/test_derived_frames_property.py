"""Proves that whole frames (the demo, imports) are computed exactly as one form on the screen is."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import derived
from checks.answers import cleared, shape
from checks.derived_frames import BIRTH_DATE, PAIN_KINDS, clear_hidden, derive_frame, type_expr
from tests.property.random_answers import answers, context, frame
from tests.sizes import examples

FORMS = ("to", "b11", "b12", "b21", "b22", "pasreg", "hads", "eval", "opioid")
KINDS = st.lists(st.sampled_from([1, 2, 3, 4]), max_size=3)
BORN = st.none() | st.dates(date(1920, 1, 1), date(2019, 12, 31))


def documents(data: st.DataObject, skjema: str) -> list[tuple[dict[str, Any], dict[str, Any], date | None]]:
    """Some documents with their surroundings; B 1.1 has pain diagnoses, B 2.2 hours with decimals."""
    found = []
    for _ in range(data.draw(st.integers(1, 4))):
        document = data.draw(answers(skjema))
        if skjema == "b11":
            document["smertediagnoser"] = [{"SmerteKat": kind} for kind in data.draw(KINDS)]
            document["InnlDiag"] = data.draw(st.sampled_from([None, "M54.5"]))
        if skjema == "b22":
            document["TotTid"] = data.draw(st.none() | st.sampled_from([1.0, 1.3, 2, 7.0001, 19.5]))
        found.append((document, data.draw(context(skjema)), data.draw(BORN)))
    return found


def whole(skjema: str, rows: list[tuple[dict[str, Any], dict[str, Any], date | None]]) -> pl.DataFrame:
    """The documents as a frame, ready for ``derive_frame``."""
    data = frame(shape(skjema), [r[0] for r in rows], [r[1] for r in rows])
    kinds = [[d["SmerteKat"] for d in r[0].get("smertediagnoser", ())] for r in rows]
    return data.with_columns(
        pl.Series(BIRTH_DATE, [r[2] for r in rows], dtype=pl.Date),
        pl.Series(PAIN_KINDS, kinds, dtype=pl.List(pl.Int64)),
    )


@pytest.mark.parametrize("skjema", FORMS)
@settings(max_examples=examples(15), deadline=None)
@given(data=st.data())
def test_a_frame_is_derived_as_each_of_its_documents(skjema: str, data: st.DataObject) -> None:
    rows = documents(data, skjema)
    one_by_one = [derived.derive(skjema, d, birth_date=born, context=around) for d, around, born in rows]
    expected = frame(shape(skjema), one_by_one, [r[1] for r in rows])
    found = derive_frame(skjema, whole(skjema, rows))
    assert found.select(expected.columns).to_dicts() == expected.to_dicts()


@pytest.mark.parametrize("skjema", FORMS)
@settings(max_examples=examples(15), deadline=None)
@given(data=st.data())
def test_a_frame_is_cleared_as_each_of_its_documents(skjema: str, data: st.DataObject) -> None:
    rows = documents(data, skjema)
    one_by_one = [cleared(shape(skjema), document, around)[0] for document, around, _ in rows]
    expected = frame(shape(skjema), one_by_one, [r[1] for r in rows])
    found = clear_hidden(skjema, whole(skjema, rows))
    assert found.select(expected.columns).to_dicts() == expected.to_dicts()


NO_DRUGS, NOT_SEEN = {"TidligereRus": 0, "PaagaaRus": 0}, {"to.Tilsett": 2}


@pytest.mark.parametrize(
    ("document", "around", "name", "given_by_itself"),
    [
        (NO_DRUGS, {}, "LAR", 0),
        (NO_DRUGS | {"LAR": 2}, {}, "LAR", 2),
        ({"TidligereRus": 0, "PaagaaRus": 1}, {}, "LAR", None),
        ({}, NOT_SEEN, "Vetikke4b", 1),
        ({"Opioid4b": 0}, NOT_SEEN, "Vetikke4b", 1),
        ({"Opioid4b": 1}, NOT_SEEN, "Vetikke4b", None),
        ({}, {"to.Tilsett": 1}, "Vetikke4b", None),
    ],
)
def test_an_automatic_answer_is_given_in_a_frame_as_in_a_document(
    document: dict[str, Any], around: dict[str, Any], name: str, given_by_itself: int | None
) -> None:
    assert derived.derive("b11", document, context=around).get(name) == given_by_itself
    assert derive_frame("b11", whole("b11", [(document, around, None)]))[name].to_list() == [given_by_itself]


@settings(max_examples=examples(15), deadline=None)
@given(data=st.data())
def test_the_forlopstype_of_a_frame_is_that_of_each_document(data: st.DataObject) -> None:
    rows = documents(data, "to")
    expected = [derived.type_of(derived.derive("to", d, birth_date=born, context=around)) for d, around, born in rows]
    assert derive_frame("to", whole("to", rows)).select(type_expr()).to_series().to_list() == expected


@pytest.mark.parametrize("changed", [{}, {"Norsktalende": 0}, {"KognSvekket": None}, {"Tilsett": 2}, {"Tilsett": None}])
@pytest.mark.parametrize("samtykke", [(None, None), (0, 3), (0, 1), (1, None)])
def test_not_applicable_is_set_and_lifted_in_a_frame_as_in_a_document(samtykke: tuple, changed: dict) -> None:
    met = {"StartdatoTO": "2026-11-02", "Tilsett": 1, "Norsktalende": 1, "KognSvekket": 0}
    document = {**met, "SkriftligSamtyk": samtykke[0], "TypeManglSamt": samtykke[1], **changed}
    born = date(1970, 5, 4)
    expected = frame(shape("to"), [derived.derive("to", document, birth_date=born)], [{}])
    found = derive_frame("to", whole("to", [(document, {}, born)]))
    assert found.select(expected.columns).to_dicts() == expected.to_dicts()

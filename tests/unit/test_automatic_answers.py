"""Proves when an automatic answer is given while a form is typed, and when it goes with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from checks.answers import Shape, prefilled, shape_of, without_lapsed
from checks.codebook import read
from tests.codebooks import asked, changed

SEEN, NOT_SEEN = {"to.Tilsett": 1}, {"to.Tilsett": 2}
GIVEN = {"PaagaaRus": 0, "LAR": 0}


@pytest.fixture
def form(tmp_path: Path) -> Shape:
    """B 1.1 in which LAR is «nei» by itself for a patient who was seen and takes nothing."""
    when = {"verdi": 0, "naar": {"PaagaaRus": [0], **{name: [value] for name, value in SEEN.items()}}}
    book = read(changed(tmp_path / "kodebok", {"b11": lambda d: asked(d, "LAR").update(forhaandsvalg=when)}))
    return shape_of(book.skjema["b11"], book)


@pytest.mark.parametrize(
    ("typed", "around", "after"),
    [
        ({"PaagaaRus": 0}, SEEN, GIVEN),
        ({"PaagaaRus": 1}, SEEN, {"PaagaaRus": 1}),
        ({"PaagaaRus": 0, "LAR": 2}, SEEN, {"PaagaaRus": 0, "LAR": 2}),
    ],
)
def test_it_is_given_when_its_reason_is_there_and_nothing_is_answered(
    form: Shape, typed: dict[str, Any], around: dict[str, Any], after: dict[str, Any]
) -> None:
    assert prefilled(form, typed, around) == after
    assert "LAR" not in prefilled(form, {"PaagaaRus": 0}, NOT_SEEN)
    # What of the patient's drugs nobody knows is answered for one who was not seen.
    assert prefilled(form, {}, NOT_SEEN) == {"Vetikke4b": 1} and prefilled(form, {}, SEEN) == {}


@pytest.mark.parametrize(
    ("before", "after", "around", "left"),
    [
        (GIVEN, {"PaagaaRus": 1, "LAR": 0}, SEEN, {"PaagaaRus": 1}),
        (GIVEN, GIVEN, SEEN, GIVEN),
        # It was the user's: it had no reason, is another answer, or was answered with the change.
        (GIVEN, {"PaagaaRus": 1, "LAR": 0}, NOT_SEEN, {"PaagaaRus": 1, "LAR": 0}),
        ({"PaagaaRus": 0, "LAR": 2}, {"PaagaaRus": 1, "LAR": 2}, SEEN, {"PaagaaRus": 1, "LAR": 2}),
        ({"PaagaaRus": 0, "LAR": 2}, {"PaagaaRus": 1, "LAR": 0}, SEEN, {"PaagaaRus": 1, "LAR": 0}),
    ],
)
def test_it_goes_when_its_reason_has_gone(
    form: Shape, before: dict[str, Any], after: dict[str, Any], around: dict[str, Any], left: dict[str, Any]
) -> None:
    assert without_lapsed(form, before, after, around) == left

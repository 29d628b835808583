"""Proves what is cleared of a form that is completed, and which of it the user is told."""

from __future__ import annotations

from typing import Any

import pytest

from checks.answers import cleared, shape

DOSE = {"Opioid4b": 0, "DDMoTbl": 5, "OMEQMoTbl": 5.0, "MoEkvivalens": 5.0}
BLOCK = {"SentralBlokkB11": 0, "EDAB11": 1, "SAB11": 0}


@pytest.mark.parametrize(
    ("answers", "told", "left"),
    [
        # What is computed goes too, and is nobody's answer; nor is a box that was never ticked.
        (DOSE, ["DDMoTbl"], {"Opioid4b": 0}),
        (BLOCK, ["EDAB11"], {"SentralBlokkB11": 0}),
        ({"Opioid4b": 1, "DDMoTbl": 5}, [], {"Opioid4b": 1, "DDMoTbl": 5}),
        ({"SentralBlokkB11": 1, "EDAB11": 1, "SAB11": 0}, [], {"SentralBlokkB11": 1, "EDAB11": 1, "SAB11": 0}),
    ],
)
def test_answers_that_are_hidden_are_cleared_and_told(
    answers: dict[str, Any], told: list[str], left: dict[str, Any]
) -> None:
    found, gone = cleared(shape("b11"), answers)
    assert ([v.navn for v in gone], found) == (told, left)

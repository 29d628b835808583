"""Proves which saves wait for the user: one case for each reason, and those that need nobody."""

from __future__ import annotations

from typing import Any

import pytest

from checks.autosave import waits_for_user
from checks.codebook import load

YES = {"SkriftligSamtyk": 1, "DatoSamtykke": "2026-11-02"}
TAKEN = (load().variabel("Tilsett"),)


@pytest.mark.parametrize(
    ("before", "after", "taken", "closes", "waits"),
    [
        ({}, {"Tilsett": 1}, (), (), False),
        ({}, YES, (), (), True),
        (YES, YES | {"Tilsett": 1}, (), (), False),
        ({}, {"SkriftligSamtyk": 1}, (), (), False),
        ({"SkriftligSamtyk": 1}, YES, (), (), True),
        ({}, {"Tilsett": 2}, (), ("b12",), True),
        ({}, {}, TAKEN, (), True),
    ],
    ids=[
        "an answer",
        "a consent",
        "the same consent",
        "a Ja without its date",
        "its date",
        "a form is closed",
        "an answer is lost",
    ],
)
def test_a_save_waits_for_the_user(
    before: dict[str, Any], after: dict[str, Any], taken: Any, closes: tuple[str, ...], waits: bool
) -> None:
    assert waits_for_user(before, after, taken, closes) is waits

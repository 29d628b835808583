"""Proves what the log says that a save changed: codes as they are, and free text never (decisions: no identity in logs)."""

from __future__ import annotations

import pytest

from checks.codebook import load
from ingest.registration.changes import changes

CODED = ("oppslag", "kortliste", "koder")
TEXTS = [
    (form.id, v.navn)
    for form in load()
    for v in form.variabler.values()
    if v.type in ("tekst", "stor_tekst") and not any(getattr(v, name) for name in CODED)
]


@pytest.mark.parametrize(("form", "name"), TEXTS)
def test_free_text_is_only_said_to_be_changed(form: str, name: str) -> None:
    assert changes(form, {}, {name: "Kari Nordmann"}) == {name: "endret"}


def test_a_code_is_told_before_and_after() -> None:
    assert changes("to", {"Tilsett": 1}, {"Tilsett": 2}) == {"Tilsett": {"fra": 1, "til": 2}}
    assert changes("to", {"Tilsett": 1}, {"Tilsett": 1, "Norsktalende": None}) == {}

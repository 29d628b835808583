"""Proves that each sentence of the manual has a test, and that the list of them is the one in docs/."""

from __future__ import annotations

from tests import manual

SENTENCES = {number for _, sentences in manual.sections().values() for number in sentences}


def test_every_sentence_has_a_test() -> None:
    assert sorted(SENTENCES - manual.proofs().keys()) == []


def test_every_mark_is_a_sentence() -> None:
    assert sorted(manual.proofs().keys() - SENTENCES) == []


def test_the_list_is_up_to_date() -> None:
    """Every test that it names exists then. `make manual` writes it."""
    assert manual.LIST.read_text(encoding="utf-8") == manual.document()

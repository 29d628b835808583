"""Proves that every error of the catalogue can happen and is documented, and that no sentence can show an identity."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from checks.errors import CATALOGUE

ROOT = Path(__file__).parents[2]
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for room in ("checks", "ingest", "exports", "app")
    for path in (ROOT / room).rglob("*.py")
    if not path.name.startswith("errors")
)
DOCUMENTED = (ROOT / "docs" / "feil.md").read_text(encoding="utf-8")
IDENTITY = {"fnr", "fodselsnummer", "navn_pasient", "pasient", "telefon", "epost", "adresse"}


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_error_is_raised_somewhere(code: str) -> None:
    assert f'"{code}"' in SOURCES


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_error_is_documented(code: str) -> None:
    assert f"| {code} |" in DOCUMENTED


def test_no_undeclared_code_is_used() -> None:
    assert set(re.findall(r'"(REG-\d{3})"', SOURCES)) <= set(CATALOGUE)


@pytest.mark.parametrize(("code", "sentence"), CATALOGUE.items())
def test_every_sentence_is_a_sentence_without_a_place_for_identity(code: str, sentence: str) -> None:
    places = {name for _, name, _, _ in Formatter().parse(sentence) if name}
    assert not places & IDENTITY
    assert code == "REG-006" or sentence.endswith((".", "?", "}"))

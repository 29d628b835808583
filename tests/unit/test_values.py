"""Proves how values are written for a Norwegian reader, and what a value of the wrong type is told."""

from __future__ import annotations

from datetime import date

import pytest

from checks.codebook import load
from checks.values import norwegian, quoted, wrong_type


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 11, 2), "02.11.2026"),
        (1.5, "1,5"),
        (100.0, "100"),
        (0.0, "0"),
        (-2.25, "-2,25"),
        (0.1 + 0.2, "0,3"),
        (7, "7"),
        ("tekst", "tekst"),
    ],
)
def test_values_are_written_as_a_norwegian_reader_writes_them(value: object, written: str) -> None:
    assert norwegian(value) == written


def test_a_value_is_quoted_so_that_it_can_be_printed() -> None:
    assert [quoted(True), quoted(False), quoted(7), quoted("x" * 60)] == ["true", "false", "7", "x" * 60]
    assert quoted("x" * 61) == "x" * 60 + " …"
    assert (quoted(10**9), quoted(-(10**9))) == ("et altfor stort tall",) * 2
    assert quoted(10**9 - 1) == "999999999"
    assert quoted("\ud800") == "?"


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("SluttDato", "REG-009", "Sluttdato: nei er ikke en mulig dato"),
        ("AntPasTils", "REG-001", "«nei» er ikke et tall"),
        ("Tilsett", "REG-001", "«nei» er ikke et av svaralternativene"),
        ("Fornavn", "REG-001", "«» er ikke en tekst"),
    ],
)
def test_a_value_of_the_wrong_type_is_told_at_its_question(name: str, code: str, says: str) -> None:
    found = wrong_type("S", load().variabel(name), "nei", code, 3)
    assert (found.code, found.skjema, found.variabel, found.rad) == (code, "S", name, 3)
    assert says in found.melding
    assert wrong_type("S", load().variabel(name), "nei", code, at="blokk").variabel == "blokk"

"""Proves what a wrong row of a repeated block is told."""

from __future__ import annotations

from typing import Any

import pytest

from checks import repeated
from checks.codebook import load
from tests.support import DIAGNOSIS

B11 = load().skjema["b11"]


def told(rows: Any, rad: int = 0) -> list[tuple[str, str | None, int, str]]:
    found = repeated.problems(B11, {"smertediagnoser": rows}, rad)
    assert {p.skjema for p in found} <= {"B 1.1"}
    return [(p.code, p.variabel, p.rad, p.melding) for p in found]


@pytest.mark.parametrize("rows", [None, [], [DIAGNOSIS], (DIAGNOSIS, DIAGNOSIS)])
def test_rows_of_known_columns_are_right(rows: Any) -> None:
    assert told(rows) == []
    assert repeated.well_formed(rows) == list(rows or [])


@pytest.mark.parametrize("rows", ["tekst", 7, {"SmerteKat": 1}, [DIAGNOSIS, 3]])
def test_what_is_no_row_is_told_at_the_block(rows: Any) -> None:
    ((code, block, rad, sentence),) = told(rows, 4)
    assert (code, block, rad) == ("REG-001", "smertediagnoser", 4)
    assert sentence.startswith("Smertediagnoser: «") and "er ikke en liste av rader" in sentence


def test_an_unknown_column_and_a_wrong_type_are_told_and_the_others_are_looked_at() -> None:
    found = told([{"Navn": "x", "SmerteKat": "en"}, {"HovedDiag": "ja"}], 2)
    assert [(code, block, rad) for code, block, rad, _ in found] == [
        ("REG-008", "smertediagnoser", 2),
        ("REG-001", "smertediagnoser", 2),
        ("REG-001", "smertediagnoser", 2),
    ]
    assert found[0][3].startswith("«Navn» finnes ikke i skjemaet B 1.1")
    assert "«en»" in found[1][3] and "«ja»" in found[2][3]

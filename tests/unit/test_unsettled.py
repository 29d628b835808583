"""Proves what of the text and the rows on the screen may not be lost: at a save, and at completion."""

from __future__ import annotations

import pytest

from checks.codebook import Opioidtabell, load
from checks.unsettled import unsettled_answers

TABLE = next(f for s in load().skjema["b22"].seksjoner for f in s.felt if isinstance(f, Opioidtabell))
ROW = TABLE.rader[0]


def codes(uleselig: dict[str, str], aapne: set[str], *, completing: bool) -> list[tuple[str, str | None]]:
    found = unsettled_answers("b22", uleselig, aapne, completing=completing)
    return [(p.code, p.variabel) for p in found]


@pytest.mark.parametrize("completing", [False, True])
def test_text_that_cannot_be_read_is_never_lost(completing: bool) -> None:
    assert codes({"TotTid": "to timer"}, set(), completing=completing) == [("REG-323", "TotTid")]


def test_text_in_a_diagnosis_that_is_not_added_yet_waits_with_it() -> None:
    assert unsettled_answers("b11", {"ICD10Kode": "?"}, set(), completing=True) == ()


def test_an_opioid_may_wait_for_its_dose_until_the_form_is_completed() -> None:
    assert codes({}, {ROW.stamme}, completing=False) == []
    assert codes({}, {ROW.stamme}, completing=True) == [("REG-324", ROW.dose.navn)]

"""Proves that whoever takes out a question or a code is told what can never happen after that."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checks.codebook import load, read
from checks.codebook.difference import difference
from checks.codebook.unreachable import unreachable
from tests.codebooks import asked, changed

DAY = date(2027, 1, 1)
FROM = "for forløp fra 01.01.2027."
LAR = f"B 1.1, «7) LAR (Legemiddelassistert rehabilitering)» (LAR): får aldri det automatiske svaret {FROM}"
RULE = f"regelen «kognitiv-svekkelse-besvart»: kan aldri oppfylles, og skjemaet ikke ferdigstilles, {FROM}"


def out(name: str) -> Any:
    return lambda d: asked(d, name).update(til=DAY)


def code_out(name: str, code: int) -> Any:
    def change(d: dict[str, Any]) -> None:
        codes = asked(d, name)["koder"]
        codes[code] = {"tekst": codes[code], "til": DAY}

    return change


def test_nothing_in_the_shipped_codebook_is_out_of_reach() -> None:
    assert unreachable(load()) == []


def test_an_automatic_answer_that_looks_at_a_question_which_went_out(tmp_path: Path) -> None:
    assert unreachable(read(changed(tmp_path / "k", {"b11": out("TidligereRus")}))) == [LAR]


def test_an_automatic_answer_that_looks_at_the_new_question_too_is_still_given(tmp_path: Path) -> None:
    def renamed(d: dict[str, Any]) -> None:
        old = asked(d, "TidligereRus")
        section = next(s for s in d["seksjoner"] if old in s["felt"])
        section["felt"].insert(0, old | {"navn": "RusFoer", "fysisk": "ABUSE_BEFORE", "fra": DAY})
        old["til"] = DAY
        either = {"eller": [{"TidligereRus": [0]}, {"RusFoer": [0]}], "PaagaaRus": [0]}
        asked(d, "LAR")["forhaandsvalg"]["naar"] = either

    assert unreachable(read(changed(tmp_path / "k", {"b11": renamed}))) == []


def test_a_rule_that_demands_an_answer_nobody_can_give_any_more(tmp_path: Path) -> None:
    found = unreachable(read(changed(tmp_path / "k", {"to": out("KognSvekket")})))
    assert found == [f"B 2.1, {RULE}", f"B 2.2, {RULE}"]


@pytest.mark.parametrize("code", [1, 9])
def test_what_hangs_on_a_code_goes_with_it_and_so_does_what_hangs_on_that(tmp_path: Path, code: int) -> None:
    found = unreachable(read(changed(tmp_path / "k", {"b22": code_out("VidereOppf", code)})))
    gone = {line.partition(" (")[2].partition(")")[0] for line in found if line.endswith(f"kan aldri vises {FROM}")}
    assert len(gone) == len(found)
    assert gone >= {"BehNedtrappAvsluttTils", "Journalnotat"} if code == 1 else not gone


def test_a_comparison_of_codebooks_says_what_has_become_out_of_reach_and_only_that(tmp_path: Path) -> None:
    before = read(changed(tmp_path / "før", {"b11": out("TidligereRus")}))
    assert f"Følge: {LAR}" in difference(load(), before)
    after = read(changed(tmp_path / "etter", {"b11": out("TidligereRus"), "to": out("KognSvekket")}))
    assert difference(before, after)[-2:] == [f"Følge: B 2.1, {RULE}", f"Følge: B 2.2, {RULE}"]
    assert f"Følge: {LAR}" not in difference(before, after)

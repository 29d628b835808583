"""Completeness per variable against the documents themselves, by the conditions as the codebook's files have them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from tests.warehouse import independent as rules
from tests.warehouse.conftest import Register

Key = tuple[str, int | None, str, str]


def expected(register: Register) -> dict[Key, tuple[int, int, int | None]]:
    """(unit, year, form, question) -> (asked, answered, of them «Vet ikke»; None where that is no answer)."""
    asked: Counter[Key] = Counter()
    answered: Counter[Key] = Counter()
    unknown: Counter[Key] = Counter()
    codes = {}
    every = rules.questions()
    for head in register.forlop.values():
        kind, start, answers = _published(head)
        for form, questions in every.items():
            if head["status"].get(form) != 1 or rules.FORMS[form] > (kind or 1):
                continue
            for name, (conditions, suffix, missing) in questions.items():
                key = (head["enhet"], start and start.year, form, name)
                if all(rules.holds(condition, answers, suffix) for condition in conditions):
                    asked[key] += 1
                    answered[key] += answers.get(name) is not None
                    unknown[key] += answers.get(name) in missing
                    codes[key] = missing
    return {key: (n, answered[key], unknown[key] if codes[key] else None) for key, n in asked.items()}


def _published(head: dict[str, Any]) -> tuple[int | None, date | None, dict[str, Any]]:
    """(forløpstype, startdato, what the datasets hold of a forløp's answers)."""
    to = head["svar"].get("to", {})
    start = date.fromisoformat(to["StartdatoTO"]) if to.get("StartdatoTO") else head["startdato"]
    age = rules.age(head["fodselsdato"], start)
    kind = rules.forlopstype(to.get("Tilsett"), to.get("Norsktalende"), age, to.get("KognSvekket"))
    answers: dict[str, Any] = {}
    for form, least in rules.FORMS.items():
        if least <= (kind or 1):
            answers |= head["svar"].get(form, {})
    if head["trukket_dato"]:
        answers |= {"SkriftligSamtyk": 0, "TypeManglSamt": 5}
    return kind, start, answers


def found(register: Register) -> dict[Key, tuple[int, int, int | None]]:
    rows = register.query("analyse.duckdb", "select * from kompletthet")
    return {
        (r["AvdRESH"], r["aar"], r["skjema"], r["variabel"]): (r["n_stilt"], r["n_besvart"], r["n_vet_ikke"])
        for r in rows
    }


def test_stilt_besvart_og_vet_ikke_er_som_dokumentene_sier(published: Register) -> None:
    counted, by_hand = found(published), expected(published)
    assert counted == by_hand
    assert any(0 < n < asked for asked, n, _ in counted.values())
    assert any(unknown for *_, unknown in counted.values())


def test_demoregisteret_mot_den_samme_beregningen(demo: Register) -> None:
    assert found(demo) == expected(demo)

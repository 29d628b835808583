"""Answers that are looked up in a register: ICD-10, and the unit's own lists of lokasjoner and avdelinger."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from checks import kodeverk
from checks.answers import Shape
from checks.codebook import Variabel
from checks.errors import Problem, problem
from checks.values import label


def check_lookups(
    form: Shape, answers: Mapping[str, Any], before: Mapping[str, Any], lists: Mapping[str, Collection[int]]
) -> list[Problem]:
    """Values that are in no list (REG-010, REG-011).

    ``lists`` has the ids that may be chosen, by kind. A value saved earlier stays valid after its entry is
    made inactive.
    """
    found = []
    for name, variable, kind in _looked_up(form, answers, before):
        value = answers[name]
        if kind in lists and value not in lists[kind]:
            found.append(problem("REG-011", skjema=form.skjema.navn, variabel=name, felt=label(variable), verdi=value))
        if kind == "icd10" and kodeverk.icd10_text(str(value)) is None:
            found.append(problem("REG-010", skjema=form.skjema.navn, variabel=name, felt=label(variable), verdi=value))
    return found


def kinds(form: Shape, answers: Mapping[str, Any], before: Mapping[str, Any]) -> set[str]:
    """The lists that ``check_lookups`` has to know for these answers."""
    return {kind for _, _, kind in _looked_up(form, answers, before)}


def _looked_up(
    form: Shape, answers: Mapping[str, Any], before: Mapping[str, Any]
) -> Iterator[tuple[str, Variabel, str]]:
    """The new answers that are looked up, and where; what is neither number nor text is refused for its type."""
    for name, v in form.columns.items():
        value = answers.get(name)
        if v.oppslag and value != before.get(name) and isinstance(value, int | float | str):
            yield name, v, v.oppslag

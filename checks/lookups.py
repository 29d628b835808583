"""Answers that are looked up in a register: ICD-10, and the unit's own lists of lokasjoner and avdelinger."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from checks import diagnoses
from checks.answers import label, shape
from checks.errors import Problem, problem


def check_lookups(
    skjema: str, answers: Mapping[str, Any], before: Mapping[str, Any], lists: Mapping[str, Collection[int]]
) -> list[Problem]:
    """Values that are in no list (REG-010, REG-011).

    ``lists`` has the ids that may be chosen, by kind. A value saved earlier stays valid after its entry is
    made inactive.
    """
    found = []
    form = shape(skjema)
    for name, variable in form.columns.items():
        value = answers.get(name)
        if variable.oppslag is None or value is None or value == before.get(name):
            continue
        if variable.oppslag in lists and value not in lists[variable.oppslag]:
            found.append(problem("REG-011", skjema=form.skjema.navn, variabel=name, felt=label(variable), verdi=value))
        if variable.oppslag == "icd10" and diagnoses.icd10_text(str(value)) is None:
            found.append(problem("REG-010", skjema=form.skjema.navn, variabel=name, felt=label(variable), verdi=value))
    return found

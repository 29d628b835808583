"""What a save changed, as codes for the log: variable by variable, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.codebook import Variabel, load

# A column that follows from the code beside it, so that the change of the code says enough.
_DERIVED = {"ICD10Tekst"}


def changes(skjema: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Variable -> {"fra", "til"} for every answer that differs; None stands for no answer.

    Of free text only «endret» is told, never the text, because somebody may have written a name in it.
    """
    variables = load().skjema[skjema].variabler
    found: dict[str, Any] = {}
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old == new or (not old and not new and old != 0 and new != 0):
            continue
        free = name in variables and _free_text(variables[name])
        found[name] = "endret" if free else {"fra": _codes(old), "til": _codes(new)}
    return found


def _free_text(variable: Variabel) -> bool:
    coded = variable.oppslag or variable.kortliste or variable.koder
    return variable.type == "stor_tekst" or (variable.type == "tekst" and not coded)


def _codes(value: Any) -> Any:
    if isinstance(value, list):
        return [{k: v for k, v in row.items() if k not in _DERIVED} for row in value]
    return value

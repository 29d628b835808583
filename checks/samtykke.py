"""The rules of consent in TO (manual: «Samtykke», «Tilbaketrekking av samtykke»; docs/adr/004).

A recorded Ja is never cleared or overwritten by a rule; «Nei – ikke aktuelt» is set only while nothing has been
answered, and goes away again when the criteria turn out to be met.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from checks import reservasjon
from checks.errors import Problem, problem

NO, YES = 0, 1
ACTIVE, PASSIVE, NOT_APPLICABLE, NOT_ASKED, WITHDRAWN = 1, 2, 3, 4, 5
_FIELDS = ("SkriftligSamtyk", "TypeManglSamt", "DatoSamtykke")
STATES = {
    "ja": "Ja",
    "nei": "Nei",
    "venter": "Venter på samtykke",
    "ikke_aktuelt": "Nei – ikke aktuelt",
    "trukket": "Tilbaketrukket samtykke",
    reservasjon.RESERVASJON: "Reservasjon",
}
"""What each ``shown_state`` is called, on every screen and printout."""
RECORDED = frozenset(_FIELDS[:2])
"""The answers of TO that a recorded Ja locks; its date may be corrected."""


def recorded_yes(answers: Mapping[str, Any]) -> bool:
    """A Ja with its date: the patient has signed."""
    return answers.get("SkriftligSamtyk") == YES and answers.get("DatoSamtykke") is not None


def apply_rules(answers: Mapping[str, Any], criteria: int | None) -> dict[str, Any]:
    """Set or lift «Nei – ikke aktuelt».

    ``criteria`` is 1 met, 0 not met, None not yet known. Not seen counts as not met: the fields are then not
    shown, and hold the pre-filled answer.
    """
    result = dict(answers)
    samtykke, kind = result.get("SkriftligSamtyk"), result.get("TypeManglSamt")
    if criteria == 0 and samtykke is None:
        result |= {"SkriftligSamtyk": NO, "TypeManglSamt": NOT_APPLICABLE}
    elif criteria != 0 and samtykke == NO and kind == NOT_APPLICABLE:
        result |= {"SkriftligSamtyk": None, "TypeManglSamt": None}
    return result


def keep_recorded(before: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Put a recorded Ja back where hiding the question would have cleared it."""
    if not recorded_yes(before) or answers.get("SkriftligSamtyk") is not None:
        return dict(answers)
    return {**answers, **{field: before.get(field) for field in _FIELDS}}


def as_shown(answers: Mapping[str, Any], trukket: date | None) -> dict[str, Any]:
    """The answers of TO as a reader is to see them: a withdrawn consent is Nei, with the day it was withdrawn, while what
    is stored stays (manual: «Tilbaketrekking av samtykke»).
    """
    if trukket is None:
        return dict(answers)
    return {**answers, "SkriftligSamtyk": NO, "TypeManglSamt": WITHDRAWN, "DatotrekSamt": trukket.isoformat()}


def check(before: Mapping[str, Any], after: Mapping[str, Any], criteria: int | None) -> list[Problem]:
    """What a save may not do to consent: undo a recorded Ja (REG-025), or choose a type only the system sets (REG-026)."""
    if recorded_yes(before) and any(before.get(f) != after.get(f) for f in RECORDED):
        return [problem("REG-025", skjema="TO", variabel="SkriftligSamtyk")]
    kind = after.get("TypeManglSamt")
    if kind == WITHDRAWN or (kind == NOT_APPLICABLE and criteria != 0):
        return [problem("REG-026", skjema="TO", variabel="TypeManglSamt")]
    return []


def shown_state(samtykke: int | None, samtykke_type: int | None, trukket: object, startdato: date | None) -> str:
    """The key of ``STATES``. Whose startdato is under the edition with reservation is not asked."""
    if reservasjon.of_forlop(startdato):
        return reservasjon.RESERVASJON
    if trukket is not None:
        return "trukket"
    if samtykke == YES:
        return "ja"
    if samtykke is None:
        return "venter"
    return "ikke_aktuelt" if samtykke_type == NOT_APPLICABLE else "nei"

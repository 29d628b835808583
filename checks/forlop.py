"""The forløp's forms: which ones each forløpstype opens (manual: «Forløpstyper»), and what closes when it changes."""

from __future__ import annotations

from collections.abc import Mapping

NEW, DRAFT, COMPLETED = -1, 0, 1

CLINICIAN_FORMS = ("to", "b11", "b12", "b21", "b22")
PATIENT_FORMS = ("pasreg", "hads", "eval", "opioid")
# The forløpstype whose patients are asked (manual, «Forløpstyper»).
PATIENT_TYPE = 3
ALL_FORMS = CLINICIAN_FORMS + PATIENT_FORMS
_OPENS = {1: CLINICIAN_FORMS[:2], 2: CLINICIAN_FORMS, PATIENT_TYPE: ALL_FORMS}


def forms_of(forlopstype: int | None) -> tuple[str, ...]:
    """The forms of a forløpstype. Before the type is known, those that every forløp has: TO and B 1.1."""
    return _OPENS[forlopstype or 1]


def closing(before: int | None, after: int | None, status: Mapping[str, int]) -> tuple[str, ...]:
    """The forms with content that a change of type closes; the user is told before. ``status`` is by form."""
    closes = [form for form in forms_of(before) if form not in forms_of(after)]
    return tuple(form for form in closes if status.get(form, NEW) > NEW)


def submitted(forlopstype: int | None, status: Mapping[str, int]) -> bool:
    """Whether the forløp is «innlevert»: its type is known and every form of the type is completed.

    Source: manual, «Innleverte registreringer» («ALLE ferdigstilte registreringer»). ``status`` is by form.
    """
    return forlopstype is not None and all(status.get(form) == COMPLETED for form in forms_of(forlopstype))

"""The forløp's forms: which ones each forløpstype opens (manual: «Forløpstyper»), and what closes when it changes.

The codebook says of each form which forløpstype opens it. A forløp has the forms that the codebook had when its type was
decided: a form that comes later is no part of the forløp before it (docs/adr/016).
"""

from __future__ import annotations

from collections.abc import Mapping

from checks.codebook import load
from checks.codebook.model import PATIENT_TYPE

NEW, DRAFT, COMPLETED = -1, 0, 1

CLINICIAN_FORMS = tuple(form.id for form in load() if form.slag == "behandler")
PATIENT_FORMS = tuple(form.id for form in load() if form.slag == "pasient")
ALL_FORMS = CLINICIAN_FORMS + PATIENT_FORMS
_FROM_TYPE = {form.id: form.fra_type for form in load() if form.fra_type is not None}
_OPENS = {n: tuple(form for form in ALL_FORMS if _FROM_TYPE[form] <= n) for n in range(1, PATIENT_TYPE + 1)}


def forms_of(forlopstype: int | None) -> tuple[str, ...]:
    """The forms of a forløpstype. Before the type is known, those that every forløp has: TO and B 1.1."""
    return _OPENS[forlopstype or 1]


def closing(before: int | None, after: int | None, status: Mapping[str, int]) -> tuple[str, ...]:
    """The forms with content that a change of type closes; the user is told before. ``status`` is by form."""
    closes = [form for form in forms_of(before) if form not in forms_of(after)]
    return tuple(form for form in closes if status.get(form, NEW) > NEW)


def submitted(forlopstype: int | None, status: Mapping[str, int]) -> bool:
    """Whether the forløp is «innlevert»: its type is known and every form that it has of the type is completed.

    Source: manual, «Innleverte registreringer» («ALLE ferdigstilte registreringer»). ``status`` is by form.
    """
    found = [status[form] for form in forms_of(forlopstype) if form in status]
    return forlopstype is not None and bool(found) and all(each == COMPLETED for each in found)

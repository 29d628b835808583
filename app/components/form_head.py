"""The head of a form: the patient, and the forms of the forløp as tabs. It is always in view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.components.hosted import hosted_component

_component = hosted_component("smertereg_skjemahode", "form_head.js")


def form_head(facts: Mapping[str, Any], tabs: Sequence[Mapping[str, Any]], *, key: str) -> None:
    """Draw the head. `facts` has navn, kjonn, dod (when the patient died, or "") and detaljer: (label, text).

    Each of `tabs` has navn, tittel, href (None when the forløp has no such form), status (−1, 0, 1, or None for PO),
    kommentar and valgt.
    """
    _component(key=key, data={"fakta": dict(facts), "faner": [dict(tab) for tab in tabs]})

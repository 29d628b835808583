"""Avdelinger of the unit, kept by its coordinator (manual: «Avdelinger»)."""

from __future__ import annotations

from app import unit_lists
from app.session import current_actor

WORDS = unit_lists.Words(
    kind="avdeling",
    title="Avdelinger",
    one="avdeling",
    lead="Avdelingene smerteteamet går på tilsyn til. Gi nasjonal registerkoordinator beskjed om endringer.",
)

_actor = current_actor()
if _actor is not None:
    unit_lists.draw(_actor, WORDS)

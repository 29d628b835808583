"""Lokasjoner of the unit, kept by its coordinator (manual: «Lokasjoner»)."""

from __future__ import annotations

from app import unit_lists
from app.session import current_actor

WORDS = unit_lists.Words(
    kind="lokasjon",
    title="Lokasjoner",
    one="lokasjon",
    lead="Sykehusene registreringen foregår på. Minst én må finnes før registreringen kan begynne.",
)

_actor = current_actor()
if _actor is not None:
    unit_lists.draw(_actor, WORDS)

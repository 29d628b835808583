"""Avdelinger: the unit's list, kept by its coordinator (manual: «Avdelinger»)."""

from __future__ import annotations

from app.components.goto import arrive
from app.lists import unit_lists
from app.web.session import current_actor

_actor = current_actor()
if _actor is not None:
    unit_lists.draw(_actor, unit_lists.AVDELINGER)
    arrive()

"""Avdelinger: the unit's list, kept by its coordinator (manual: «Avdelinger»)."""

from __future__ import annotations

from app.lists import unit_lists
from app.ui import page

page.show(lambda actor: unit_lists.draw(actor, unit_lists.AVDELINGER))

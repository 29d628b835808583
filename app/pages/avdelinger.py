"""Avdelinger: the unit's list, kept by its coordinator (manual: «Avdelinger»)."""

from __future__ import annotations

from app.lists import unit_lists
from app.ui import page
from ingest.access import Actor


def draw(actor: Actor) -> None:
    unit_lists.draw(actor, unit_lists.AVDELINGER)


page.show(draw)

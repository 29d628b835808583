"""Innleverte registreringer: all completed registrations, and the check against EPJ (manual: same title)."""

from __future__ import annotations

from app.components.choice_row import choice_row
from app.components.field import mount
from app.lists import epj_check, innleverte
from app.ui import notices, page
from ingest.access import Actor, may

LIST, CHECK = 1, 2
PARTS = ((LIST, "Oversikt"), (CHECK, "Kontroll mot EPJ"))


def draw(actor: Actor) -> None:
    notices.heading(
        "Innleverte registreringer",
        "Alle ferdigstilte registreringer, det vil si forløp der hvert skjema er ferdigstilt.",
    )
    notices.place()
    shown = LIST
    if may(actor, "kontrollere_epj"):
        shown = mount(choice_row("Vis", PARTS, LIST, key="innleverte_valg"), always=True)
    if shown == CHECK:
        epj_check.draw(actor)
    else:
        epj_check.forget()
        innleverte.draw(actor)


page.show(draw)

"""Innleverte registreringer: all completed registrations, and the check against EPJ (manual: same title)."""

from __future__ import annotations

import streamlit as st

from app.components.choice_row import choice_row
from app.components.field import mount
from app.lists import epj_check, innleverte
from app.ui import notices, page
from ingest.access import Actor, may

LIST, CHECK = 1, 2
PARTS = ((LIST, "Oversikt"), (CHECK, "Kontroll mot EPJ"))
_PART = "innleverte_del"


def draw(actor: Actor) -> None:
    notices.heading(
        "Innleverte registreringer",
        "Alle ferdigstilte registreringer, det vil si forløp der hvert skjema er ferdigstilt.",
    )
    notices.place()
    shown = st.session_state.setdefault(_PART, LIST)
    if may(actor, "kontrollere_epj"):
        mount(choice_row("Vis", PARTS, shown, key="innleverte_valg", on_change=_choose))
        shown = st.session_state[_PART]
    if shown == CHECK:
        epj_check.draw(actor)
    else:
        epj_check.forget()
        innleverte.draw(actor)


def _choose(part: int | None) -> None:
    st.session_state[_PART] = part or st.session_state[_PART]


page.show(draw)

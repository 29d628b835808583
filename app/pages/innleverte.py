"""Innleverte registreringer: all completed registrations, and the check against EPJ (manual: same name)."""

from __future__ import annotations

import streamlit as st

from app import epj_check, notices, seen, submitted_list
from app.components.goto import arrive
from app.session import current_actor
from ingest.access import Actor, may

LIST, CHECK = "Oversikt", "Kontroll mot EPJ"


def draw(actor: Actor) -> None:
    notices.heading(
        "Innleverte registreringer",
        "Alle ferdigstilte registreringer, det vil si forløp der hvert skjema er ferdigstilt.",
    )
    notices.place()
    shown = LIST
    if may(actor, "kontrollere_epj"):
        shown = st.segmented_control(
            "Vis",
            (LIST, CHECK),
            default=LIST,
            required=True,
            key="innleverte_del",
            label_visibility="collapsed",
        )
    if shown == CHECK:
        epj_check.draw(actor)
    else:
        epj_check.forget()
        submitted_list.draw(actor)


_actor = current_actor()
if _actor is not None:
    seen.left()
    draw(_actor)
    arrive()

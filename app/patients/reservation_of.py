"""One patient's reservation on Reservasjoner: what is known, recording one that came by letter, and asking Helsenorge."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import streamlit as st

from app.components.date_field import date_field, require_date
from app.components.field import mount
from app.ui import notices, texts
from app.web import resources
from checks.errors import RegisterError
from ingest.access import Actor
from ingest.prom import pvk, reservasjon
from ingest.registration import reservations
from ingest.registration.patients import Pasient
from ingest.registration.reservations import BY_HAND, RESERVED, SOURCES
from ingest.services.national import connected

NEVER = "Aldri spurt: ingen vet om pasienten har reservert seg."
_FOLLOWS = (
    "Når du registrerer reservasjonen, lukkes pasientskjema, bestillinger og meldinger stoppes, lenker slutter å virke, og "
    "samtykker trekkes. Det kan ikke angres. Slettingen står under «Venter» til en annen koordinator utfører den."
)


def draw(actor: Actor, patient: Pasient) -> None:
    """Draw what is known, and what may be done about it."""
    with resources.current().store.read(actor) as tx:
        known = reservations.latest(tx, patient.pasient_id)
    st.html(f'<p class="sr-ingress"><b>{escape(_said(known))}</b></p>')
    _ask(actor, patient)
    if known is None or known["status"] != RESERVED:
        _record(actor, patient)


def _said(known: dict[str, Any] | None) -> str:
    if known is None:
        return NEVER
    when = texts.moment(known["tid"])
    source = ", ".join(part for part in (SOURCES[known["kilde"]], known["begrunnelse"]) if part)
    return (
        f"Reservert {when} ({source})." if known["status"] == RESERVED else f"Ikke reservert, spurt {when} ({source})."
    )


def _ask(actor: Actor, patient: Pasient) -> None:
    held = resources.current()
    service = connected.personvern(held.settings)
    if service is None or not st.button("Spør Helsenorge nå"):
        return
    with notices.refusals():
        reserved = pvk.ask(held.store, service, actor, patient.pasient_id)
        notices.later("Helsenorge svarer: " + ("reservert." if reserved else "ikke reservert."))
        st.rerun()


def _record(actor: Actor, patient: Pasient) -> None:
    key = f"res_{patient.pasient_id}"
    with st.container(border=True):
        st.html('<h2 class="sr-undertittel">Registrer en reservasjon</h2>')
        st.html(f'<p class="sr-ingress">{_FOLLOWS}</p>')
        source = st.radio(
            "Hvordan kom den?",
            BY_HAND,
            format_func=SOURCES.__getitem__,
            index=None,
            horizontal=True,
            key=f"{key}_kilde",
        )
        day = mount(date_field("Mottatt", None, key=f"{key}_dag", required=True))
        words = st.text_input(
            "Hvor finnes den?",
            key=f"{key}_ord",
            max_chars=200,
            width=620,
            autocomplete="off",
            placeholder="Saksnummer i arkivet, uten navn og nummer",
        )
        message = st.empty()
        if not st.button("Registrer reservasjonen", type="primary"):
            return
        with notices.refusals(message):
            require_date("Mottatt", f"{key}_dag")
            if day is None:
                message.error("Skriv dagen reservasjonen kom.")
                return
            _receive(actor, patient, source or "", day, words)
            st.rerun()


def _receive(actor: Actor, patient: Pasient, source: str, day: date, words: str) -> None:
    held = resources.current()
    with held.store.write(actor) as tx:
        reservasjon.receive(tx, patient.pasient_id, source, day, words)
    said = "Reservasjonen er registrert. En annen koordinator kan nå slette."
    service = connected.personvern(held.settings)
    if service is not None:
        try:
            pvk.tell(held.store, service, actor, patient.pasient_id)
            said += " Pasienten ser den på Helsenorge."
        except RegisterError as error:
            said += f" Pasienten ser den ikke på Helsenorge. {error}"
    notices.later(said)

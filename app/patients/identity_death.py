"""«Rett dødsfallet» on Rett identitet: SC says that a patient lives, or died another day, whatever the Folkeregister says now."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from app.components.date_field import date_field, require_date
from app.components.field import mount
from app.ui import notices, texts
from app.web import resources
from ingest.access import Actor
from ingest.registration import deaths
from ingest.registration.patients import Pasient

LIVES, DIED = "Pasienten lever", "Pasienten døde denne dagen"
_UNTIL = (
    "Det du skriver, gjelder til Folkeregisteret sier noe annet enn det gjør nå. Lever pasienten, åpnes pasientskjemaene som "
    "ble lukket av dødsfallet; ingenting sendes på nytt av seg selv."
)


def draw(actor: Actor, patient: Pasient) -> None:
    """Draw what is registered and the form that corrects it, for a patient who is registered as dead or was until SC corrected it."""
    with resources.current().store.read(actor) as tx:
        before = deaths.corrected(tx, patient.pasient_id)
    if patient.avdod != 1 and before is None:
        return
    with st.container(border=True):
        st.html('<h2 class="sr-undertittel">Rett dødsfallet</h2>')
        st.html(f'<p class="sr-ingress">{escape(_said(patient, before))} {escape(_UNTIL)}</p>')
        _form(actor, patient)


def _said(patient: Pasient, before: dict[str, Any] | None) -> str:
    now = f"Registrert som {patient.dod}." if patient.avdod == 1 else "Registrert som levende."
    if before is None:
        return now
    told = f"død {texts.day(before['sagt'])}" if before["sagt"] else "død, uten dato"
    return (
        f"{now} Rettet av SC {texts.moment(before['tid'])}, mens Folkeregisteret sa {told}. Grunn: {before['grunn']}."
    )


def _form(actor: Actor, patient: Pasient) -> None:
    key = f"ri_dod_{patient.pasient_id}"
    what = st.radio("Hva er riktig?", (LIVES, DIED), index=None, horizontal=True, key=f"{key}_hva")
    day = mount(date_field("Dødsdato", None, key=f"{key}_dag", required=True)) if what == DIED else None
    reason = st.text_input(
        "Grunn til rettingen", key=f"{key}_grunn", max_chars=200, autocomplete="off", placeholder="Uten navn og nummer"
    )
    message = st.empty()
    if not st.button("Rett dødsfallet", type="primary"):
        return
    with notices.refusals(message):
        if what == DIED:
            require_date("Dødsdato", f"{key}_dag")
        if what is None or (what == DIED and day is None):
            message.error("Velg hva som er riktig, og skriv dødsdatoen om pasienten er død.")
            return
        with resources.current().store.write(actor) as tx:
            deaths.correct(tx, patient.pasient_id, day, reason)
        for name in ("hva", "grunn"):
            st.session_state.pop(f"{key}_{name}", None)
        notices.later("Dødsfallet er rettet.")
        st.rerun()

"""«Endre mobil eller e-post» on Min side: the user gives the new value and the password, then the code sent to it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app.ui import notices
from app.web import resources
from app.work import messages
from checks.errors import RegisterError
from ingest.access import Actor
from ingest.people import contact, login
from ingest.people.applications import LABELS

_PENDING = "kontakt_venter"


def draw(actor: Actor, message: Any) -> None:
    """Draw the form; a refusal is shown in ``message``, a place on the page."""
    st.html('<h2 class="sr-undertittel">Endre mobil eller e-post</h2>')
    try:
        if _PENDING in st.session_state:
            _confirm(actor)
        else:
            _begin(actor)
    except RegisterError as error:
        if error.code == "REG-153":
            st.session_state.pop(_PENDING, None)
        message.error(str(error))


def _begin(actor: Actor) -> None:
    field = st.segmented_control(
        "Hva vil du endre?", list(contact.CHANNEL), format_func=LABELS.__getitem__, default="mobil", key="kontakt_felt"
    )
    if field is None:
        return
    # A form sends what is typed in all its fields with the button: a run that draws the page meanwhile takes nothing away.
    with st.form("kontakt_skjema", border=False):
        value = st.text_input(f"Ny {LABELS[field].lower()}", max_chars=255, key=f"kontakt_{field}")
        password = st.text_input(
            "Passordet ditt", type="password", key="kontakt_passord", autocomplete="current-password"
        )
        sent = st.form_submit_button("Send kode", key="kontakt_send")
    if sent:
        messages.require(contact.CHANNEL[field])
        pending = contact.begin(resources.current().store, actor, field, value, password)
        messages.post(pending.melding)
        st.session_state[_PENDING] = pending.token
        st.rerun()


def _confirm(actor: Actor) -> None:
    st.html(f'<p class="sr-ingress">Vi har sendt en kode dit. {login.CODE_LASTS}</p>')
    with st.form("kontakt_kodeskjema", border=False):
        code = st.text_input("Koden du fikk", max_chars=7, key="kontakt_kode", width=200)
        given = st.form_submit_button("Ta i bruk", type="primary", key="kontakt_bekreft")
    if given:
        notice = contact.confirm(resources.current().store, actor, st.session_state[_PENDING], code)
        if notice is not None:
            messages.post(notice)
        del st.session_state[_PENDING]
        notices.later("Opplysningen er endret. Den gamle har fått beskjed.")
        st.rerun()
    if st.button("Avbryt", key="kontakt_avbryt"):
        del st.session_state[_PENDING]
        st.rerun()

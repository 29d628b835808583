"""«Slett pasienten …»: the dialog where SC types the PID and a reason to erase a patient who demands it."""

from __future__ import annotations

import streamlit as st

from app.components.goto import follow
from app.ui import links, notices, texts
from app.web import resources
from app.work import operations
from checks.errors import RegisterError
from ingest.access import Actor, may
from ingest.registration.patients import Pasient

_ASKED = "slett_pasient"


def button(actor: Actor, patient: Pasient) -> None:
    """Draw the button for users who may erase; the dialog opens in the run after the click."""
    if not may(actor, "slette_pasient"):
        return
    st.button(
        "Slett pasienten …",
        type="tertiary",
        key="slett_pasient_knapp",
        on_click=lambda: st.session_state.update({_ASKED: patient.pasient_id}),
    )
    if st.session_state.pop(_ASKED, None) == patient.pasient_id:
        _confirm(actor, patient)


@st.dialog("Slett pasienten etter krav?")
def _confirm(actor: Actor, patient: Pasient) -> None:
    st.markdown(f"**{notices.plain(patient.navn)}** · PID {patient.pasient_id}")
    st.warning(
        "Personopplysninger, svar, kommentarer og utkast slettes i alle enheter og kan ikke hentes tilbake. "
        "Loggen beholder at det er gjort. De publiserte filene mister pasienten ved neste publisering, senest samme natt, og kan ikke hentes før det."
    )
    typed = st.text_input(
        "Skriv pasientens PID for å bekrefte", key=f"slett_pid_{patient.pasient_id}", max_chars=9, autocomplete="off"
    )
    reason = st.text_input(
        "Grunn",
        key=f"slett_grunn_{patient.pasient_id}",
        max_chars=200,
        autocomplete="off",
        placeholder="Brev fra pasienten, uten navn",
    )
    message = st.empty()
    erase, cancel = st.columns(2)
    if cancel.button("Avbryt", width="stretch"):
        st.rerun()
    if not erase.button("Slett pasienten", type="primary", width="stretch"):
        return
    held = resources.current()
    try:
        with st.spinner("Sletter, og skriver datafilen på nytt …"):
            n = operations.erase_now(held.store, held.settings, actor, patient.pasient_id, typed, reason)
    except RegisterError as error:
        message.error(str(error))
        return
    notices.later(f"Pasienten er slettet, med {texts.count(n, 'forløp', 'forløp')}.")
    follow(links.START)
    st.rerun()

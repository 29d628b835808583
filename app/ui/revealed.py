"""The fødselsnumre that the user has asked to see with «vis» in this browser tab; each time is logged."""

from __future__ import annotations

import streamlit as st

from app.web import resources
from checks.identity import NO_NUMBER
from ingest.access import Actor
from ingest.registration import patients

_SHOWN = "viste_numre"


def show(actor: Actor, pasient_id: int) -> None:
    """Show the patient's number in this tab from now on; logged. Raises REG-061 for another unit's patient."""
    with resources.current().store.write(actor) as tx:
        number = patients.reveal(tx, pasient_id)
    st.session_state.setdefault(_SHOWN, {})[pasient_id] = number or NO_NUMBER


def number(pasient_id: int) -> str | None:
    """The patient's number when the user has asked to see it, else None."""
    return st.session_state.get(_SHOWN, {}).get(pasient_id)

"""Logs that a page has shown a patient: once for each time it is opened, however often Streamlit draws it again."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

from app.web import resources
from ingest.access import Actor
from ingest.lists import innsyn

# A page that has been left open is logged anew when it is drawn after this.
AGAIN = timedelta(minutes=30)
_LAST = "sist_sett"


def log(actor: Actor, what: str, pasient_id: int, forlop_id: int | None = None) -> None:
    """Log «`what` åpnet» unless this browser tab's last opening was the same one."""
    opening = (actor, what, pasient_id, forlop_id)
    store = resources.current().store
    last: tuple[object, datetime] | None = st.session_state.get(_LAST)
    if last is not None and last[0] == opening and store.clock() - last[1] < AGAIN:
        return
    with store.write(actor) as tx:
        innsyn.opened(tx, what, pasient_id, forlop_id)
        st.session_state[_LAST] = (opening, tx.now)


def left() -> None:
    """The page that shows now is about nobody: coming back to the patient is a new opening."""
    st.session_state.pop(_LAST, None)

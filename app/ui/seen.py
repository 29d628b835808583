"""Log that a page has shown a patient, once for each opening, however often Streamlit redraws the page."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

from app.web import resources
from ingest.access import Actor
from ingest.lists import innsyn

# A page that is still open after this time is logged as opened again when it is redrawn.
AGAIN = timedelta(minutes=30)
_LAST = "sist_sett"


def log(actor: Actor, what: str, pasient_id: int, forlop_id: int | None = None) -> None:
    """Log «`what` åpnet», unless the last opening in this browser tab was of the same."""
    opening = (actor, what, pasient_id, forlop_id)
    store = resources.current().store
    last: tuple[object, datetime] | None = st.session_state.get(_LAST)
    if last is not None and last[0] == opening and store.clock() - last[1] < AGAIN:
        return
    with store.write(actor) as tx:
        innsyn.opened(tx, what, pasient_id, forlop_id)
        st.session_state[_LAST] = (opening, tx.now)


def left() -> None:
    """Note that the page shown now is about no patient, so that coming back to a patient counts as a new opening."""
    st.session_state.pop(_LAST, None)

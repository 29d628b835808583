"""Log that a page has shown a patient, once for each opening, however often Streamlit redraws the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import streamlit as st

from app.web import resources
from checks.errors import RegisterError
from ingest.access import Actor
from ingest.capture.room import CANNOT_WRITE
from ingest.lists import innsyn

# A page that is still open after this time is logged as opened again when it is redrawn.
AGAIN = timedelta(minutes=30)
_LAST = "sist_sett"


def log(actor: Actor, what: str, pasient_id: int, forlop_id: int | None = None) -> None:
    """Log «`what` åpnet», unless the last opening in this browser tab was of the same. Raises REG-310 as ``logged``."""
    _log(actor, what, (pasient_id,), forlop_id)


def log_several(actor: Actor, what: str, pasient_ids: tuple[int, ...]) -> None:
    """Log that a page has shown these patients together, as ``log`` does of one."""
    _log(actor, what, pasient_ids, None)


def _log(actor: Actor, what: str, pasient_ids: tuple[int, ...], forlop_id: int | None) -> None:
    opening = (actor, what, pasient_ids, forlop_id)
    store = resources.current().store
    last: tuple[object, datetime] | None = st.session_state.get(_LAST)
    if last is not None and last[0] == opening and store.clock() - last[1] < AGAIN:
        return
    with logged(), store.write(actor) as tx:
        for pasient_id in pasient_ids:
            innsyn.opened(tx, what, pasient_id, forlop_id)
        st.session_state[_LAST] = (opening, tx.now)


@contextmanager
def logged() -> Iterator[None]:
    """Raise REG-310 when the opening that is logged inside cannot be written: nobody sees a patient without a line about it."""
    try:
        yield
    except RegisterError as error:
        if error.code in CANNOT_WRITE:
            raise RegisterError("REG-310", melding=error) from error
        raise


def left() -> None:
    """Note that the page shown now is about no patient, so that coming back to a patient counts as a new opening."""
    st.session_state.pop(_LAST, None)

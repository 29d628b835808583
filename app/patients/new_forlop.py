"""Open a new forløp only once, also when the user clicks «+ Ny registrering» twice, and of a dead patient only when the user
knows that the patient is dead.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import streamlit as st

from app.components.goto import follow
from app.ui import links, notices
from app.web import resources, session
from checks.errors import RegisterError
from ingest.access import Actor
from ingest.registration import forlop
from ingest.store import Tx

# A second click within this time counts as the same click.
DOUBLE_CLICK = timedelta(seconds=10)
DEAD = "REG-521"
_REFUSED, _ASKED = "registrering_avslatt", "registrering_av_dod"


def open_forlop(tx: Tx, pasient_id: int, *, of_dead: bool = False) -> int:
    """Open a forløp and return its ForlopsID, or return the one this user opened for the patient a moment ago. Raises as
    forlop.create.
    """
    for earlier in forlop.of_patient(tx, pasient_id):
        same = earlier.opprettet_av == tx.actor.bruker and earlier.enhet == tx.actor.enhet
        if same and tx.now - earlier.opprettet < DOUBLE_CLICK:
            return earlier.forlop_id
    return forlop.create(tx, pasient_id, of_dead=of_dead)


def register(actor: Actor, pasient_id: int, of_dead: bool = False) -> None:
    """Open a forløp for a known patient and go to PO, which says that it was opened. For use as a button's callback."""
    try:
        with resources.current().store.write(actor) as tx:
            forlop_id = open_forlop(tx, pasient_id, of_dead=of_dead)
    except RegisterError as error:
        refuse(error, partial(register, actor, pasient_id, of_dead=True))
        return
    arrived(pasient_id, forlop_id)


def arrived(pasient_id: int, forlop_id: int) -> None:
    """Go to PO of a forløp that was just opened (manual: «viser at et nytt forløp er opprettet»)."""
    notices.later("Nytt forløp er opprettet.")
    follow(links.po(pasient_id, forlop_id))


def refuse(error: RegisterError, again: Callable[[], None]) -> None:
    """Keep the refusal of a callback until `refusal` shows it. Of a dead patient the user is asked there, and ``again`` is
    what a yes does.
    """
    if error.code == DEAD:
        st.session_state[_ASKED] = session.script_address(), str(error), again
    else:
        st.session_state[_REFUSED] = str(error)


def refusal() -> None:
    """Show why the last «+ Ny registrering» was refused, once; or ask, until the user has answered or left the page."""
    sentence = st.session_state.pop(_REFUSED, None)
    if sentence:
        st.error(sentence)
    address, asked, again = st.session_state.get(_ASKED, ("", "", None))
    if again is not None and address == session.script_address():
        st.dialog("Pasienten er død", on_dismiss=_answered)(_ask)(asked, again)


def _ask(sentence: str, again: Callable[[], None]) -> None:
    st.write(sentence)
    left, right = st.columns(2)
    if left.button("Registrer likevel", type="primary", width="stretch"):
        _answered()
        again()
        st.rerun()
    if right.button("Avbryt", width="stretch"):
        _answered()
        st.rerun()


def _answered() -> None:
    st.session_state.pop(_ASKED, None)

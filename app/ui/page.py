"""How every page ends: who acts, what an error looks like, and where the browser goes next."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app.components.goto import arrive
from app.ui import seen
from app.web import session
from checks.errors import RegisterError
from ingest.access import Actor


def show(draw: Callable[[Actor], None], *, about_patient: bool = False) -> None:
    """Draw the page for the user who is signed in and show a refusal as its sentence; draw nothing for anybody else.

    Args:
        draw: draws the page for an actor.
        about_patient: the page logs itself whom it shows. Any other page is about nobody: coming back from it to a
            patient is a new opening in the log.
    """
    actor = session.current_actor()
    if actor is None:
        return
    if not about_patient:
        seen.left()
    try:
        draw(actor)
    except RegisterError as error:
        st.error(str(error))
    arrive()

"""What every page ends with: finding the actor, showing an error, and sending the browser on."""

from __future__ import annotations

from collections.abc import Callable

from app.components.goto import arrive
from app.ui import notices, seen
from app.web import session
from checks.errors import RegisterError
from ingest.access import Actor


def show(draw: Callable[[Actor], None], *, about_patient: bool = False) -> None:
    """Draw the page for the user who is signed in and show a refusal as its sentence; draw nothing for anybody else.

    Args:
        draw: draws the page for an actor.
        about_patient: the page is about a patient, and logs by itself whom it shows. When the user comes back from any
            other page to a patient, that is logged as a new opening.
    """
    actor = session.current_actor()
    if actor is None:
        return
    if not about_patient:
        seen.left()
    try:
        draw(actor)
    except RegisterError as error:
        notices.refused(str(error))
    arrive()

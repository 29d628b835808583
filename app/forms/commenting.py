"""The internal comment as an answer: what is typed in it is kept in the user's draft until it is saved or taken away."""

from __future__ import annotations

from typing import Any

from app.components.field import Question, question
from app.forms.opened import Opened
from app.ui import texts
from checks.errors import RegisterError
from ingest.capture.room import CANNOT_WRITE
from ingest.registration import comments
from ingest.store import Tx

COMMENT = "internkommentar"


def comment(form: Opened) -> Question:
    """The question that takes the text of the comment field in the bar, with the version it was written from."""

    def keep(given: Any) -> None:
        match given:
            case {"tekst": str(text), "versjon": int(version)} if 0 <= version < 2**31:
                form.comment_waits = text, version
                keep_waiting(form)
            case _:
                raise RegisterError("REG-255")

    return question("tekst", "Internkommentar", None, key=form.key(COMMENT), on_change=keep)


def keep_waiting(form: Opened) -> None:
    """Keep the comment that waits to be kept, if there is one; it goes on waiting while nothing can be written."""
    if form.comment_waits is None:
        return
    waiting, form.comment_waits = form.comment_waits, None
    try:
        with form.store.write(form.actor) as tx:
            comments.keep(tx, *form.place, *waiting)
    except RegisterError as error:
        if error.code in CANNOT_WRITE:
            form.comment_waits = waiting
        raise


def save(form: Opened, text: str, versjon: Any) -> None:
    """Save the comment that the user has written from the version ``versjon``. Raises as comments.write."""
    with form.store.write(form.actor) as tx:
        comments.write(tx, *form.place, text, versjon)
    form.comment_waits = None


def fields(tx: Tx, form: Opened) -> dict[str, Any]:
    """The internal comment as the bar shows it: its versions, and what the user has typed and not saved."""
    versions = [[c.versjon, c.tekst, c.navn, texts.moment(c.tid)] for c in comments.history(tx, *form.place)]
    typed = comments.typed(tx, *form.place)
    written = form.comment_waits or (typed and (typed.tekst, typed.versjon))
    return {"id": form.key(COMMENT), "versjoner": versions, "skrevet": written and [written[1], written[0]]}

"""The internal comment as an answer: what is typed in it is kept in the user's draft until it is saved or taken away."""

from __future__ import annotations

from typing import Any

from app.components.field import Question, question
from app.forms.opened import Opened
from checks.errors import RegisterError
from ingest.registration import comments

COMMENT = "internkommentar"


def comment(form: Opened) -> Question:
    """The question that takes the text of the comment field in the bar, with the version it was written from."""

    def keep(given: Any) -> None:
        match given:
            case {"tekst": str(text), "versjon": int(version)} if 0 <= version < 2**31:
                with form.store.write(form.actor) as tx:
                    comments.keep(tx, *form.place, text, version)
            case _:
                raise RegisterError("REG-255")

    return question("tekst", "Internkommentar", None, key=form.key(COMMENT), on_change=keep)

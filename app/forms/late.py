"""Answers that come late: typed on an older version of the form than the one that is open, as those an old tab still holds."""

from __future__ import annotations

from typing import Any

from app.forms import words
from app.forms.answering import Open
from app.forms.view import anchors
from checks.codebook import load
from checks.errors import problem
from ingest.registration import versions


def overtaken(form: Open, tab: str, navn: str, versjon: int | None) -> bool:
    """Whether the question has been saved anew since ``versjon``, the version that the answer was typed on, by others than the
    tab itself.

    ``navn`` is the name of the question's element; a page that does not say the version is an older one, and is believed.
    """
    state = form.state
    if versjon is None or versjon >= state.versjon or form.given.get(navn) == tab:
        return False
    with form.store.read(form.actor) as tx:
        before = versions.answers_of(tx, state.forlop_id, state.skjema, versjon)
    return any(before.get(n) != state.lagret.get(n) for n in _names(state.skjema, navn))


def _names(skjema: str, navn: str) -> list[str]:
    """The variables of the question; the rows of the diagnoses, when it is one of the editor's."""
    form = load().skjema[skjema]
    return [n for n, anchor in anchors(form).items() if anchor == navn] or [g.navn for g in form.gjentatte]


def refuse(form: Open, navn: str, given: Any, text: str | None) -> None:
    """Show the answer to the user in place of taking it."""
    label, said = words.given_answer(form.state.skjema, navn, given, form.lists)
    found = problem("REG-325", skjema=form.state.skjema, variabel=navn, felt=label, verdi=text or said)
    form.late[navn] = found.melding

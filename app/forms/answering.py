"""An open form of a forløp, and what happens when an answer is given. It is opened by the page, and answered by requests of
its own (answer_routes.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import streamlit as st

from app.forms import often as most_often
from app.forms import opened
from app.forms import state as states
from app.forms import view as views
from app.forms.form_state import FormState
from app.forms.opened import Opened, guarded
from app.web import session
from checks import repeated
from checks.answers import typed
from checks.errors import InvalidAnswers
from ingest import units
from ingest.access import Actor
from ingest.store import Store

OPEN = "skjema:aapen"  # the form that this tab showed last


@dataclass
class Open(Opened):
    """An open form of a forløp and what is needed to draw it: the unit's lists (kind -> id -> name), and what the unit uses most."""

    state: FormState
    active: dict[str, dict[int, str]]
    lists: dict[str, dict[int, str]]
    often: most_often.Often = field(default_factory=dict)
    locked: frozenset[str] = field(default_factory=frozenset)

    @property
    def place(self) -> tuple[int, str]:
        return self.state.forlop_id, self.state.skjema

    @property
    def versjon(self) -> int:
        return self.state.versjon

    @property
    def unsaved(self) -> bool:
        return self.state.endret

    @property
    def done(self) -> str:
        return self.state.varsel

    @property
    def typed(self) -> dict[str, str]:
        return self.state.uleselig

    @property
    def redraw(self) -> bool:
        return self.state.draw_all

    def refuse(self, sentence: str) -> None:
        self.state.feil, self.state.draw_all = sentence, True

    def note(self, navn: str, text: str | None) -> None:
        self.state.uleselig.pop(navn, None)
        if text:
            self.state.uleselig[navn] = text


def open_form(store: Store, actor: Actor, forlop_id: int, skjema: str, version: int) -> Open:
    """The open form, kept from one run to the next while it is the same form, and read anew when the page is opened.

    When the user comes from another form, that one is saved. When others have saved a newer ``version`` of this form and
    the user has changed nothing, it is read again.
    """
    token = session.script_token()
    left: Open | None = st.session_state.get(OPEN)
    form = known = held(store, token, actor, forlop_id, skjema)
    if form is None:
        form = reopen(store, token, actor, forlop_id, skjema)
    here = left is not None and (left.state.forlop_id, left.state.skjema) == (forlop_id, skjema)
    if left is not None and left is not form and not left.gone and left.actor == actor:
        with left.lock, guarded(left):
            if not left.state.holdt:
                states.keep(store, actor, left.state)
            states.autosave(left.store, left.actor, left.state)
    with form.lock:
        # The answers may have saved a version since the page asked for it.
        older = not form.state.endret and form.state.versjon < version
        # What could not be written is on the screen alone, and is not read anew.
        if known and (older or not here) and form.state.holdt:
            form = reopen(store, token, actor, forlop_id, skjema)
    st.session_state[OPEN] = form
    return form


def held(store: Store, token: str, actor: Actor | None, forlop_id: int, skjema: str) -> Open | None:
    """The form if it is open in this session (``opened.held``)."""
    found = opened.held(store, (token, forlop_id, skjema), actor)
    return found if isinstance(found, Open) else None


def reopen(store: Store, token: str, actor: Actor, forlop_id: int, skjema: str) -> Open:
    """Read the form anew, with the actor's draft of it, in place of the one that is open. Raises as states.open_state."""
    key = token, forlop_id, skjema
    lock = opened.lock_of(key)
    with lock:
        state = states.open_state(store, actor, forlop_id, skjema)
        with store.read(actor) as tx:
            entries = {k: units.entries(tx, k, state.enhet, only_active=False) for k in units.KINDS}
        active = {k: {e["id"]: e["navn"] for e in found if e["aktiv"]} for k, found in entries.items()}
        lists = {k: {e["id"]: e["navn"] for e in found} for k, found in entries.items()}
        used = most_often.often(store, actor, state.enhet)
        form = Open(store, actor, state, active, lists, used, states.locked(state), lock=lock)
        opened.put(key, form)
    return form


def close(form: Open) -> None:
    """Forget the open form, because its draft was discarded."""
    opened.close(form)
    st.session_state.pop(OPEN, None)


@contextmanager
def drawing(form: Open) -> Iterator[None]:
    """Remember it when the drawing inside is cut off, so that the next run draws everything.

    The next click may cut a drawing off, and the run of that click draws only the bar.
    """
    try:
        yield
    except BaseException:
        form.state.draw_all = True
        raise


def commit(form: Open, given: dict[str, Any]) -> None:
    """Take in the answers that the user has given, and keep them as a draft at once."""
    if not given or not form.state.redigerbar:
        return
    state = form.state
    with guarded(form):
        _require_answers(state, given)
        section = views.section_of(state.form.skjema, next(iter(given)))
        try:
            if not form.asleep:
                _leave(form, section)
        finally:
            # The answer stays on the screen and goes into the next draft, whatever went wrong above.
            states.answer(state, given, form.today)
        states.keep(form.store, form.actor, state)
        state.feil = state.melding = ""


def _require_answers(state: FormState, given: dict[str, Any]) -> None:
    """Raise InvalidAnswers for values of another type than their questions ask: no field of ours sends them."""
    wrong = typed(state.form, given)[1] + repeated.problems(state.form.skjema, given)
    if wrong:
        raise InvalidAnswers(tuple(wrong))


def _leave(form: Open, section: str) -> None:
    """Save a version when the user goes from one section to another, if the answers are valid."""
    state = form.state
    left, state.seksjon = state.seksjon not in (None, section), section
    status = state.status
    saved = left and states.autosave(form.store, form.actor, state)
    if saved and (state.skjema == "to" or state.status != status):
        state.draw_all = True


def keep(form: Open) -> None:
    """Keep what is begun and is no answer yet: a row without its dose, a half-filled diagnosis."""
    if not form.state.redigerbar:
        return
    form.state.endret = True
    with guarded(form):
        states.keep(form.store, form.actor, form.state)


def confirm(form: Open, navn: str, value: Any) -> None:
    """Note that the user has confirmed the unusual value of a variable, and keep the draft."""
    form.state.bekreftet[navn] = form.state.svar.get(navn, value)
    form.state.endret = True
    form.state.mangler = tuple(p for p in form.state.mangler if p.variabel != navn)
    with guarded(form):
        states.keep(form.store, form.actor, form.state)


def due(form: Open) -> bool:
    """Whether five minutes have passed since the form was opened or saved (manual: «Autolagring skjer hvert 5. minutt»)."""
    return form.store.clock() - form.state.merket >= timedelta(seconds=states.AUTOSAVE_AFTER)

"""The open forms of the browser sessions, and what happens when an answer is given.

A form is opened by the page, and answered by requests of its own (answer_routes.py). Both hold the form's lock while they
look at it or change it.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from secrets import token_hex
from typing import Any

import streamlit as st

from app.forms import often as most_often
from app.forms import state as states
from app.forms import view as views
from app.forms import words
from app.forms.state import FormState
from app.web import unexpected
from app.web.session import script_token
from checks import repeated
from checks.answers import typed
from checks.errors import InvalidAnswers, RegisterError
from ingest import units
from ingest.access import Actor
from ingest.capture.room import CANNOT_WRITE
from ingest.store import OSLO, Store

log = logging.getLogger("smertereg.skjema")
OPEN = "skjema:aapen"  # the form that this tab showed last
MOST_OPEN = 500


@dataclass
class Open:
    """An open form and what is needed to draw it: the store, the actor, today, the unit's lists (kind -> id -> name), and
    what the unit uses most.

    ``rev`` counts the times it was described for a browser, and ``run`` tells this reading of the form from others. For each
    tab that has answered, ``taken`` is the number of its last answer, and ``sent`` the rev and the questions it was told last.
    ``given`` is the tab that answered each question last, and ``late`` has the sentence about an answer that came too late
    (late.py), by question. ``gone`` is set when the form has been read anew, and this reading takes no more answers. ``asleep`` is set while answers
    are taken from a user whose session has timed out: they are kept as a draft, and nothing is saved.
    """

    state: FormState
    store: Store
    actor: Actor
    today: date
    active: dict[str, dict[int, str]]
    lists: dict[str, dict[int, str]]
    often: most_often.Often = field(default_factory=dict)
    locked: frozenset[str] = field(default_factory=frozenset)
    lock: threading.RLock = field(default_factory=threading.RLock)
    run: str = field(default_factory=lambda: token_hex(4))
    rev: int = 0
    taken: dict[str, int] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    late: dict[str, str] = field(default_factory=dict)
    sent: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    asleep: bool = False
    gone: bool = False

    def key(self, navn: str) -> str:
        return words.element_key(self.state.forlop_id, navn)


# The forms that are open, by session, forløp and form, the one used last at the end.
_open: OrderedDict[tuple[str, int, str], Open] = OrderedDict()
_opening = threading.RLock()


def open_form(store: Store, actor: Actor, forlop_id: int, skjema: str, version: int) -> Open:
    """The open form, kept from one run to the next while it is the same form, and read anew when the page is opened.

    When the user comes from another form, that one is saved. When others have saved a newer ``version`` of this form and
    the user has changed nothing, it is read again.
    """
    token = script_token()
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
    """The form if it is open in this session: as this actor, or as any when the session has timed out (None)."""
    key = token, forlop_id, skjema
    with _opening:
        form = _open.get(key)
        if form is None or form.store is not store or actor not in (None, form.actor):
            return None
        _open.move_to_end(key)
        return form


def reopen(store: Store, token: str, actor: Actor, forlop_id: int, skjema: str) -> Open:
    """Read the form anew, with the actor's draft of it, in place of the one that is open. Raises as states.open_state."""
    with _opening:
        state = states.open_state(store, actor, forlop_id, skjema)
        with store.read(actor) as tx:
            today = tx.now.astimezone(OSLO).date()
            entries = {k: units.entries(tx, k, state.enhet, only_active=False) for k in units.KINDS}
        active = {k: {e["id"]: e["navn"] for e in found if e["aktiv"]} for k, found in entries.items()}
        lists = {k: {e["id"]: e["navn"] for e in found} for k, found in entries.items()}
        used = most_often.often(store, actor, state.enhet)
        form = Open(state, store, actor, today, active, lists, used, states.locked(state))
        before = _open.get((token, forlop_id, skjema))
        if before is not None and before.store is store and before.actor == actor:
            before.gone, form.taken, form.given, form.late = True, before.taken, before.given, before.late
        _open[token, forlop_id, skjema] = form
        while len(_open) > MOST_OPEN:
            _open.popitem(last=False)[1].gone = True
    return form


def close(form: Open) -> None:
    """Forget the open form, because its draft was discarded."""
    with _opening:
        form.gone = True
        for key in [key for key, found in _open.items() if found is form]:
            del _open[key]
    st.session_state.pop(OPEN, None)


@contextmanager
def guarded(form: Open) -> Iterator[None]:
    """Show a refusal raised inside as its sentence, and an unexpected error as a reference number; the answers stay."""
    try:
        yield
    except RegisterError as error:
        unwritten = error.code in CANNOT_WRITE and form.state.endret
        form.state.feil = str(RegisterError("REG-311", melding=error) if unwritten else error)
        form.state.draw_all = True
    except Exception as error:
        reference = unexpected.note(log, f"skjema {form.state.skjema}", error)
        form.state.feil = f"Noe gikk galt. Det du skrev er beholdt. Oppgi referanse {reference} til brukerstøtte."
        form.state.draw_all = True


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

"""The open form of this browser session, and what happens when an answer is given."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import streamlit as st

from app.forms import state as states
from app.forms import view as views
from app.forms import words
from app.forms.state import FormState
from app.web import unexpected
from app.web.session import current_actor, did_something, keeping_draft
from checks.errors import RegisterError
from ingest import units
from ingest.access import Actor
from ingest.store import OSLO, Store

log = logging.getLogger("smertereg.skjema")
OPEN = "skjema:aapen"


@dataclass
class Open:
    """A form with what drawing it needs: who acts, the store, the unit's lists."""

    state: FormState
    store: Store
    actor: Actor
    today: date
    active: dict[str, dict[int, str]]
    lists: dict[str, dict[int, str]]
    locked: frozenset[str] = field(default_factory=frozenset)

    def key(self, navn: str) -> str:
        return words.element_key(self.state.forlop_id, navn)


def open_form(store: Store, actor: Actor, forlop_id: int, skjema: str, version: int) -> Open:
    """The form of this page, kept over reruns. A form the user left is saved; a form that others changed is read again."""
    form: Open | None = st.session_state.get(OPEN)
    if form is not None and (form.state.forlop_id, form.state.skjema, form.actor) == (forlop_id, skjema, actor):
        if form.state.endret or form.state.versjon == version:
            return form
    elif form is not None and form.actor == actor:
        with guarded(form):
            states.autosave(form.store, form.actor, form.state)
    state = states.open_state(store, actor, forlop_id, skjema)
    with store.read(actor) as tx:
        today = tx.now.astimezone(OSLO).date()
        entries = {k: units.entries(tx, k, state.enhet, only_active=False) for k in units.KINDS}
    active = {k: {e["id"]: e["navn"] for e in found if e["aktiv"]} for k, found in entries.items()}
    lists = {k: {e["id"]: e["navn"] for e in found} for k, found in entries.items()}
    locked = frozenset({"SkriftligSamtyk"} if states.consent_locked(state, "SkriftligSamtyk") else ())
    form = Open(state, store, actor, today, active, lists, locked)
    st.session_state[OPEN] = form
    return form


@contextmanager
def guarded(form: Open) -> Iterator[None]:
    """Show what is refused as its sentence; an unexpected error as a reference number. What was typed stays."""
    try:
        yield
    except RegisterError as error:
        form.state.feil = str(error)
        form.state.tegn_alt = True
    except Exception as error:
        reference = unexpected.note(log, f"skjema {form.state.skjema}", error)
        form.state.feil = f"Noe gikk galt. Det du skrev er beholdt. Oppgi referanse {reference} til brukerstøtte."
        form.state.tegn_alt = True


@contextmanager
def drawing(form: Open) -> Iterator[None]:
    """What is drawn here may be cut off by the next click, whose run draws its own section only.

    A cut-off drawing is remembered, so that the next run draws everything.
    """
    try:
        yield
    except BaseException:
        form.state.tegn_alt = True
        raise


def commit(form: Open, given: dict[str, Any]) -> None:
    """An answer was given: kept as a draft at once."""
    if not given or not form.state.redigerbar:
        return
    state = form.state
    section = views.section_of(state.form.skjema, next(iter(given)))
    with guarded(form):
        try:
            signed_in = current_actor() == form.actor
            if signed_in:
                did_something()
                _leave(form, section)
        finally:
            # Whatever went wrong on the way, the answer stays on the screen and goes into the next draft.
            changed = states.answer(state, given, form.today)
        if not signed_in:
            # Nothing typed is lost because time ran out: it is there, as a draft, after the next sign-in.
            with keeping_draft(form.actor):
                states.keep(form.store, form.actor, state)
            raise RegisterError("REG-062")
        states.keep(form.store, form.actor, state)
        state.feil = state.melding = ""
        if changed - {section}:
            state.tegn_alt = True


def _leave(form: Open, section: str) -> None:
    """Leaving a section makes a version of what is valid in the form."""
    state = form.state
    left, state.seksjon = state.seksjon not in (None, section), section
    status = state.status
    saved = left and states.autosave(form.store, form.actor, state)
    if saved and (state.skjema == "to" or state.status != status):
        state.tegn_alt = True


def confirm(form: Open, navn: str, value: Any) -> None:
    """The user is sure of an unusual value."""
    form.state.bekreftet[navn] = form.state.svar.get(navn, value)
    form.state.endret = True
    form.state.mangler = tuple(p for p in form.state.mangler if p.variabel != navn)
    with guarded(form):
        states.keep(form.store, form.actor, form.state)


def due(form: Open) -> bool:
    """Five minutes have gone since the form was opened or saved (manual: «Autolagring skjer hvert 5. minutt»)."""
    return form.store.clock() - form.state.merket >= timedelta(seconds=states.AUTOSAVE_AFTER)

"""What a user has typed and no save has taken, when the form is closed, locked or gone meanwhile: it is shown, never lost unsaid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

import streamlit as st

from app.forms import words
from app.forms.answering import Open
from app.forms.form_state import TYPED
from app.ui import notices
from checks.codebook import load
from checks.errors import RegisterError
from ingest.access import Actor
from ingest.people import users
from ingest.registration import forlop, patients
from ingest.store import OSLO, Store

# What the colleague's change leaves the user with: the form is no part of the forløp any more, or the forløp is deleted.
TAKEN_AWAY = ("REG-021", "REG-027")
KEPT = "Det du skrev, er beholdt som utkast, og står her igjen hvis skjemaet åpnes:"
UNSAVED = "Dette hadde du skrevet, og det er ikke lagret:"
DELETED = "Forløpet ble slettet av {hvem} {tid}. Det som var skrevet og ikke lagret, er slettet med det."
LOCKED = "Utkastet ditt fra {tid} ble ikke lagret før skjemaet ble låst. Dette er ikke med:"


def lines(
    skjema: str, typed: Mapping[str, Any], stored: Mapping[str, Any], lists: Mapping[str, Mapping[int, str]]
) -> list[str]:
    """«Startdato: 20.11.2026» of each answer that is not as stored, in the order of the form, and text that is no answer."""
    form = load().skjema[skjema]
    asked = [v.navn for v in form.variabler.values() if v.beregnes is None] + [g.navn for g in form.gjentatte]
    unlike = [n for n in asked if typed.get(n) is not None and typed.get(n) != stored.get(n)]
    pairs = [words.difference(skjema, n, typed[n], lists) for n in unlike]
    pairs += [(form.variabler[n].ledetekst, text) for n, text in typed.get(TYPED, {}).items() if n in form.variabler]
    return [f"{label.rstrip('?: ')}: {value}" for label, value in pairs]


def of_refused(form: Open | None, refused: RegisterError) -> None:
    """Show what was typed in a form that can be shown no more; nothing of a patient who is erased."""
    if form is None or refused.code not in TAKEN_AWAY:
        return
    state = form.state
    try:
        with form.store.read(form.actor) as tx:
            patients.get(tx, state.hode.pasient_id)
    except RegisterError:
        return
    said = lines(state.skjema, state.svar | {TYPED: state.uleselig}, state.lagret, form.lists)
    _show(KEPT if refused.code == "REG-021" else UNSAVED, said)


def of_deleted(store: Store, actor: Actor, forlop_id: int) -> None:
    """Say who deleted the forløp, and that its drafts went with it; nothing of a forløp of another unit."""
    if sentence := deletion(store, actor, forlop_id):
        notices.remark(sentence)


def deletion(store: Store, actor: Actor, forlop_id: int) -> str:
    """Who deleted the forløp and when, and that its drafts went with it; empty when it is not deleted, or another unit's."""
    with store.read(actor) as tx:
        found = forlop.deletion(tx, forlop_id)
        if found is None:
            return ""
        who, when = found
        return DELETED.format(hvem=users.names(tx).get(who, who), tid=_moment(when))


def of_locked(form: Open) -> None:
    """Show the draft that the form was locked before."""
    state = form.state
    if state.etterlatt is not None:
        said = lines(state.skjema, state.etterlatt.svar, state.lagret, form.lists)
        _show(LOCKED.format(tid=_moment(state.etterlatt.tid)), said)


def _moment(when: datetime) -> str:
    return f"{when.astimezone(OSLO):%d.%m.%Y kl. %H:%M}"


def _show(sentence: str, said: list[str]) -> None:
    if said:
        items = "".join(f"<li>{escape(line)}</li>" for line in said)
        st.html(f'<section class="sr-merknad"><p>{escape(sentence)}</p><ul>{items}</ul></section>')

"""Dialogs that interrupt the user: forms that a save would close, a colleague's save meanwhile, the reason for a
correction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import streamlit as st

from app.components.date_field import date_field
from app.components.field import mount
from app.forms import bar, diagnoseliste, words
from app.forms import state as states
from app.forms.answering import Open
from app.forms.opened import guarded
from checks.codebook import load
from checks.errors import RegisterError
from ingest.people import users
from ingest.registration import forlop, refusals
from ingest.registration.forms import Moved, StaleSave

MINE, THEIRS = "Mitt svar", "Lagret svar"


def show(form: Open) -> None:
    """Open the dialog that the open form waits for, if any."""
    question = form.state.sporsmaal
    if not question:
        return
    kind, *details = question
    titles = {
        "lukker": "Skjemaer lukkes",
        "konflikt": "Skjemaet er endret av en annen",
        "rett": "Rett skjema",
        "datoer": "Datoene passer ikke sammen",
        "papir": "Pasienten svarer selv",
        "diagnose": "En smertediagnose er ikke lagt til",
    }
    draw = {
        "lukker": _closing,
        "konflikt": _stale,
        "rett": _reason,
        "diagnose": _pending,
        "datoer": _dates,
        "papir": _paper,
    }[kind]
    width = "medium" if kind == "konflikt" else "small"
    st.dialog(titles[kind], width=width, on_dismiss=lambda: _leave(form))(draw)(form, *details)


def _leave(form: Open) -> None:
    form.state.sporsmaal = None


def _done(form: Open) -> None:
    form.state.sporsmaal = None
    st.rerun(scope="app")


@contextmanager
def _answered(form: Open) -> Iterator[None]:
    """What the user's answer leads to is done inside; then the page is drawn anew without the dialog."""
    form.state.sporsmaal = None
    with form.lock, guarded(form):
        yield
    st.rerun(scope="app")


def _save(form: Open, then: str | None, **how: Any) -> None:
    """Save as ``bar.save``, and go to ``then`` when it was saved."""
    if bar.save(form, then=then, **how) and then:
        form.state.go_to = then


def _closing(form: Open, closing: tuple[str, ...], complete: bool, then: str | None) -> None:
    names = ", ".join(load().skjema[f].tittel for f in closing)
    st.markdown(
        f"Svarene gir en annen forløpstype, og disse skjemaene lukkes: **{names}**. Innholdet beholdes, "
        "men regnes ikke med i datasettene. De åpnes igjen hvis svarene endres tilbake."
    )
    left, right = st.columns(2)
    if left.button("Lagre og lukk dem", type="primary", width="stretch"):
        with _answered(form):
            _save(form, then, complete=complete, told=True)
    if right.button("Avbryt", width="stretch"):
        _done(form)


def _pending(form: Open, then: str | None) -> None:
    st.write(
        f"**{words.diagnosis_text(form.state.redigeres or {})}** står i spørsmål 3, men er ikke med i listen over registrerte "
        "smertediagnoser. Skal den legges til før skjemaet ferdigstilles?"
    )
    left, right = st.columns(2)
    added = left.button("Legg til", type="primary", width="stretch")
    if added or right.button("Forkast", width="stretch"):
        with _answered(form):
            (diagnoseliste.accept if added else diagnoseliste.cancel)(form, diagnoseliste.block(form))
            # What is missing in the diagnosis is said at its questions.
            if not form.state.redigeres:
                _save(form, then, complete=True)


def _paper(form: Open, sentence: str, then: str | None) -> None:
    st.write(f"{sentence} Bruker du papiret, slettes det pasienten har svart, og lenken slutter å virke.")
    left, right = st.columns(2)
    if left.button("Bruk papiret", type="primary", width="stretch"):
        with _answered(form):
            _save(form, then, complete=True, erstatter=True)
    if right.button("Vent på pasienten", width="stretch"):
        _done(form)


def _stale(form: Open, stale: StaleSave, complete: bool, then: str | None) -> None:
    st.write(_named(form, stale))
    chosen, asked = merged(form, stale)
    for navn, mine, theirs in asked:
        label, my_words = words.difference(form.state.skjema, navn, mine, form.lists)
        their_words = words.difference(form.state.skjema, navn, theirs, form.lists)[1]
        pick = st.radio(
            label, [MINE, THEIRS], key=f"konflikt-{navn}", captions=[my_words, their_words], horizontal=True
        )
        chosen[navn] = mine if pick == MINE else theirs
    if not asked:
        st.write("Dere har endret hver deres svar. Begges endringer blir med når du lagrer.")
    if st.button("Lagre valgene", type="primary"):
        with _answered(form):
            for navn, value in chosen.items():
                form.state.svar = {**form.state.svar, navn: value}
            form.state.versjon, form.state.endret = stale.versjon, True
            states.look(form.state, form.today)
            states.keep(form.store, form.actor, form.state)
            _save(form, then, complete=complete)


def merged(form: Open, stale: StaleSave) -> tuple[dict[str, Any], list[tuple[str, Any, Any]]]:
    """(the answers that only one of the two has changed since the form was opened, what both have changed and must be asked
    about: variable, mine, theirs).
    """
    taken: dict[str, Any] = {}
    asked = []
    for navn, mine, theirs in stale.forskjeller:
        before = form.state.lagret.get(navn)
        if mine == before:
            taken[navn] = theirs
        elif theirs == before or not _asked(form, navn):
            taken[navn] = mine
        else:
            asked.append((navn, mine, theirs))
    return taken, asked


def _named(form: Open, stale: StaleSave) -> str:
    """The sentence of the refusal with the colleague's name in place of the user id."""
    state = form.state
    with form.store.read(form.actor) as tx:
        who = forlop.get(tx, state.forlop_id).skjema[state.skjema].sist_lagret_av or ""
        return str(stale).replace(f" {who} ", f" {users.names(tx).get(who, who)} ")


def _asked(form: Open, navn: str) -> bool:
    v = form.state.form.columns.get(navn)
    return v is None or v.besvares


def _reason(form: Open) -> None:
    st.write("Et ferdigstilt skjema rettes på stedet og forblir ferdigstilt. Grunnen lagres sammen med rettelsen.")
    reason = st.text_area("Grunn for rettelsen", max_chars=500)
    if st.button("Begynn rettingen", type="primary"):
        try:
            refusals.require_reason(form.state.skjema, reason)
        except RegisterError as refused:
            st.error(str(refused))
            return
        form.state.grunn = reason.strip()
        _done(form)


def _dates(
    form: Open,
    clashes: list[str],
    dates: tuple[tuple[str, str, str], ...],
    chosen: dict[str, date | None],
    reason: bool,
    complete: bool,
    then: str | None,
) -> None:
    """Ask for the dates of other forms that clash with this form's, and save all of them in one step."""
    state, book = form.state, load().skjema
    st.write(
        "Ingenting er lagret. Rett datoene her, så lagres alle skjemaene samtidig, eller lukk og rett i dette skjemaet."
    )
    st.markdown("\n".join(f"- {sentence}" for sentence in clashes))
    moved = []
    for skjema, navn, stands in dates:
        day = chosen[navn] = mount(
            date_field(
                f"{book[skjema].variabler[navn].ledetekst}, {book[skjema].tittel}",
                chosen.get(navn, date.fromisoformat(stands)),
                key=form.key(f"samtidig-{navn}-{stands}"),
                required=True,
                today=form.today,
            )
        )
        moved += [Moved(skjema, navn, stands, day.isoformat())] if day else []
    given = st.text_area("Grunn for rettelsen", max_chars=500) if reason else state.grunn
    if st.button("Rett datoene og lagre", type="primary", disabled=len(moved) < len(dates)):
        before = state.grunn
        with _answered(form):
            state.grunn = (given or "").strip() or before
            with guarded(form):
                _save(form, then, complete=complete, told=True, samtidig=moved)
            if state.mangler or state.feil:
                state.grunn = before

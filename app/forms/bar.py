"""What the bottom bar does: save, complete, move on, correct, write the internal comment."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app.components.form_bar import KEPT, NOT_KEPT, clicked, done, form_bar
from app.forms import commenting, navigation, paper, words
from app.forms import state as states
from app.forms.answering import Open, due, held
from app.forms.opened import guarded
from app.forms.view import anchors, headings
from app.ui.fragments import fragment
from app.web import session
from app.web.session import current_actor, did_something, quiet_rerun
from checks.codebook import load
from checks.errors import InvalidAnswers, RegisterError
from checks.forlop import COMPLETED, PATIENT_FORMS
from ingest.access import everywhere, may
from ingest.people import users
from ingest.registration.forlop import Forlop
from ingest.registration.forms import COMPLETE, SAVE, StaleSave, open_form
from ingest.store import OSLO

AUTOSAVE_EVERY = 300  # seconds (manual: «Autolagring skjer hvert 5. minutt»)


@fragment(run_every=AUTOSAVE_EVERY)
def bar(form: Open, head: Forlop) -> None:
    """Draw the bar. Deal with a click in it, or autosave when it is time."""
    # The form may have been read anew for another tab of the user's: what is clicked here is done with that one.
    now = held(form.store, session.script_token(), form.actor, *form.place) or form
    with now.lock:
        if now.gone:
            quiet_rerun()
        deal(now, head)
        if now is not form:
            quiet_rerun()
        if form.state.draw_all:
            st.rerun(scope="app")
        _draw(form, head)


def deal(form: Open, head: Forlop) -> None:
    """Do what the user clicked in this tab, once."""
    state = form.state
    if current_actor() != form.actor:
        quiet_rerun()
    with clicked(_key(form)) as event:
        if event:
            did_something()
            with guarded(form):
                _handle(form, head, event)
        elif due(form):
            with guarded(form):
                commenting.keep_waiting(form)
                state.draw_all = states.autosave(form.store, form.actor, state) or state.draw_all
            state.merket = form.store.clock()
            if state.draw_all:
                quiet_rerun()


def _key(form: Open) -> str:
    return f"linje-{form.state.forlop_id}-{form.state.skjema}"


def _draw(form: Open, head: Forlop) -> None:
    state = form.state
    before, after = navigation.neighbours(head, state.skjema)
    go, state.go_to = state.go_to, None
    with form.store.read(form.actor) as tx:
        comment = commenting.fields(tx, form)
    says = told(form)
    form_bar(
        key=_key(form),
        state=says["tilstand"],
        can_save=state.redigerbar,
        complete_box=state.redigerbar and not state.krever_grunn,
        correct=state.kan_endres and not state.redigerbar,
        previous=_title(before),
        next_=_title(after),
        message=says["melding"],
        quiet=says["rolig"],
        problems=says["mangler"],
        comment=comment,
        refused_comment=state.kommentar,
        go=go,
    )


def told(form: Open) -> dict[str, Any]:
    """What the bar says of the answers, as form_bar's data has it."""
    return {
        "tilstand": saved_text(form),
        "melding": " ".join(filter(None, (form.state.feil, *form.late.values()))),
        "rolig": quiet_text(form),
        "mangler": _problem_lines(form),
    }


def _problem_lines(form: Open) -> list[tuple[str | None, str]]:
    state = form.state
    shown = state.form.skjema
    return words.problem_lines(state.mangler, anchors(shown), headings(shown), state.forlop_id)


def _title(form: str | None) -> str | None:
    return load().skjema[form].tittel if form else None


def saved_text(form: Open) -> str:
    """«Lagret 14:32», with the date when that was another day. A form that only the patient fills in is not saved here."""
    state = form.state
    if state.endret:
        return KEPT if state.holdt else NOT_KEPT
    if state.sist_lagret is None:
        return "Ikke besvart ennå" if paper.only_patient(form) else "Ikke lagret ennå"
    moment = state.sist_lagret.astimezone(OSLO)
    when = words.clock(moment) if moment.date() == form.today else f"{moment:%d.%m.%Y %H:%M}"
    return f"{'Ferdigstilt' if state.status == COMPLETED else 'Lagret'} {when}"


def quiet_text(form: Open) -> str:
    """The quiet line of the bar: that the form is locked and whom to ask, the reason for a correction, or which answers
    were cleared.
    """
    state = form.state
    if state.status == COMPLETED and not state.kan_endres:
        with form.store.read(form.actor) as tx:
            found = [
                a.navn
                for a in users.actors(tx)
                if a.enhet == state.enhet and may(a, "rette_låst") and not everywhere(a)
            ]
        who = f": {', '.join(dict.fromkeys(found))}" if found else ""
        said = f"Skjemaet er ferdigstilt og låst. Kontakt lokal koordinator (LC) for å få rettet det{who}."
        return f"{state.melding} {said}".strip()
    if state.krever_grunn and state.grunn:
        return f"Retting av ferdigstilt skjema. Grunn: {state.grunn}"
    return state.melding


def _handle(form: Open, head: Forlop, event: dict[str, Any]) -> None:
    state = form.state
    state.feil = state.melding = ""
    state.kommentar = None
    before, after = navigation.neighbours(head, state.skjema)
    match event["handling"]:
        case "lagre":
            save(form, complete=bool(event.get("ferdigstill")))
        case "neste" if after:
            save_and_go(form, navigation.address(head, after), complete=bool(event.get("ferdigstill")))
        case "forrige" if before:
            states.autosave(form.store, form.actor, state)
            state.go_to = navigation.address(head, before)
        case "rett":
            state.sporsmaal = ("rett",)
            state.draw_all = True
        case "kommentar":
            _comment(form, str(event.get("tekst") or ""), event.get("versjon"))


def _comment(form: Open, text: str, versjon: Any) -> None:
    """Save the internal comment; a refused one is shown again with its text, beside what stands."""
    state = form.state
    state.draw_all = True
    try:
        commenting.save(form, text, versjon)
    except RegisterError as refused:
        state.kommentar = (str(refused), text)


def save_and_go(form: Open, target: str, *, complete: bool) -> None:
    """«Ved klikk på Neste lagres aktuelt skjema automatisk før neste skjema vises»; when the save is refused, the form
    stays.
    """
    state = form.state
    wanted = state.redigerbar and (state.endret or complete)
    if not wanted or save(form, complete=complete, then=target):
        state.go_to, state.draw_all = target, False


def save(form: Open, *, complete: bool, then: str | None = None, told: bool = False, **more: Any) -> bool:
    """Save or complete the form; False when it was not saved.

    The user is asked first when a diagnosis has not been added to the list, and when the save would close forms with answers,
    unless the user has said yes (``told``), and is asked what to do when a colleague has saved meanwhile, and for the dates of
    other forms that this form's dates clash with, and whether paper is to take the place of what a patient has begun; ``more``
    is the user's answer (see states.save). ``then`` is the address to go to after it.
    """
    state = form.state
    state.draw_all = True
    if complete and state.redigeres:
        state.sporsmaal = ("diagnose", then)
        return False
    closing = () if told else states.closing(form.store, form.actor, state)
    if closing:
        state.sporsmaal = ("lukker", closing, complete, then)
        return False
    try:
        saved = states.save(form.store, form.actor, state, COMPLETE if complete else SAVE, **more)
    except InvalidAnswers as refused:
        if all(p.annen_dato for p in refused.problems):
            _ask_for_dates(form, refused, complete, then)
        return False
    except StaleSave as stale:
        state.sporsmaal = ("konflikt", stale, complete, then)
        return False
    except RegisterError as refused:
        if refused.code != "REG-184":
            raise
        state.sporsmaal = ("papir", str(refused), then)
        return False
    form.locked = states.locked(state)
    state.melding = words.removed(saved.fjernet)
    if state.skjema in PATIENT_FORMS and complete:
        state.melding = f"{paper.SHREDDED} {state.melding}".strip()
    state.feil = ""
    done(_key(form))  # also when the save was answered in a dialog, and not by a click in the bar
    return True


def _ask_for_dates(form: Open, refused: InvalidAnswers, complete: bool, then: str | None) -> None:
    """Ask for the dates of other forms that clash with this form's; when one of these forms is locked for the user, say so."""
    state, book = form.state, load().skjema
    with form.store.read(form.actor) as tx:
        opened = {name: open_form(tx, state.forlop_id, name) for name in clashing(refused)}
    locked = [book[name].navn for name, other in opened.items() if not other.kan_endres]
    if locked:
        state.feil = str(RegisterError("REG-022", skjema=", ".join(locked)))
        return
    found = {p.annen_dato: opened[p.annen_dato.partition(".")[0]] for p in refused.problems}
    dates = tuple((n.partition(".")[0], n.partition(".")[2], o.svar.get(n.partition(".")[2])) for n, o in found.items())
    reason = state.grunn is None and any(other.krever_grunn for other in opened.values())
    state.sporsmaal = ("datoer", [p.melding for p in refused.problems], dates, {}, reason, complete, then)


def clashing(refused: InvalidAnswers) -> tuple[str, ...]:
    """The other forms that the refused dates clash with."""
    return tuple(dict.fromkeys(p.annen_dato.partition(".")[0] for p in refused.problems))

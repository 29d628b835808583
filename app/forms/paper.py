"""Patient forms on the form page: plotting of paper, and reading the patient's answers (manual: «Utfylling på papir»)."""

from __future__ import annotations

from datetime import date

from app.components.date_field import date_field
from app.components.field import Question
from app.forms.answering import Open, commit
from app.ui import notices
from app.web import resources
from checks import eprom, hads_texts
from checks.codebook import Variabel, load
from checks.forlop import COMPLETED, PATIENT_FORMS
from checks.patient_forms import was_closed
from ingest.prom import hads_licence, patient_answers
from ingest.registration import versions

SHREDDED = "Papirskjemaet er registrert. Skjema makuleres!"
BEGUN = "Vent om du kan. Ferdigstiller du papiret, slettes det pasienten har svart; sender pasienten inn først, gjelder det."
ONLY_PATIENT = "Dette skjemaet fylles bare ut av pasienten selv (ePROM). Her kan du se besvarelsen når den er kommet."


def head(form: Open) -> None:
    """Draw what stands above the questions of a patient form; nothing for the behandler's own forms."""
    state = form.state
    if state.skjema not in PATIENT_FORMS:
        return
    if reason := was_closed(state.skjema, state.svar):
        with form.store.read(form.actor) as tx:
            more = versions.reason(tx, state.forlop_id, state.skjema, state.versjon)
        notices.remark(f"Skjemaet er lukket uten svar. Årsak: {reason}.{f' {more}.' if more else ''}")
    elif only_patient(form):
        notices.remark(ONLY_PATIENT)
    elif not state.krever_grunn:
        _begun(form)
    if state.skjema == hads_texts.FORM and hads_licence.texts(resources.current().settings) is None:
        notices.remark(hads_texts.MISSING)


def _begun(form: Open) -> None:
    """Say, before anything is typed, that the patient is answering the form."""
    with form.store.read(form.actor) as tx:
        patient = patient_answers.begun(tx, form.state.forlop_id, form.state.skjema)
    if patient is not None:
        notices.remark(f"Pasienten har begynt å svare selv: {patient.words}. {BEGUN}")


def plotted(form: Open) -> Question | None:
    """The question of when the patient filled in the paper; None for forms that are no paper."""
    state = form.state
    if state.skjema not in PATIENT_FORMS or was_closed(state.skjema, state.svar) or only_patient(form):
        return None
    dato = eprom.CLOSING_FIELDS[state.skjema][0]
    given = state.svar.get(dato)
    return date_field(
        load().variabel(dato).ledetekst,
        date.fromisoformat(given) if given else None,
        key=form.key(dato),
        today=form.today,
        disabled=not state.redigerbar,
        error=state.problem(dato),
        on_change=lambda day: commit(form, {dato: day.isoformat() if day else None}),
    )


def only_patient(form: Open) -> bool:
    """Whether only the patient fills in the form, and has not yet."""
    state = form.state
    return state.skjema in PATIENT_FORMS and state.skjema not in eprom.ON_PAPER and state.status != COMPLETED


def worded(v: Variabel) -> Variabel:
    """The variable, with the licensed wording when it is a question of HADS and the wordings are loaded."""
    texts = hads_licence.texts(resources.current().settings) if v.skjema == hads_texts.FORM else None
    return texts.worded(v) if texts else v

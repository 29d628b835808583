"""The page of a form: head, sections, bar and dialogs."""

from __future__ import annotations

import hashlib
from html import escape
from typing import Any

import streamlit as st

from app.components.form_fields import form_fields
from app.components.form_head import form_head
from app.files import printouts
from app.forms import answer_routes, answering, bar, dialogs, drawn, left_behind, navigation, paper, regime, words
from app.forms import state as states
from app.forms.answering import Open, drawing, open_form
from app.forms.opened import Opened, guarded
from app.ui import links, texts
from app.ui.frame import available
from app.web import guard, session
from checks.calculations.age import age_at
from checks.codebook import load
from checks.errors import RegisterError
from checks.forlop import ALL_FORMS
from ingest import units
from ingest.access import Actor
from ingest.registration import comments, forlop, patients
from ingest.store import OSLO, Store, Tx


def show(store: Store, actor: Actor, forlop_id: str, skjema: str) -> None:
    """Draw the form ``skjema`` of the forløp ``forlop_id`` (both as in the address), or say why it cannot be shown."""
    left = parts = None
    try:
        if not forlop_id.isdecimal() or len(forlop_id) > 9 or skjema not in ALL_FORMS:
            raise RegisterError("REG-027", forlop=forlop_id or "uten nummer")
        left = answering.held(store, session.script_token(), actor, int(forlop_id), skjema)
        head, parts = _head(store, actor, int(forlop_id), skjema)
        if skjema not in head.forms:
            raise RegisterError("REG-021", skjema=load().skjema[skjema].navn)
    except RegisterError as error:
        if parts:
            form_head(*parts, key="skjemahode")
        _refused(error)
        left_behind.of_refused(left, error)
        if error.code == "REG-027" and forlop_id.isdecimal() and len(forlop_id) <= 9:
            left_behind.of_deleted(store, actor, int(forlop_id))
        return
    version = head.skjema[skjema].versjon if skjema in head.skjema else 0
    try:
        form = open_form(store, actor, head.forlop_id, skjema, version)
    except RegisterError as error:
        if error.code != "REG-310":  # what cannot be logged is not shown, and the head has the patient's name
            form_head(*parts, key="skjemahode")
        _refused(error)
        return
    form.state.draw_all = False
    with drawing(form):
        form_head(*parts, key="skjemahode")
        _draw(form, head, skjema)
    if form.state.varsel:
        st.toast(form.state.varsel)
        form.state.varsel = ""


def _draw(form: Open, head: forlop.Forlop, skjema: str) -> None:
    # Each fragment keeps the same place whatever is shown above it: Streamlit knows a fragment by its place on the page,
    # and would lose a click in one that has moved.
    with st.container():
        _draft(form)
        left_behind.of_locked(form)
        paper.head(form)
    with form.lock:
        told = drawn.whole(form)
    form_fields(told, key=f"skjema-{head.forlop_id}-{skjema}", place=place(form))
    st.html(links.fetched(printouts.form_address(head.forlop_id, skjema), "Skriv ut (PDF)", shown=True))
    bar.bar(form, head)
    dialogs.show(form)


def place(form: Opened) -> dict[str, Any]:
    """Where the browser sends the answers of an open form (form_fields)."""
    forlop_id, skjema = form.place
    actor = form.actor
    # What tells the user apart from others who use the same browser, and says nothing else.
    owner = hashlib.sha256(f"{actor.bruker}:{actor.rolle}:{actor.enhet}".encode()).hexdigest()[:16]
    return {
        "adresse": answer_routes.ADDRESS,
        "nokkel": guard.form_key(session.script_token()),
        "forlop": forlop_id,
        "skjema": skjema,
        "eier": owner,
    }


def _refused(error: RegisterError) -> None:
    st.html(f'<p class="sr-melding" role="alert">{escape(str(error))}</p>')
    st.page_link("pages/arbeidsliste.py", label="Til arbeidslisten")


def _head(
    store: Store, actor: Actor, forlop_id: int, skjema: str
) -> tuple[forlop.Forlop, tuple[dict[str, Any], list[dict[str, Any]]]]:
    with store.read(actor) as tx:
        head = forlop.get(tx, forlop_id)
        return head, head_parts(tx, head, skjema)


def head_parts(tx: Tx, head: forlop.Forlop, chosen: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The arguments of form_head: the facts about the patient, and the tabs with ``chosen`` marked."""
    patient_page = any(p.file == "pasientregistreringer" for p in available(tx.actor.rolle))
    po_comment = comments.read(tx, head.forlop_id, "po") is not None
    return _facts(tx, head), navigation.tabs(head, chosen, patient_page=patient_page, po_comment=po_comment)


def _facts(tx: Tx, head: forlop.Forlop) -> dict[str, Any]:
    """The facts about the patient: name, age, sex, PID, FID, forløpstype, samtykke or reservation, avdeling."""
    patient = patients.get(tx, head.pasient_id)
    age = f"{age_at(patient.fodselsdato, tx.today)} år" if patient.fodselsdato else "ukjent alder"
    names = {e["id"]: e["navn"] for e in units.entries(tx, "avdeling", head.enhet, only_active=False)}
    return {
        "navn": patient.navn,
        "kjonn": patient.kjonn,
        "dod": patient.dod,
        "detaljer": [
            ["", ", ".join(p for p in (age, texts.SEX.get(patient.kjonn or 0)) if p)],
            ["PID", str(head.pasient_id)],
            ["FID", str(head.forlop_id)],
            ["", texts.forlopstype(head.forlopstype) if head.forlopstype else "Forløpstype ikke avgjort"],
            *regime.facts(tx, head),
            ["Avdeling", names.get(head.avdeling_id, "–") if head.avdeling_id else "–"],
        ],
    }


def _draft(form: Open) -> None:
    """Say «Utkast fra 14:32 er hentet fram», with a button that discards the draft."""
    state = form.state
    if state.utkast_tid is None:
        return
    when = state.utkast_tid.astimezone(OSLO)
    day = "" if when.date() == form.today else f"{when:%d.%m.} "
    with st.container(horizontal=True, vertical_alignment="center", key="sr-utkast"):
        st.html(f'<p class="sr-utkast">Utkast fra {day}{words.clock(when)} er hentet fram.</p>', width="content")
        if st.button("Forkast utkastet", type="tertiary"):
            with guarded(form):
                states.forget(form.store, form.actor, state)
            answering.close(form)
            st.rerun()

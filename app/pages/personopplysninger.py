"""Personopplysninger (PO): name, address and contact of the patient (manual: «Personopplysningsskjema (PO)»)."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import streamlit as st

from app.components.choice_row import choice_row
from app.components.date_field import date_field
from app.components.field import mount
from app.components.form_bar import form_bar
from app.components.form_head import form_head
from app.components.number_field import text_field
from app.forms.bar import comment_versions
from app.forms.page import head_parts
from app.patients import po_actions, po_form, visible_patients
from app.patients.po_actions import Page
from app.ui import links, notices, seen, texts
from app.ui.page import show
from app.web import resources
from checks.codebook import load
from checks.errors import RegisterError
from ingest.access import Actor, may
from ingest.registration import comments, forlop

PERSONAL = ("Fornavn", "Etternavn", "Fdato", "Kjonn")
LONGEST_TEXT = 200
CONTACT = ("Adrtype", "Adresse", "Postnr", "Poststed", "Telefon", "Epost")


def draw(actor: Actor) -> None:
    try:
        page, parts = _read(actor)
        if po_actions.deal(page):
            page, parts = _read(actor)
        seen.log(actor, "personopplysninger", page.head.pasient_id, page.head.forlop_id)
    except RegisterError as error:
        notices.heading("Personopplysninger (PO)")
        st.error(str(error))
        return
    form_head(*parts, key="po_hode")
    notices.place()
    left, right = st.columns(2, gap="medium")
    with left.container(border=True):
        _personal(page)
    with left.container(border=True):
        _samtykke(page)
    if may(actor, "se_logg"):
        right.html(links.link(links.log(page.head.pasient_id), "Innsynslogg for pasienten", css="sr-knapplenke"))
    with right.container(border=True):
        st.html('<h2 class="sr-undertittel">Adresse og kontaktopplysninger</h2>')
        _contact(page)
    _bar(page)
    po_actions.dialogs(page)


def _read(actor: Actor) -> tuple[Page, tuple[dict[str, Any], list[dict[str, Any]]]]:
    pasient_id = visible_patients.from_address()
    with resources.current().store.read(actor) as tx:
        patient = visible_patients.get(tx, pasient_id)
        if "forlop" in st.query_params:
            head = forlop.get(tx, visible_patients.from_address("forlop"))
        else:
            head = next(iter(forlop.of_patient(tx, pasient_id)), None)
        if head is None or head.pasient_id != pasient_id:
            raise RegisterError("REG-046")
        written = comments.history(tx, head.forlop_id, po_form.FORM)
        page = Page(actor, head, po_form.read(tx, patient, head.forlop_id), written)
        return page, head_parts(tx, head, po_form.FORM)


def _personal(page: Page) -> None:
    patient = page.po.patient
    st.html('<h2 class="sr-undertittel">Personalia</h2>')
    shown = po_actions.shown_number(page)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(_list([("Fødselsnummer", shown or patient.fnr_maskert)]), width="content")
        if patient.idtype == "fnr" and not shown:
            st.button("vis", type="tertiary", help="Visningen logges.", on_click=po_actions.reveal, args=(page,))
    facts = [(po_form.variable(n).ledetekst, _words(n, page.po.value(n))) for n in PERSONAL if page.po.locked(n)]
    facts.append((po_form.variable("Avdod").ledetekst, "Ja" if patient.avdod else "Nei"))
    if patient.avdod:
        facts.append((po_form.variable("Ddato").ledetekst, texts.day(patient.dodsdato)))
    st.html(_list(facts))
    for name in PERSONAL:
        if not page.po.locked(name):
            _field(page, name)
    _field(page, "DatoinhOppl")


def _contact(page: Page) -> None:
    _field(page, "Adrtype")
    _field(page, "Adresse")
    short, long = st.columns([1, 2])
    with short:
        _field(page, "Postnr")
    with long:
        _field(page, "Poststed")
    _field(page, "Telefon")
    _field(page, "Epost")


def _samtykke(page: Page) -> None:
    st.html('<h2 class="sr-undertittel">Samtykke</h2>')
    answers = po_form.samtykke(page.head)
    st.html(_list([(po_form.variable(n).ledetekst, _words(n, v)) for n, v in answers.items()]))
    if page.head.trukket_dato is None:
        st.html('<p class="sr-ingress">Settes bare i Tilleggsopplysninger (TO).</p>')
    if may(page.actor, "trekke_samtykke") and page.head.samtykke == 1 and page.head.trukket_dato is None:
        st.button("Trekk samtykke …", on_click=po_actions.open_dialog, args=("trekk",))


def _field(page: Page, name: str) -> None:
    variable = po_form.variable(name)
    value, error = po_actions.value(page, name), po_actions.error(page, name)
    key = po_actions.key(page, name)
    common: dict[str, Any] = {"key": key, "help": variable.hjelp or None}

    def committed(new: Any) -> None:
        po_actions.keep(page, name, new)

    if variable.type == "dato":
        mount(date_field(variable.ledetekst, value, error=error, on_change=committed, **common))
    elif variable.type == "liste":
        options = [(int(k.kode), k.tekst) for k in variable.koder]
        mount(choice_row(variable.ledetekst, options, value, error=error, on_change=committed, **common))
    else:
        mount(
            text_field(variable.ledetekst, value, error=error, on_change=committed, max_length=LONGEST_TEXT, **common)
        )


def _bar(page: Page) -> None:
    # In a container, like the bar of the other forms, because the style sheet finds the bar by its place.
    with st.container():
        form_bar(
            key=f"po_linje_{page.head.forlop_id}",
            number=po_actions.number(page),
            state=po_actions.state(page),
            can_save=True,
            next_=load().skjema["to"].tittel,
            message=po_actions.refusal(page),
            problems=po_actions.problems(page),
            comments=comment_versions(page.comments),
            refused_comment=po_actions.refused_comment(page),
            on_event=lambda event: po_actions.clicked(page, event),
        )


def _words(name: str, value: Any) -> str:
    if value is None:
        return "Ikke avklart" if name == "SkrSamtykke" else "–"
    if isinstance(value, date):
        return texts.day(value)
    variable = po_form.variable(name)
    return variable.tekst(value) if variable.type == "liste" else str(value)


def _list(facts: list[tuple[str, str]]) -> str:
    items = "".join(f"<dt>{escape(term)}</dt><dd>{escape(value)}</dd>" for term, value in facts)
    return f'<dl class="sr-fakta">{items}</dl>'


show(draw, about_patient=True)

"""Personopplysninger (PO): name, address and contact of the patient (manual: «Personopplysningsskjema (PO)»)."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import streamlit as st

from app.components.form_bar import clicked, form_bar
from app.components.form_fields import form_fields
from app.components.form_head import form_head
from app.components.goto import follow
from app.forms import commenting, drawn, left_behind, po, po_form, regime
from app.forms.opened import guarded
from app.forms.page import head_parts, place
from app.forms.po import OpenPo
from app.patients import po_actions, visible_patients
from app.ui import links, notices, seen, texts
from app.ui.page import show
from app.web import resources
from app.web.session import script_token
from checks import reservasjon
from checks.codebook import load
from checks.errors import RegisterError
from checks.identity import NO_NUMBER
from ingest.access import Actor, may
from ingest.registration import forlop, reservations
from ingest.registration.patients import OTHER
from ingest.store import OSLO


def draw(actor: Actor) -> None:
    try:
        form = po.open_form(resources.current().store, script_token(), actor, _forlop(actor))
        with form.lock:
            _deal(form)
            parts, comment, told = _read(form)
        seen.log(actor, "personopplysninger", form.head.pasient_id, form.head.forlop_id)
    except RegisterError as error:
        notices.heading("Personopplysninger (PO)")
        st.error(str(error))
        if error.code == po.GONE:
            left_behind.of_deleted(resources.current().store, actor, visible_patients.from_address("forlop"))
        return
    form_head(*parts, key="po_hode")
    notices.place()
    if sentence := po_actions.refusal(form.head.pasient_id):
        st.error(sentence)
    left, right = st.columns(2, gap="medium")
    with left.container(border=True):
        _personal(form, told)
    with left.container(border=True):
        if reservasjon.of_forlop(form.head.startdato):
            _reservasjon(form)
        else:
            _samtykke(form)
    if may(actor, "se_logg"):
        right.html(links.link(links.log(form.head.pasient_id), "Innsynslogg for pasienten", css="sr-knapplenke"))
    with right.container(border=True):
        st.html('<h2 class="sr-undertittel">Adresse og kontaktopplysninger</h2>')
        if form.po.patient.skjermet:
            notices.remark("Adressen er skjermet i Folkeregisteret, og skal ikke skrives her.")
        _fields(form, told, "kontakt")
    _bar(form, comment)
    po_actions.dialogs(actor, form.head.pasient_id, form.head.forlop_id, form.po.missing_contact)


def _forlop(actor: Actor) -> int:
    """The forløp that the address names, or the patient's newest, for a patient whom the user may see."""
    pasient_id = visible_patients.from_address()
    with resources.current().store.read(actor) as tx:
        pasient_id = visible_patients.get(tx, pasient_id).pasient_id
        if "forlop" in st.query_params:
            head = forlop.get(tx, visible_patients.from_address("forlop"))
        else:
            head = next(iter(forlop.of_patient(tx, pasient_id)), None)
    if head is None or head.pasient_id != pasient_id:
        raise RegisterError("REG-046")
    return head.forlop_id


def _read(form: OpenPo) -> tuple[tuple[dict[str, Any], list[dict[str, Any]]], dict[str, Any], dict[str, Any]]:
    """The head, the internal comment, and the fields as they are now."""
    with form.store.read(form.actor) as tx:
        po.look(form, tx)
        return head_parts(tx, form.head, po_form.FORM), commenting.fields(tx, form), drawn.whole(form)


def _deal(form: OpenPo) -> None:
    """Do what the user clicked in the bar."""
    with clicked(_bar_key(form)) as event:
        if not event:
            return
        form.comment = None
        with guarded(form):
            match event["handling"]:
                case "lagre":
                    po.save(form)
                case "neste" if po.save(form):
                    # «Neste»: ask about a missing telephone or e-mail, or go to TO.
                    if form.po.missing_contact and not po.has_gone_on(form):
                        po_actions.open_dialog("kontakt")
                    else:
                        follow(links.form(form.head.forlop_id, "to"))
                case "kommentar":
                    po.save_comment(form, str(event.get("tekst") or ""), event.get("versjon"))


def _personal(form: OpenPo, told: dict[str, Any]) -> None:
    patient = form.po.patient
    st.html('<h2 class="sr-undertittel">Personalia</h2>')
    shown = po_actions.shown_number(patient.pasient_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        kind = "Hjelpenummer" if patient.idtype == OTHER and patient.fnr_maskert != NO_NUMBER else "Fødselsnummer"
        st.html(_list([(kind, shown or patient.fnr_maskert)]), width="content")
        if patient.fnr_maskert != NO_NUMBER and not shown:
            asked = (form.actor, patient.pasient_id)
            st.button("vis", type="tertiary", help="Visningen logges.", on_click=po_actions.reveal, args=asked)
    facts = [(po_form.variable(n).ledetekst, _words(n, form.po.value(n))) for n in po.PERSONAL if form.po.locked(n)]
    facts.append((po_form.variable("Avdod").ledetekst, "Ja" if patient.avdod else "Nei"))
    if patient.avdod:
        facts.append((po_form.variable("Ddato").ledetekst, texts.day(patient.dodsdato)))
    st.html(_list(facts))
    _fields(form, told, "personalia")


def _samtykke(form: OpenPo) -> None:
    st.html('<h2 class="sr-undertittel">Samtykke</h2>')
    answers = po_form.samtykke(form.head)
    st.html(_list([(po_form.variable(n).ledetekst, _words(n, v)) for n, v in answers.items()]))
    if form.head.trukket_dato is None:
        st.html('<p class="sr-ingress">Settes bare i Tilleggsopplysninger (TO).</p>')
    if may(form.actor, "trekke_samtykke") and form.head.samtykke == 1 and form.head.trukket_dato is None:
        st.button("Trekk samtykke …", on_click=po_actions.open_dialog, args=("trekk",))


def _reservasjon(form: OpenPo) -> None:
    """Draw what the register knows of the patient's reservation, which nobody answers here."""
    st.html('<h2 class="sr-undertittel">Reservasjon</h2>')
    with form.store.read(form.actor) as tx:
        latest, national = reservations.latest(tx, form.head.pasient_id), regime.national(tx, form.head)
    said = reservasjon.status_words(latest["status"] if latest else None)
    if latest:
        said += f" ({texts.day(latest['tid'].astimezone(OSLO).date())})"
    st.html(_list([(po_form.variable("Reservasjonsstatus").ledetekst, said), ("Nasjonalt", national)]))
    st.html(
        '<p class="sr-ingress">Pasienten spørres ikke om samtykke i denne utgaven, men kan reservere seg når som helst.</p>'
    )


def _fields(form: OpenPo, told: dict[str, Any], card: str) -> None:
    form_fields(told, key=f"po_{form.head.forlop_id}_{card}", place=place(form), cards=(card,))


def _bar_key(form: OpenPo) -> str:
    return f"po_linje_{form.head.forlop_id}"


def _bar(form: OpenPo, comment: dict[str, Any]) -> None:
    says = po.told(form)
    # In a container, like the bar of the other forms, because the style sheet finds the bar by its place.
    with st.container():
        form_bar(
            key=_bar_key(form),
            state=says["tilstand"],
            can_save=True,
            next_=load().skjema["to"].tittel,
            message=says["melding"],
            problems=says["mangler"],
            comment=comment,
            refused_comment=form.comment,
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

"""One patient's forms on Pasientregistreringer: how far each has come, in words, and what can be done with it."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.components.form_head import form_head
from app.eprom import order_dialogs
from app.forms import navigation
from app.forms.page import head_parts
from app.ui import links, notices, symbols
from app.web import resources
from checks.codebook import load
from checks.errors import RegisterError
from ingest.access import Actor
from ingest.prom import open_forms
from ingest.prom.open_forms import FormState, PatientRow
from ingest.registration import forlop


def ask(actor: Actor, forlop_id: int, skjema: str | None) -> None:
    """Open the dialog of a form's star, or that of the tannhjul when ``skjema`` is None."""
    with resources.current().store.read(actor) as tx:
        row = open_forms.row(tx, forlop_id)
    if row is None:
        return
    if skjema is None:
        order_dialogs.cog(actor, row)
    else:
        order_dialogs.star(actor, row, skjema)


def draw(actor: Actor, address: str) -> None:
    """Draw the patient forms of the forløp whose number is in the page's address, or say why they cannot be shown."""
    try:
        if not address.isdecimal() or len(address) > 9:
            raise RegisterError("REG-027", forlop=address[:20] or "uten nummer")
        with resources.current().store.read(actor) as tx:
            head = forlop.get(tx, int(address))
            parts, row = head_parts(tx, head, navigation.PATIENT_TAB), open_forms.row(tx, head.forlop_id)
        if row is None:
            raise RegisterError("REG-182", forlop=head.forlop_id)
    except RegisterError as error:
        st.html(f'<p class="sr-melding" role="alert">{escape(str(error))}</p>')
        st.page_link("pages/pasientregistreringer.py", label="Til Pasientregistreringer")
        return
    form_head(*parts, key="skjemahode")
    notices.place()
    st.html('<p class="sr-ingress">Klikk på et skjema for å plotte papirskjema eller se besvarelsen.</p>')
    for state in row.skjema.values():
        _form(actor, row, state)
    if st.button("Besvar alle eller stopp utsending …", key="eprom_tannhjul"):
        order_dialogs.cog(actor, row)


def _form(actor: Actor, row: PatientRow, state: FormState) -> None:
    form = load().skjema[state.skjema]
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"sr-eprom-{state.skjema}"):
        mark = symbols.form(row.forlop_id, state.skjema, form.navn, state.status)
        link = links.link(links.form(row.forlop_id, state.skjema), f"<b>{escape(form.navn)}</b> {escape(form.tittel)}")
        st.html(f'<div class="sr-pasientskjema">{mark}<p>{link}<br>{escape(state.tekst)}</p></div>')
        offers = state.feilet is not None or state.kan_bestilles or state.kan_paa_papir or state.kan_vaere_tapt
        if offers and st.button(_offers(state), key=f"eprom_velg_{state.skjema}"):
            order_dialogs.star(actor, row, state.skjema)


def _offers(state: FormState) -> str:
    """The text of a form's button, which names only what its dialog offers."""
    if state.feilet is not None:
        return "Send på nytt …"
    ways = (("bestill", state.kan_bestilles), ("kom ikke fram", state.kan_vaere_tapt), ("papir", state.kan_paa_papir))
    return f"{' eller '.join(word for word, can in ways if can).capitalize()} …"

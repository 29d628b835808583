"""What coordinators ask SC to correct, on Rett identitet: asking, seeing what became of it, and answering."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.patients.identity_merge import other_patient
from app.ui import links, notices, texts
from app.web import resources
from checks.errors import RegisterError
from ingest import units
from ingest.access import Actor, may
from ingest.identity import asking
from ingest.registration import requests
from ingest.registration.patients import Pasient
from ingest.registration.requests import MERGE, NUMBER, Request


def draw(actor: Actor) -> None:
    """Draw the requests that the actor may see, the open ones first."""
    with resources.current().store.read(actor) as tx:
        found = requests.listed(tx)
        names = {u["resh"]: u["navn"] for u in units.all_units(tx)}
    st.html('<p class="sr-ingress">Finn pasienten i Pasientsøk, og klikk «Rett identitet» i Pasienthistorikk.</p>')
    waiting = [one for one in found if one.utfall is None]
    st.html('<h2 class="sr-undertittel">Ønsker som venter</h2>')
    if not waiting:
        st.html('<p class="sr-tomside">Ingen ønsker venter.</p>')
    for one in waiting:
        with st.container(border=True):
            _open(actor, one, names)
    if answered := [one for one in found if one.utfall is not None]:
        st.html('<h2 class="sr-undertittel">Besvart</h2>')
        st.html(f"<ul>{''.join(_answered(one) for one in answered)}</ul>")


def ask(actor: Actor, patient: Pasient) -> None:
    """Draw LC's form: another number, or another PasientID that is the same person. The fields are emptied when it is sent."""
    kinds = {NUMBER: "Nummeret skal rettes", MERGE: "Pasienten har en PasientID til"}
    slag, hva, grunn = (f"ri_be_{name}_{patient.pasient_id}" for name in ("slag", "hva", "grunn"))

    def submitted() -> None:
        given = st.session_state
        try:
            _send(actor, patient, given[slag], given[hva], given[grunn])
        except RegisterError as error:
            given["ri_be_avslag"] = str(error)
            return
        given[hva] = given[grunn] = ""
        notices.later("Sendt til SC. Svaret står under «Alle ønsker».")

    with st.form(f"ri_be_{patient.pasient_id}"):
        st.radio("Hva skal rettes?", list(kinds), format_func=kinds.__getitem__, horizontal=True, key=slag)
        st.text_input("Nummeret pasienten skal ha, eller den andre PasientID-en", autocomplete="off", key=hva)
        st.text_input("Grunn", max_chars=200, autocomplete="off", placeholder="Uten navn og nummer", key=grunn)
        st.form_submit_button("Send til SC", type="primary", on_click=submitted)
        if refused := st.session_state.pop("ri_be_avslag", None):
            notices.refused(refused)


def _send(actor: Actor, patient: Pasient, slag: str, hva: str, grunn: str) -> None:
    held = resources.current()
    with held.store.write(actor) as tx:
        if slag == NUMBER:
            asking.ask_number(tx, patient.pasient_id, hva, grunn, test_persons=held.settings.test_persons)
            return
        asking.ask_merge(tx, patient.pasient_id, other_patient(hva), grunn)


def _open(actor: Actor, one: Request, names: dict[str, str]) -> None:
    where = f" ved {names.get(one.enhet, one.enhet)}" if one.enhet else ""
    st.html(
        f"<p><b>{escape(_what(one))}</b><br>{escape(one.av)}{escape(where)}, {texts.moment(one.tid)}: {escape(one.grunn)}</p>"
    )
    if not may(actor, "rette_identitet"):
        return
    there = links.identity(one.pasient_id, one.annen, one.onske_id)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.html(links.link(there, "Se på det", css="sr-knapplenke"), width="content")
        reason = st.text_input("Grunn til avslag", max_chars=200, key=f"ri_avslag_{one.onske_id}", width=320)
        if st.button("Avslå", key=f"ri_avsla_{one.onske_id}"):
            with notices.refusals():
                with resources.current().store.write(actor) as tx:
                    requests.answer(tx, one.onske_id, requests.REFUSED, reason)
                notices.later("Avslått. Koordinatoren ser grunnen.")
                st.rerun()


def _what(one: Request) -> str:
    if one.slag == MERGE:
        return f"Slå sammen PasientID {one.pasient_id} ({one.navn}) og PasientID {one.annen}"
    return f"Rett nummeret til PasientID {one.pasient_id} ({one.navn}) til {one.nummer_maskert}"


def _answered(one: Request) -> str:
    reason = f": {one.svar}" if one.svar else ""
    when = texts.moment(one.besvart) if one.besvart else ""
    return f"<li>{escape(_what(one))} – {escape(one.utfall or '')} {when}{escape(reason)}</li>"

"""The merges that a patient has been part of, on Rett identitet, each with its «Angre» for as long as it can be undone."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.ui import notices, texts
from app.web import resources
from ingest.access import Actor, may
from ingest.identity import merging
from ingest.identity.merging import Merge
from ingest.registration.patients import Pasient


def draw(actor: Actor, patient: Pasient) -> None:
    """Draw the merges, if there are any."""
    with resources.current().store.read(actor) as tx:
        found = merging.of_patient(tx, patient.pasient_id)
    if not found:
        return
    st.html('<h2 class="sr-undertittel">Sammenslåinger</h2>')
    for one in found:
        with st.container(border=True):
            st.html(f"<p>{escape(_said(one))}</p>")
            if may(actor, "rette_identitet") and one.angret is None:
                _undo(actor, one)


def _said(one: Merge) -> str:
    said = (
        f"PasientID {one.fra} ble slått sammen med {one.til} {texts.moment(one.tid)} av {one.av}, med "
        f"{texts.count(one.forlop, 'forløp', 'forløp')}."
    )
    if one.grunn:
        said += f" Grunn: {one.grunn}."
    return f"{said} Angret {texts.moment(one.angret)}." if one.angret else said


def _undo(actor: Actor, one: Merge) -> None:
    if one.bygget:
        st.html(f'<p class="sr-ingress">Kan ikke angres: siden da er {escape(one.bygget)}.</p>')
        return
    message = st.empty()
    if not st.button("Angre sammenslåingen", key=f"ri_angre_{one.sammenslaing_id}"):
        return
    with notices.refusals(message):
        with resources.current().store.write(actor) as tx:
            moved = merging.undo(tx, one.sammenslaing_id)
        notices.later(f"Angret: {texts.count(moved, 'forløp', 'forløp')} er tilbake på PasientID {one.fra}.")
        st.rerun()

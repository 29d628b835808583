"""Reservasjoner: those that came and what is done about them, and one patient's reservation, for the national coordinator (SC)."""

from __future__ import annotations

import streamlit as st

from app.patients import patient_header, reservation_list, reservation_of
from app.patients.visible_patients import from_address, get
from app.ui import links, notices, page, seen
from app.web import resources
from ingest.access import Actor, require

LEAD = (
    "En pasient kan når som helst reservere seg mot registeret, uten å si hvorfor. Da sendes ingenting mer, og det som er "
    "registrert, slettes av to koordinatorer."
)


def draw(actor: Actor) -> None:
    require(actor, "slette_pasient")
    notices.heading("Reservasjoner", LEAD)
    notices.place()
    if "pasient" not in st.query_params:
        seen.left()
        reservation_list.draw(actor)
        return
    with resources.current().store.read(actor) as tx:
        patient = get(tx, from_address())
        header = patient_header.describe(tx, patient)
    seen.log(actor, "reservasjon", patient.pasient_id)
    st.html(header)
    reservation_of.draw(actor, patient)
    back = links.link(links.history(patient.pasient_id), "Til Pasienthistorikk", css="sr-knapplenke")
    every = links.link(links.reservation(), "Alle reservasjoner", css="sr-knapplenke")
    st.html(f'<p class="sr-lenkerad">{back} {every}</p>')


page.show(draw, about_patient=True)

"""Rett identitet: correct a patient's number, merge two PasientID into one patient, and what coordinators ask to have done."""

from __future__ import annotations

import streamlit as st

from app.patients import (
    identity_death,
    identity_merge,
    identity_merges,
    identity_number,
    identity_requests,
    patient_header,
)
from app.patients.visible_patients import from_address, get
from app.ui import links, notices, page, seen
from app.web import resources
from ingest.access import Actor, may
from ingest.registration.patients import Pasient

LEAD = "Rett nummeret eller dødsfallet til en pasient, eller slå sammen to PasientID som er samme person. Alt logges."
ASK = "Be SC om å rette nummeret til en pasient, eller om å slå sammen to PasientID som er samme person."


def draw(actor: Actor) -> None:
    decides = may(actor, "rette_identitet")
    notices.heading("Rett identitet", LEAD if decides else ASK)
    notices.place()
    if "pasient" not in st.query_params:
        seen.left()
        identity_requests.draw(actor)
        return
    onske = from_address("onske") if "onske" in st.query_params else None
    with resources.current().store.read(actor) as tx:
        patient = get(tx, from_address())
        header = patient_header.describe(tx, patient)
    if decides and "med" in st.query_params:
        identity_merge.draw(actor, from_address(), from_address("med"), onske)
        return
    seen.log(actor, "rett identitet", patient.pasient_id)
    st.html(header)
    if decides:
        _correct(actor, patient, onske)
    else:
        identity_requests.ask(actor, patient)
    identity_merges.draw(actor, patient)
    back = links.link(links.history(patient.pasient_id), "Til Pasienthistorikk", css="sr-knapplenke")
    every = links.link(links.identity(), "Alle ønsker", css="sr-knapplenke")
    st.html(f'<p class="sr-lenkerad">{back} {every}</p>')


def _correct(actor: Actor, patient: Pasient, onske: int | None) -> None:
    left, right = st.columns(2, gap="medium")
    with left.container(border=True):
        identity_number.draw(actor, patient, onske)
    with right.container(border=True):
        identity_merge.ask_for_the_other(patient, onske)
    identity_death.draw(actor, patient)


page.show(draw, about_patient=True)

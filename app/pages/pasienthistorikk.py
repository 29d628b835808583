"""Pasienthistorikk: a patient's forløp, and the way to a new one (manual: «Arbeidsliste», «Ny registrering»)."""

from __future__ import annotations

import streamlit as st

from app.files import printouts
from app.patients import erasure_dialog, forlop_table, new_forlop, patient_header, visible_patients
from app.ui import links, notices, page, seen
from app.web import resources
from checks.errors import RegisterError
from ingest.access import Actor, may
from ingest.registration import forlop


def draw(actor: Actor) -> None:
    notices.heading("Pasienthistorikk")
    notices.place()
    try:
        pasient_id = visible_patients.from_address()
        with resources.current().store.read(actor) as tx:
            patient = visible_patients.get(tx, pasient_id)
            pasient_id = patient.pasient_id
            found = forlop.of_patient(tx, pasient_id)
            header = patient_header.describe(tx, patient)
            table = forlop_table.html(tx, found)
        seen.log(actor, "pasienthistorikk", pasient_id)
    except RegisterError as error:
        st.error(str(error))
        return
    st.html(header)
    new_forlop.refusal()
    st.html(table)
    st.button(
        "\\+ Ny registrering",
        type="primary",
        key="historikk_ny",
        on_click=new_forlop.register,
        args=(actor, pasient_id),
    )
    if may(actor, "se_logg"):
        record = links.fetched(printouts.record_address(pasient_id), "Utskrift for innsyn (PDF)", shown=True)
        log = links.link(links.log(pasient_id), "Innsynslogg for pasienten", css="sr-knapplenke")
        correct = links.link(links.identity(patient.pasient_id), "Rett identitet", css="sr-knapplenke")
        said = links.link(links.reservation(patient.pasient_id), "Reservasjon", css="sr-knapplenke")
        shown = said if may(actor, "slette_pasient") and resources.current().settings.with_reservation else ""
        st.html(f'<p class="sr-lenkerad">{record} {log} {correct} {shown}</p>')
    erasure_dialog.button(actor, patient)


page.show(draw, about_patient=True)

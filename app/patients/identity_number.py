"""«Rett nummeret» on Rett identitet: SC types the number, sees whose it is, and gives it to the patient."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.components.goto import follow
from app.ui import links, notices, texts
from app.web import resources
from checks import identity
from checks.errors import RegisterError
from ingest.access import Actor
from ingest.registration import number_kinds, numbers, requests
from ingest.registration.patients import Pasient
from ingest.services.folkeregister import Borger
from ingest.standin import ServiceDown

_FOUND = "ri_funnet"
_HELP = "Fødselsnummer, D-nummer, H-nummer eller et hjelpenummer."
FORMER = (True, False)
_FORMER = {
    True: "var pasientens, som et D-nummer før fødselsnummeret. Pasienten finnes med det også etterpå.",
    False: "er feil: skrevet feil, eller en annens. Det fjernes.",
}


def draw(actor: Actor, patient: Pasient, onske: int | None) -> None:
    """Draw the number's form, and below it what was found of the number."""
    st.html('<h2 class="sr-undertittel">Rett nummeret</h2>')
    key = f"ri_nummer_{patient.pasient_id}"
    if key not in st.session_state:
        st.session_state[key] = _asked_for(actor, onske)

    def submitted() -> None:
        _look(actor, patient, st.session_state[key], onske)

    with st.form(f"ri_nummer_skjema_{patient.pasient_id}", border=False):
        st.text_input("Nummeret pasienten skal ha", key=key, autocomplete="off", help=_HELP)
        st.form_submit_button("Kontroller nummeret", on_click=submitted)
    if refused := st.session_state.pop("ri_avslag", None):
        notices.refused(refused)
    found = st.session_state.get(_FOUND)
    if found and found[0] == patient.pasient_id:
        _give(actor, patient, found[1], found[2], onske)
    elif patient.fnr_maskert != identity.NO_NUMBER:
        st.button("Pasienten har ikke norsk nummer", type="tertiary", on_click=_no_number, args=(patient,))


def _asked_for(actor: Actor, onske: int | None) -> str:
    if onske is None:
        return ""
    with resources.current().store.read(actor) as tx:
        return requests.number(tx, onske)


def _no_number(patient: Pasient) -> None:
    st.session_state[_FOUND] = (patient.pasient_id, None, None)


def _look(actor: Actor, patient: Pasient, text: str, onske: int | None) -> None:
    """Read the number, and ask the Folkeregister about it; go to the two side by side when another patient has it."""
    st.session_state.pop(_FOUND, None)
    held = resources.current()
    try:
        with held.store.read(actor) as tx:
            number = numbers.read(tx, patient.pasient_id, text, test_persons=held.settings.test_persons)
    except numbers.NumberTaken as taken:
        follow(links.identity(patient.pasient_id, taken.annen, onske))
        return
    except RegisterError as error:
        st.session_state["ri_avslag"] = str(error)
        return
    borger: Borger | None = None
    if isinstance(number, identity.Fodselsnummer):
        try:
            borger = held.folkeregister.find(number)
        except ServiceDown:
            borger = None
    st.session_state[_FOUND] = (patient.pasient_id, number, borger)


def _give(
    actor: Actor, patient: Pasient, number: identity.Nummer | None, borger: Borger | None, onske: int | None
) -> None:
    st.html(_said(patient, number, borger))
    former = True
    if patient.fnr_maskert != identity.NO_NUMBER:
        former = st.radio(
            "Nummeret som står nå",
            FORMER,
            index=None if number else 1,
            format_func=_FORMER.__getitem__,
            key=f"ri_forrige_{patient.pasient_id}",
        )
    reason = st.text_input(
        "Grunn",
        key=f"ri_grunn_{patient.pasient_id}",
        max_chars=200,
        autocomplete="off",
        placeholder="Uten navn og nummer",
    )
    message = st.empty()
    change, cancel = st.columns(2)
    if cancel.button("Avbryt", width="stretch", key="ri_avbryt"):
        st.session_state.pop(_FOUND, None)
        st.rerun()
    if not change.button("Rett nummeret", type="primary", width="stretch"):
        return
    if former is None:
        message.error("Velg om nummeret som står nå, var pasientens.")
        return
    with notices.refusals(message):
        with resources.current().store.write(actor) as tx:
            if onske is not None:
                requests.answer(tx, onske, requests.DONE)
            numbers.correct(tx, patient.pasient_id, number, reason, former_was_right=former, borger=borger)
        st.session_state.pop(_FOUND, None)
        st.session_state.pop(f"ri_nummer_{patient.pasient_id}", None)
        notices.later("Nummeret er rettet.")
        follow(links.identity(patient.pasient_id))
        st.rerun()


def _said(patient: Pasient, number: identity.Nummer | None, borger: Borger | None) -> str:
    """What the number is, and what will be changed."""
    kind = number_kinds.words(numbers.kind_of(number))
    facts = [("Nå", patient.fnr_maskert), ("Blir", f"{identity.mask(number.number)}, {kind}" if number else kind)]
    if isinstance(number, identity.Fodselsnummer):
        born = number.birth_date or (borger.fodselsdato if borger else None)
        if born:
            changed = " – en annen enn i dag; alderen i Tilleggsopplysninger regnes på nytt"
            facts.append(("Født", f"{texts.day(born)}{changed if patient.fodselsdato not in (None, born) else ''}"))
        name = f"{borger.fornavn} {borger.etternavn}" if borger else "svarer ikke, eller kjenner ikke nummeret"
        facts.append(("Folkeregisteret", name))
        facts.append(("Pasienten heter nå", patient.navn))
    items = "".join(f"<dt>{escape(term)}</dt><dd>{escape(value)}</dd>" for term, value in facts)
    return f'<dl class="sr-fakta">{items}</dl>'

"""Arbeidsliste: the start page, with the unit's active forløp (manual: «Arbeidsliste»)."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app.components.arbeidsliste import arbeidsliste
from app.ui import notices, page, revealed
from app.web import guard, resources, session
from checks.codebook import load
from checks.errors import RegisterError
from checks.forlop import CLINICIAN_FORMS
from ingest import units
from ingest.access import Actor, may
from ingest.lists import arbeidsliste as lines
from ingest.people import users
from ingest.registration import drafts, forlop

KEY = "arbeidsliste"
FORMS = tuple((form, load().skjema[form].kort) for form in CLINICIAN_FORMS)
REFUSED, DELETING = "arbeidsliste_avvist", "arbeidsliste_slettes"


def draw(actor: Actor) -> None:
    notices.heading("Arbeidsliste")
    message = notices.place()
    if REFUSED in st.session_state:
        message.error(st.session_state.pop(REFUSED))
    with resources.current().store.read(actor) as tx:
        rows = lines.rows(tx)
        avdelinger = [(e["id"], e["visningsnavn"]) for e in units.entries(tx, "avdeling", actor.enhet)]
    for row in rows:
        if number := revealed.number(row["pasient_id"]):
            row["fnr"] = number
    arbeidsliste(
        rows,
        forms=FORMS,
        can_delete=may(actor, "slette", actor.enhet),
        key=KEY,
        on_event=lambda event: _take(actor, event),
        avdelinger=avdelinger,
        form_key=guard.form_key(session.script_token()),
    )
    deleting = st.session_state.pop(DELETING, None)
    line = next((row for row in rows if row["forlop_id"] == deleting), None)
    if line is not None:
        _confirm_delete(actor, line)


def _take(actor: Actor, event: dict[str, Any]) -> None:
    try:
        _handle(actor, event)
    except RegisterError as error:
        st.session_state[REFUSED] = str(error)


def _handle(actor: Actor, event: dict[str, Any]) -> None:
    if event["handling"] == "slett":
        st.session_state[DELETING] = int(event["forlop_id"])
    elif event["handling"] == "vis":
        revealed.show(actor, int(event["pasient_id"]))
    elif event["handling"] == "avdeling":
        with resources.current().store.write(actor) as tx:
            forlop.change_avdeling(tx, int(event["forlop_id"]), int(event["avdeling_id"]))


@st.dialog("Slett forløpet?")
def _confirm_delete(actor: Actor, line: dict[str, Any]) -> None:
    st.markdown(f"**{notices.plain(line['navn'])}** · forløp {line['forlop_id']}")
    st.write("Brukes ved feilregistrering. Forløpet forsvinner fra alle lister og datasett.")
    if unsaved := _unsaved_by_others(actor, int(line["forlop_id"])):
        st.warning(f"Det som er skrevet og ikke lagret, slettes også: {unsaved}.")
    reason = st.text_input("Grunn", key=f"slett_grunn_{line['forlop_id']}", max_chars=200)
    message = st.empty()
    delete, cancel = st.columns(2)
    if delete.button("Slett forløpet", type="primary", width="stretch"):
        try:
            with resources.current().store.write(actor) as tx:
                forlop.delete(tx, line["forlop_id"], reason)
        except RegisterError as error:
            message.error(str(error))
            return
        notices.later(f"Forløp {line['forlop_id']} er slettet.")
        st.rerun()
    if cancel.button("Avbryt", width="stretch"):
        st.rerun()


def _unsaved_by_others(actor: Actor, forlop_id: int) -> str:
    """«Kari Holm (B 1.1 og B 2.2)»: who is filling in forms of the forløp."""
    with resources.current().store.read(actor) as tx:
        known, found = users.names(tx), drafts.of_others(tx, forlop_id)
    named = {form.id: form.kort or form.navn for form in load()}
    return ", ".join(
        f"{notices.plain(known.get(user, user))} ({' og '.join(named[form] for form in named if form in forms)})"
        for user, forms in sorted(found.items())
    )


page.show(draw)

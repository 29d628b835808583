"""Pasientregistreringer: the forms that patients answer, by ePROM or on paper (manual: same title).

`?forlop=` shows the forms of one forløp, for plotting and for reading answers («Pasientskjema» in the head of a form).
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from app.components.arbeidsliste import arbeidsliste
from app.eprom import patient_status
from app.ui import notices, page, revealed
from app.web import resources
from checks.codebook import load
from checks.errors import RegisterError
from checks.forlop import PATIENT_FORMS
from ingest import units
from ingest.access import Actor
from ingest.prom import open_forms
from ingest.prom.open_forms import PatientRow
from ingest.registration import forlop

KEY = "pasientregistreringer"
REFUSED, ASKED = "pasientregistreringer_avvist", "pasientregistreringer_spurt"
FORMS = tuple((form, load().skjema[form].kort) for form in PATIENT_FORMS)
EMPTY = (
    "Ingen pasienter venter. En pasient kommer hit så snart inklusjonskriteriene er oppfylt og pasienten er tilsett."
)


def draw(actor: Actor) -> None:
    """Draw one patient's forms when the address names a forløp, otherwise the unit's list."""
    if "forlop" in st.query_params:
        patient_status.draw(actor, st.query_params["forlop"])
    else:
        _draw_list(actor)


def _draw_list(actor: Actor) -> None:
    """Draw the unit's list, and the dialog that the user's click asked for."""
    notices.heading("Pasientregistreringer")
    message = notices.place()
    if REFUSED in st.session_state:
        message.error(st.session_state.pop(REFUSED))
    with resources.current().store.read(actor) as tx:
        rows = open_forms.rows(tx)
        avdelinger = [(e["id"], e["visningsnavn"]) for e in units.entries(tx, "avdeling", actor.enhet)]
    arbeidsliste(
        [as_line(row) | ({"fnr": number} if (number := revealed.number(row.pasient_id)) else {}) for row in rows],
        forms=FORMS,
        can_delete=False,
        key=KEY,
        on_event=lambda event: _take(actor, event),
        avdelinger=avdelinger,
        name="pasientregistreringer",
        filters=("venter", "varsel", "mine"),
        empty=EMPTY,
        patient_forms=True,
    )
    asked = st.session_state.pop(ASKED, None)
    if asked is not None:
        patient_status.ask(actor, *asked)


def as_line(row: PatientRow) -> dict[str, Any]:
    """A line in the form that the table (app/components/arbeidsliste.py) takes."""
    return {
        "forlop_id": row.forlop_id,
        "pasient_id": row.pasient_id,
        "navn": row.navn,
        "alder": row.alder,
        "kjonn": row.kjonn,
        "dod": row.dod,
        "barn": False,
        "fnr_maskert": row.fnr_maskert,
        "samtykke": row.samtykke,
        "startdato": row.startdato.isoformat() if row.startdato else "",
        "lokasjon": row.lokasjon,
        "avdeling": row.avdeling,
        "avdeling_id": row.avdeling_id,
        "mine": row.mine,
        "dager_aapen": row.dager_aapen,
        "skjema": {
            form: {"status": s.status, "kommentar": False, "eprom": s.eprom, "tekst": s.tekst, "varsel": s.varsel}
            for form, s in row.skjema.items()
        },
    }


def _take(actor: Actor, event: dict[str, Any]) -> None:
    try:
        _handle(actor, event)
    except RegisterError as error:
        st.session_state[REFUSED] = str(error)


def _handle(actor: Actor, event: dict[str, Any]) -> None:
    match event["handling"]:
        case "tannhjul":
            st.session_state[ASKED] = (int(event["forlop_id"]), None)
        case "stjerne" if event["skjema"] in PATIENT_FORMS:
            st.session_state[ASKED] = (int(event["forlop_id"]), event["skjema"])
        case "vis":
            revealed.show(actor, int(event["pasient_id"]))
        case "avdeling":
            with resources.current().store.write(actor) as tx:
                forlop.change_avdeling(tx, int(event["forlop_id"]), int(event["avdeling_id"]))


page.show(draw)

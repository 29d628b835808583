"""A form of a forløp: `/skjema?forlop=10001&skjema=b11` (manual: «Behandlerregistrering», «Utfylling på papir»)."""

from __future__ import annotations

import streamlit as st

from app.forms import page as form_page
from app.ui import page
from app.web import resources
from ingest.access import Actor


def draw(actor: Actor) -> None:
    address = st.query_params
    form_page.show(resources.current().store, actor, address.get("forlop", ""), address.get("skjema", "to"))


page.show(draw, about_patient=True)

"""A form of a forløp: `/skjema?forlop=10001&skjema=b11` (manual: «Behandlerregistrering», «Utfylling på papir»)."""

from __future__ import annotations

import streamlit as st

from app.forms import page
from app.web import resources
from app.web.session import current_actor

actor = current_actor()
if actor is not None:
    page.show(resources.current().store, actor, st.query_params.get("forlop", ""), st.query_params.get("skjema", "to"))

"""The script that Streamlit runs for every page: the frame when a user is signed in, otherwise the way to sign-in."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.ui import frame
from app.web import resources, session

st.set_page_config(page_title="SmerteReg", layout="wide", initial_sidebar_state="auto")

found = session.enter()
actor = found.actor if found else None
if actor is None:
    # The session has ended, the user's access has been taken away, or the user has signed out in another tab.
    href = escape(session.onward(found, session.script_address()))
    st.html(
        f'<p class="sr-utlogget" role="alert">Du er logget ut. <a href="{href}" target="_self">Logg inn på nytt</a>; '
        "det du skrev er beholdt.</p>"
    )
    st.stop()
else:
    frame.run(actor, resources.current().unit_name(actor.enhet))

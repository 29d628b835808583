"""The script that Streamlit runs for every page: the frame when somebody is signed in, else the way there."""

from __future__ import annotations

import streamlit as st

from app import frame, resources
from app.session import SIGN_IN, current_actor

st.set_page_config(page_title="SmerteReg", layout="wide", initial_sidebar_state="auto")

actor = current_actor()
if actor is None:
    # The page was open when the server restarted or somebody signed out in another tab.
    st.html(
        f'<p class="sr-utlogget">Du er logget ut. <a href="{SIGN_IN}" target="_self">Logg inn på nytt</a></p>'
    )
    st.stop()
else:
    frame.run(actor, resources.current().unit_name(actor.enhet))

"""What the user sees when a page raises where nobody takes it: a Norwegian sentence, in place of Streamlit's English page."""

from __future__ import annotations

import logging

import streamlit as st

from app.web import unexpected
from checks.errors import RegisterError

log = logging.getLogger("smertereg.side")


def shown(error: Exception) -> bool:
    """Show a refusal as its sentence, and any other error as a reference number. For ``st.App``; True: Streamlit shows nothing."""
    if not isinstance(error, RegisterError):
        error = RegisterError("REG-314", referanse=unexpected.note(log, "side", error))
    st.error(str(error))
    return True

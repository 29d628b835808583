"""The patient that a page's address names, if the user may see the patient.

PasientID is national, so a user can find a patient of another unit by the full number and register the patient here.
Knowing the address alone does not open that patient's page.
"""

from __future__ import annotations

import streamlit as st

from checks.errors import RegisterError
from checks.identity import Nummer
from ingest.registration import patients
from ingest.store import Tx

_SEARCHED = "sokte_pasienter"


def remember(pasient_id: int, number: Nummer) -> None:
    """Remember, in this browser tab, that the user has found the patient by the full number."""
    st.session_state.setdefault(_SEARCHED, {})[pasient_id] = number


def get(tx: Tx, pasient_id: int) -> patients.Pasient:
    """The patient. Raises REG-046 for an unknown one, REG-061 for another unit's that the user has not found by number."""
    return patients.get(tx, pasient_id, st.session_state.get(_SEARCHED, {}).get(pasient_id))


def from_address(name: str = "pasient") -> int:
    """The number that the page's address has under `name`. REG-046 when it is missing or is no number."""
    value = st.query_params.get(name, "")
    if not (value.isascii() and value.isdigit()) or len(value) > 9:
        raise RegisterError("REG-046")
    return int(value)

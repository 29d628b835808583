"""The patient that a page's address names, opened with what the user has searched for.

One PasientID is national, so a patient of another unit can be found by full number and registered here; the
address alone does not open that patient's page.
"""

from __future__ import annotations

import streamlit as st

from checks.errors import RegisterError
from checks.identity import Fodselsnummer
from ingest.registration import patients
from ingest.store import Tx

_SEARCHED = "sokte_pasienter"


def remember(pasient_id: int, number: Fodselsnummer) -> None:
    """The user has found this patient by number."""
    st.session_state.setdefault(_SEARCHED, {})[pasient_id] = number


def get(tx: Tx, pasient_id: int) -> patients.Pasient:
    """The patient. Raises REG-046 for an unknown one, REG-061 for another unit's that was not searched for."""
    return patients.get(tx, pasient_id, st.session_state.get(_SEARCHED, {}).get(pasient_id))


def from_address(name: str = "pasient") -> int:
    """The number called `name` in the page's address. REG-046 when it is missing or is no number."""
    value = st.query_params.get(name, "")
    if not (value.isascii() and value.isdigit()) or len(value) > 9:
        raise RegisterError("REG-046")
    return int(value)

"""Which patients a page may show: the unit's own, and those one has just searched for by their full number.

One PasientID is national, so a patient of another unit can be found by number and registered here; the
address alone does not open that patient's page.
"""

from __future__ import annotations

import streamlit as st

from checks.errors import RegisterError
from ingest import forlop, patients
from ingest.access import may
from ingest.store import Tx

_SEARCHED = "sokte_pasienter"


def remember(pasient_id: int) -> None:
    """The user has found this patient by number."""
    st.session_state.setdefault(_SEARCHED, set()).add(pasient_id)


def get(tx: Tx, pasient_id: int) -> patients.Pasient:
    """The patient. Raises REG-046 for one that is unknown or may not be opened by address."""
    patient = patients.get(tx, pasient_id)
    allowed = (
        pasient_id in st.session_state.get(_SEARCHED, ())
        or may(tx.actor, "se_nasjonalt")
        or bool(forlop.of_patient(tx, pasient_id))
    )
    if not allowed:
        raise RegisterError("REG-046")
    return patient


def from_address(name: str = "pasient") -> int:
    """The number called `name` in the page's address. REG-046 when it is missing or is no number."""
    value = st.query_params.get(name, "")
    if not (value.isascii() and value.isdigit()) or len(value) > 9:
        raise RegisterError("REG-046")
    return int(value)

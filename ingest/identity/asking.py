"""LC asks for a correction, and SC gets a notice of it on Systeminfo, in the same transaction."""

from __future__ import annotations

from ingest.lists import varsler
from ingest.registration import requests
from ingest.store import Tx


def ask_number(tx: Tx, pasient_id: int, number: str, grunn: str, *, test_persons: bool) -> int:
    """Ask SC to give a patient this number; returns the request's number. Raises as requests.ask_number."""
    asked = requests.ask_number(tx, pasient_id, number, grunn, test_persons=test_persons)
    varsler.leave(tx, tx.actor.enhet, f"Nummeret til PasientID {pasient_id} ønskes rettet. Se «Rett identitet».")
    return asked


def ask_merge(tx: Tx, pasient_id: int, annen: int, grunn: str) -> int:
    """Ask SC to merge two patients; returns the request's number. Raises as requests.ask_merge."""
    asked = requests.ask_merge(tx, pasient_id, annen, grunn)
    said = f"PasientID {pasient_id} og {annen} ønskes slått sammen. Se «Rett identitet»."
    varsler.leave(tx, tx.actor.enhet, said)
    return asked

"""What a patient's number is, and which of two numbers a merged patient is to have."""

from __future__ import annotations

from datetime import date

from checks import identity
from ingest.registration.patients import FNR

NONE, OTHER = "uten norsk nummer", "annet nummer"
# The best first: a patient is known by this one.
_ORDER = ("fodselsnummer", "d-nummer", "h-nummer", OTHER, NONE)
_WORDS = {"fodselsnummer": "fødselsnummer", "d-nummer": "D-nummer", "h-nummer": "H-nummer"}


def kind(idtype: str, idnr: str | None, today: date) -> str:
    """The kind of number, as one of identity.Kind, OTHER or NONE."""
    if not idnr:
        return NONE
    return identity.parse(idnr, test_persons=True, today=today).kind if idtype == FNR else OTHER


def words(kind: str) -> str:
    """The kind of number as users read it."""
    return _WORDS.get(kind, kind)


def rank(kind: str) -> int:
    """0 for the kind that a patient is best known by; the others after it."""
    return _ORDER.index(kind)

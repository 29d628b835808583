"""What may be answered in Personopplysninger (PO), and the sentence when it may not."""

from __future__ import annotations

from datetime import date
from typing import Any

from checks import contact
from checks.codebook import load
from checks.errors import Problem, problem
from checks.values import label, norwegian

FORM = "po"
NORWEGIAN_ADDRESS = 1
DATES = ("Fdato", "DatoinhOppl", "DatoTrektSamt")


def wrong(name: str, value: Any, today: date) -> Problem | None:
    """What is wrong with one answer (variable and value); None when nothing is, and for an empty one."""
    if value in (None, ""):
        return None
    if name == "Telefon" and not contact.is_telephone(value):
        return problem("REG-304", skjema=FORM, variabel=name)
    if name == "Epost" and not contact.is_email(value):
        return problem("REG-523" if contact.has_odd_name(value) else "REG-305", skjema=FORM, variabel=name)
    if name in DATES and value > today:
        felt = label(load().skjema[FORM].variabler[name])
        return problem("REG-013", skjema=FORM, variabel=name, felt=felt, verdi=norwegian(value))
    return None


def wrong_postcode(adrtype: int | None, postnr: str | None) -> Problem | None:
    """What is wrong with the postcode of an address of this kind; one abroad may be anything."""
    if adrtype != NORWEGIAN_ADDRESS or not postnr or contact.is_postcode(postnr):
        return None
    return problem("REG-306", skjema=FORM, variabel="Postnr")

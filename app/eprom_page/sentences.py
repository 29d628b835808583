"""The sentences of the patient's page: short, kind, and without anything that identifies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.eprom_page.steps import Step
from checks.codebook import Variabel
from checks.in_words import MONTH_NAMES
from ingest.store import OSLO

# Error code -> heading of the page that shows its sentence.
HEADINGS = {
    "REG-176": "Lenken virker ikke",
    "REG-177": "Takk!",
    "REG-178": "Skjemaet er lukket",
    "REG-185": "Skjemaet er registrert fra papir",
}
TOO_MANY = "Det er prøvd mange lenker som ikke virker. Vent ti minutter, og åpne lenken fra meldingen du fikk."
FAILED = "Noe gikk galt hos oss, og det siste svaret ble kanskje ikke lagret. Prøv en gang til."
NOT_ANSWERED = "Ikke besvart"
_DAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")


def deadline(moment: datetime) -> str:
    """«torsdag 26. november kl. 16.30», in Norwegian time."""
    local = moment.astimezone(OSLO)
    return f"{_DAYS[local.weekday()]} {local.day}. {MONTH_NAMES[local.month - 1]} kl. {local:%H.%M}"


def answer(at: Step, given: dict[str, Any]) -> str:
    """The answer to a step, in the words of the page."""
    found = [_one(v, given[v.navn]) for v in at.variabler if given.get(v.navn) is not None]
    return ", ".join(found) or NOT_ANSWERED


def _one(v: Variabel, value: Any) -> str:
    if v.type == "avkrysning":
        return v.ledetekst
    if v.type == "tall":
        return f"{value} {v.enhet}".strip()
    return v.tekst(value)

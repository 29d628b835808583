"""The line that says which patient a page is about: name, age, sex, masked number and PID."""

from __future__ import annotations

from html import escape

from app.ui import texts
from checks.calculations.age import age_at
from ingest.registration import reservations
from ingest.registration.patients import Pasient
from ingest.store import Tx


def describe(tx: Tx, patient: Pasient) -> str:
    """The line as HTML."""
    age = age_at(patient.fodselsdato, tx.today) if patient.fodselsdato else None
    parts = [
        f"{age} år" if age is not None else "Fødselsdato ukjent",
        texts.SEX.get(patient.kjonn or 0, ""),
        escape(patient.fnr_maskert),
        f"PID {patient.pasient_id}",
    ]
    marked = f'<span class="sr-dod">{patient.dod}</span>' if patient.dod else ""
    if reservations.status(tx, patient.pasient_id) == reservations.RESERVED:
        marked += '<span class="sr-dod">reservert</span>'
    html = f"<b>{escape(patient.navn)}</b>{marked}" + "".join(f"<span>{part}</span>" for part in parts if part)
    return f'<div class="sr-person">{html}</div>'

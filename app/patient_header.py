"""Who a page is about, in one line: name, age, sex, masked number, PID, and the forløp when there is one."""

from __future__ import annotations

from html import escape

import streamlit as st

from app import symbols, texts
from checks.calculations.age import age_at
from checks.consent import shown_state
from ingest.forlop import Forlop
from ingest.patients import Pasient
from ingest.store import Tx


def describe(tx: Tx, patient: Pasient, forlop: Forlop | None = None) -> str:
    """The header as HTML."""
    age = age_at(patient.fodselsdato, tx.today) if patient.fodselsdato else None
    parts = [
        f"{age} år" if age is not None else "Fødselsdato ukjent",
        texts.SEX.get(patient.kjonn or 0, ""),
        escape(patient.fnr_maskert),
        f"PID {patient.pasient_id}",
    ]
    if patient.avdod:
        parts.insert(2, f"død {texts.day(patient.dodsdato)}")
    if forlop is not None:
        parts += [f"FID {forlop.forlop_id}", texts.forlopstype(forlop.forlopstype)]
    html = f"<b>{escape(patient.navn)}</b>" + "".join(f"<span>{part}</span>" for part in parts if part)
    if forlop is not None:
        html += symbols.consent(shown_state(forlop.samtykke, forlop.samtykke_type, forlop.trukket_dato))
        department = tx.row(
            "select visningsnavn from register.avdeling where avdeling_id = ?", forlop.avdeling_id
        )
        html += f"<span>{escape(department['visningsnavn'])}</span>" if department else ""
    return f'<div class="sr-pasient">{html}</div>'


def show(tx: Tx, patient: Pasient, forlop: Forlop | None = None) -> None:
    """Draw the header."""
    st.html(describe(tx, patient, forlop))

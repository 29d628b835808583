"""One form of a forløp on paper, with the saved answers."""

from __future__ import annotations

from typing import Any

from checks.codebook import load
from checks.samtykke import as_shown
from exports.printouts import words
from exports.printouts.answers import sections
from exports.printouts.typeset import Printout
from ingest import audit
from ingest.registration import forms, patients
from ingest.store import Tx


def document(tx: Tx, forlop_id: int, skjema: str) -> dict[str, Any]:
    """The data of the print. Raises REG-021 (the forløpstype does not have the form), and REG-027 and REG-061 as opening
    the form does.
    """
    opened = forms.open_form(tx, forlop_id, skjema)
    head = opened.forlop
    patient = patients.get(tx, head.pasient_id)
    facts = [
        ("Pasient", patient.navn),
        ("Fødselsnummer", patient.fnr_maskert),
        *([("Dødsdato", words.day(patient.dodsdato) or "ukjent")] if patient.avdod else []),
        ("PID og FID", f"{head.pasient_id}, {head.forlop_id}"),
        ("Samtykke", words.samtykke(head)),
        ("Status", words.STATUS[opened.status]),
        ("Sist lagret", words.moment(opened.sist_lagret)),
    ]
    answers = as_shown(opened.svar, head.trukket_dato) if skjema == "to" else opened.svar
    parts = sections(skjema, answers, words.places(tx, head.enhet))
    form = load().skjema[skjema]
    return {**words.head(tx, f"{form.navn} – {form.tittel}"), "fakta": facts, "deler": parts}


def printout(tx: Tx, forlop_id: int, skjema: str) -> Printout:
    """The form, ready to be typeset; logged. Raises as ``document``."""
    made = document(tx, forlop_id, skjema)
    patient = forms.forlop.get(tx, forlop_id).pasient_id
    audit.log(tx, "skjema skrevet ut", pasient_id=patient, forlop_id=forlop_id, skjema=skjema)
    return Printout("skjema", made, tx.now)

"""Patient forms on paper, made from the codebook (manual: «Filarkiv», «Utfylling på papir»): large type, boxes to tick.

Nothing on them says who the patient is. They have lines for PID and FID, which the behandler fills in, and for the date
under which the answers are registered. HADS can be printed only with the licensed texts (docs/hads-tekster.md), because
the codebook has none of its wordings.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from checks.codebook import load
from checks.codebook.model import Felt, Flervalg, Variabel
from checks.eprom import CLOSING_FIELDS
from checks.forlop import PATIENT_FORMS
from checks.hads_texts import FORM as HADS
from checks.hads_texts import HadsTexts
from exports.printouts.typeset import Printout
from ingest.store import OSLO

MANY = 8  # a list with more answers than this has short ones (0–10), which are printed in one line


def offered(texts: HadsTexts | None) -> tuple[str, ...]:
    """The forms that can be printed; ``texts`` are the licensed texts of HADS, or None when the hospital has none."""
    return tuple(form for form in PATIENT_FORMS if form != HADS or texts is not None)


def printout(skjema: str, moment: datetime, texts: HadsTexts | None = None) -> Printout:
    """The empty form, ready to be typeset. KeyError for a form that is not ``offered``."""
    return Printout("papir", document(skjema, moment.astimezone(OSLO).date(), texts), moment)


def document(skjema: str, dag: date, texts: HadsTexts | None = None) -> dict[str, Any]:
    """The data of the paper, as the form is asked of a forløp that starts on ``dag``: sections of questions, each with how
    it is answered. KeyError as ``printout``.
    """
    if skjema not in offered(texts):
        raise KeyError(skjema)
    form = load().utgave(dag).skjema[skjema]
    licensed = texts if skjema == HADS else None
    parts = [
        {"tittel": part.tittel, "sporsmaal": [q for field in part.felt for q in _questions(field, licensed)]}
        for part in form.seksjoner
    ]
    return {
        "tittel": form.tittel,
        "topp": form.navn,
        "dato": load().variabel(CLOSING_FIELDS[skjema][0]).ledetekst,
        "bunn": "Leveres til smerteteamet. Papiret makuleres når svarene er registrert.",
        "innledning": licensed.innledning if licensed else "",
        "rettighet": licensed.rettighet if licensed else "",
        "deler": [part for part in parts if part["sporsmaal"]],
    }


def _questions(field: Felt, texts: HadsTexts | None) -> Iterator[dict[str, Any]]:
    if isinstance(field, Flervalg):
        answers = [v.ledetekst for v in field.alternativer if v.besvares]
        if answers:
            yield _question(field.ledetekst, "flere", answers)
    elif isinstance(field, Variabel) and field.besvares:
        field = texts.worded(field) if texts else field
        answers = [code.tekst or str(code.kode) for code in field.koder if code.tilbys]
        if field.type == "avkrysning":
            yield _question("", "flere", [field.ledetekst])
        elif answers:
            yield _question(field.ledetekst, "rad" if len(answers) > MANY else "ett", answers)
        else:
            kind = {"stor_tekst": "avsnitt", "dato": "dato"}.get(field.type, "linje")
            yield _question(field.ledetekst, kind, [], field.enhet)


def _question(text: str, kind: str, answers: list[str], unit: str = "") -> dict[str, Any]:
    return {"tekst": text, "slag": kind, "svar": answers, "enhet": unit}

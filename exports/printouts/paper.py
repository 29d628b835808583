"""Patient forms on paper, made from the codebook (manual: «Filarkiv», «Utfylling på papir»): large type, boxes to tick.

Nothing on them says who the patient is: there is a line for PID and FID, which the clinician fills in.
HADS is not among them: its wordings are licensed, and the codebook has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from checks.codebook import load
from checks.codebook.model import Felt, Flervalg, Variabel
from exports.printouts.typeset import Printout

FORMS = ("pasreg", "eval", "opioid")
MANY = 8  # a list of more answers than this is short ones (0–10), which stand in one line


def printout(skjema: str, moment: datetime) -> Printout:
    """The empty form. KeyError for a form that is not in ``FORMS``."""
    return Printout("papir", document(skjema), moment)


def document(skjema: str) -> dict[str, Any]:
    """What the paper holds: sections of questions, each with how it is answered."""
    if skjema not in FORMS:
        raise KeyError(skjema)
    form = load().skjema[skjema]
    parts = [
        {"tittel": part.tittel, "sporsmaal": [q for field in part.felt for q in _questions(field)]}
        for part in form.seksjoner
    ]
    return {
        "tittel": form.tittel,
        "topp": form.navn,
        "bunn": "Leveres til smerteteamet. Papiret makuleres når svarene er registrert.",
        "deler": [part for part in parts if part["sporsmaal"]],
    }


def _questions(field: Felt) -> Iterator[dict[str, Any]]:
    if isinstance(field, Flervalg):
        answers = [v.ledetekst for v in field.alternativer if v.besvares]
        yield _question(field.ledetekst, "flere", answers)
    elif isinstance(field, Variabel) and field.besvares:
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

"""Patient forms on paper, made from the codebook (manual: «Filarkiv», «Utfylling på papir»): large type, boxes to tick.

Nothing on them says who the patient is. They have lines for PID and FID, which the behandler fills in, and for the date
under which the answers are registered. HADS can be printed only with the licensed texts (docs/hads-tekster.md), because
the codebook has none of its wordings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from checks.codebook import load
from checks.codebook.model import Felt, Flervalg, Seksjon, Skjema, Variabel
from checks.conditions import Betingelse, Eller, Er, Ikke, Og
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


def printout(skjema: str, moment: datetime, texts: HadsTexts | None = None, sykehus: str = "") -> Printout:
    """The empty form of the hospital ``sykehus``, ready to be typeset. KeyError for a form that is not ``offered``."""
    return Printout("papir", document(skjema, moment.astimezone(OSLO).date(), texts, sykehus), moment)


def document(skjema: str, dag: date, texts: HadsTexts | None = None, sykehus: str = "") -> dict[str, Any]:
    """The data of the paper, as the form is asked of a forløp that starts on ``dag``: sections of questions, each with when it
    is to be answered and how. KeyError as ``printout``.
    """
    if skjema not in offered(texts):
        raise KeyError(skjema)
    form = load().utgave(dag).skjema[skjema]
    licensed = texts if skjema == HADS else None
    numbers = _numbers(form)
    parts = [
        {
            "tittel": part.tittel,
            "naar": when(part.vises_naar, numbers),
            "sporsmaal": [q for field in part.felt for q in _questions(part, field, numbers, licensed)],
        }
        for part in form.seksjoner
    ]
    return {
        "sykehus": sykehus,
        "tittel": form.tittel,
        "topp": form.navn,
        "dato": load().variabel(CLOSING_FIELDS[skjema][0]).ledetekst,
        "bunn": "Leveres til smerteteamet. Papiret makuleres når svarene er registrert.",
        "innledning": licensed.innledning if licensed else "",
        "rettighet": licensed.rettighet if licensed else "",
        "deler": [part for part in parts if part["sporsmaal"]],
    }


def when(condition: Betingelse | None, numbers: Mapping[str, int]) -> str:
    """Who is to answer, as the paper says it for the screen that hides the rest: «Svar bare hvis du svarte «Ja» på spørsmål 1.»;
    empty when everybody is. ``numbers`` has the number on the paper of each question; the others do not count.
    """
    said = _said(condition, numbers)
    return f"Svar bare hvis du svarte {said}. Ellers hopper du over." if said else ""


def _said(condition: Betingelse | None, numbers: Mapping[str, int]) -> str:
    match condition:
        case Er(variabel=name, verdier=values):
            if name not in numbers:
                return ""
            answers = " eller ".join(f"«{load().variabel(name).tekst(value)}»" for value in values)
            return f"{answers} på spørsmål {numbers[name]}"
        case Og(deler=parts):
            return " og ".join(dict.fromkeys(filter(None, (_said(part, numbers) for part in parts))))
        case Eller(deler=parts):
            return " eller ".join(filter(None, (_said(part, numbers) for part in parts)))
        case Ikke(del_=part):
            inner = _said(part, numbers)
            return f"noe annet enn {inner}" if inner else ""
        case None:
            return ""


def _beside(condition: Betingelse | None, of_section: Betingelse | None) -> Betingelse | None:
    """What a question asks for beyond what its whole section does."""
    if condition == of_section:
        return None
    if isinstance(condition, Og) and of_section is not None:
        around = of_section.deler if isinstance(of_section, Og) else (of_section,)
        return Og(tuple(part for part in condition.deler if part != of_section and part not in around))
    return condition


def _questions(
    section: Seksjon, field: Felt, numbers: Mapping[str, int], texts: HadsTexts | None
) -> Iterator[dict[str, Any]]:
    beside = _beside(getattr(field, "vises_naar", None), section.vises_naar)
    for asked in _asked(field, texts):
        yield asked | {"nr": numbers.get(_first(field)), "naar": when(beside, numbers)}


def _numbers(form: Skjema) -> dict[str, int]:
    """The number on the paper of each question, by its variable; a box that stands alone belongs to the question above it. A form
    in which nothing is skipped has no numbers.
    """
    fields = (f for section in form.seksjoner for f in section.felt if any(True for _ in _asked(f, None)))
    numbered = (f for f in fields if not (isinstance(f, Variabel) and f.type == "avkrysning"))
    found = {_first(f): number for number, f in enumerate(numbered, start=1)}
    return found if any(when(v.vises_naar, found) for v in form.variabler.values()) else {}


def _first(field: Felt) -> str:
    return field.navn if isinstance(field, Variabel) else next((v.navn for v in field.variabler), "")


def _asked(field: Felt, texts: HadsTexts | None) -> Iterator[dict[str, Any]]:
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

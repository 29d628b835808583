"""What every patient form has before its questions: when it was filled in, whether it was, and if not, why.

Manual: «Pasientregistreringer». Who answers is never asked these three: the page, the plotting or the lock sets them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.codebook import Felt, Seksjon, Skjema, Variabel, load
from checks.eprom import CLOSING_FIELDS, ON_PAPER
from checks.forlop import COMPLETED, PATIENT_FORMS

_SECTION = "utfylling"


def question_sections(form: Skjema) -> tuple[Seksjon, ...]:
    """The sections that are asked."""
    return tuple(s for s in form.seksjoner if s.id != _SECTION)


def questions(form: Skjema) -> tuple[Felt, ...]:
    """Everything that is asked, in the order of the codebook."""
    return tuple(f for s in question_sections(form) for f in s.felt if any(v.besvares for v in parts(f)))


def parts(felt: Felt) -> tuple[Variabel, ...]:
    """The variables of a question."""
    return (felt,) if isinstance(felt, Variabel) else felt.variabler


def answered(form: Skjema, answers: Mapping[str, Any]) -> bool:
    """Whether anything at all has been answered; an unticked box is no answer."""
    asked = (v for f in questions(form) for v in parts(f) if v.besvares)
    return any(answers.get(v.navn) not in (None, "") and not _unticked(v, answers) for v in asked)


def _unticked(v: Variabel, answers: Mapping[str, Any]) -> bool:
    return v.type == "avkrysning" and not answers.get(v.navn)


def closing_reasons() -> dict[int, str]:
    """The texts of the reasons that every patient form can be closed with, by code."""
    reason = load().variabel(CLOSING_FIELDS[PATIENT_FORMS[0]][2])
    return {k.kode: k.tekst for k in reason.koder if isinstance(k.kode, int)}


def was_closed(skjema: str, answers: Mapping[str, Any]) -> str | None:
    """The reason why a form was closed unanswered, in words; None when it was filled in."""
    _, complete, reason = CLOSING_FIELDS[skjema]
    if answers.get(complete) != 0:
        return None
    return load().variabel(reason).tekst(answers.get(reason))


def typed_by_staff(skjema: str, status: int, answers: Mapping[str, Any]) -> bool:
    """Whether the staff may type in the form: every form of theirs; a patient form only when it is plotted from paper or
    corrected after it was answered, not when it was closed with a reason.
    """
    if skjema not in PATIENT_FORMS:
        return True
    on_paper = skjema in ON_PAPER or status == COMPLETED
    return on_paper and was_closed(skjema, answers) is None

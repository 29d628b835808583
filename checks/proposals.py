"""The days that a form proposes for its empty dates («foreslaas» in the codebook). Pure.

The manual says what each date means, and that decides how it is proposed. RegDato11 is «dato for utfylling», SluttDato «dato
for ferdigstilling av skjema», and Startdato is «1. tilsyn», which is what Regdato12 asks for: these stand in the form, and become
its answers when the user completes it. The day of a consent stands on a paper: it is only offered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from checks.answers import Shape
from checks.codebook import load
from checks.codebook.model import TODAY
from checks.validation import outside_soft


@dataclass(frozen=True)
class Proposal:
    """A proposed day as ISO, what it is in words («dagens dato», «startdato»), and whether it stands (``staar``)."""

    day: str
    words: str
    staar: bool


def proposals(
    form: Shape, asked: Collection[str], answers: Mapping[str, Any], context: Mapping[str, Any], today: date
) -> dict[str, Proposal]:
    """What is proposed for those of the ``asked`` dates that have no answer. ``context`` holds other forms' answers. A day that
    is to be asked about does not stand by itself, and is only offered.
    """
    found: dict[str, Proposal] = {}
    for navn in asked:
        v = form.columns.get(navn)
        if v is None or v.foreslaas is None or answers.get(navn) is not None:
            continue
        source = v.foreslaas.dag
        day = today.isoformat() if source == TODAY else {**context, **answers}.get(source)
        if isinstance(day, str):
            words = "dagens dato" if source == TODAY else load().variabel(source.rpartition(".")[2]).ledetekst.lower()
            found[navn] = Proposal(day, words, v.foreslaas.staar)
    own = {navn: value for navn, value in answers.items() if navn in form.columns}
    unusual = outside_soft(form, own | standing(found), context) if standing(found) else {}
    return {navn: replace(p, staar=p.staar and navn not in unusual) for navn, p in found.items()}


def standing(proposed: Mapping[str, Proposal]) -> dict[str, str]:
    """The proposals that become answers when the form is completed."""
    return {navn: p.day for navn, p in proposed.items() if p.staar}

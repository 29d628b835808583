"""Why a save is refused: the codebook's rules (through the Pandera gate), the lists of the unit, samtykke, the
smertediagnoser, unusual values that nobody has confirmed, and a correction without a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from checks import lookups, reasons, reservasjon, samtykke, smertediagnoser
from checks.answers import Shape
from checks.codebook import load
from checks.edition_day import START
from checks.errors import Problem, RegisterError, problem
from checks.validation import compile_checker, outside_soft
from checks.violations import Level
from ingest import units
from ingest.registration.versions import Answers, Stored
from ingest.store import Tx

_DIAGNOSES = "smertediagnoser"


@dataclass(frozen=True)
class Proposal:
    """Answers that a user wants to store, and everything that they are judged by.

    ``before`` is what is stored, ``bekreftet`` the confirmations that hold for ``svar``, ``kontekst`` the answers of
    other forms, ``fodselsdato`` the patient's.
    """

    form: Shape
    svar: Answers
    before: Stored
    bekreftet: Answers
    kontekst: Answers
    fodselsdato: date | None
    completing: bool


def problems(tx: Tx, enhet: str, proposal: Proposal) -> list[Problem]:
    """Everything that is wrong with the proposal. No form is stored without passing here, and the gate before that."""
    form, answers, before = proposal.form, proposal.svar, proposal.before.svar
    level: Level = "ferdigstill" if proposal.completing else "lagre"
    found = compile_checker(form, level).check([answers], [proposal.kontekst], tx.today)
    lists = {kind: _active(tx, kind, enhet) for kind in units.KINDS if kind in lookups.kinds(form, answers, before)}
    found += lookups.check_lookups(form, answers, before, lists)
    if form.skjema.id == "to":
        found += _samtykke(proposal)
    # The gate has reported diagnoses that are no rows or have values of another type; those cannot be judged further.
    if form.skjema.id == "b11" and not any(p.variabel == _DIAGNOSES for p in found):
        rows = answers.get(_DIAGNOSES) or ()
        found += smertediagnoser.check(rows, complete=proposal.completing) + smertediagnoser.numbered(rows)
    wrong = {p.variabel for p in found}
    return found + [p for p in _unconfirmed(proposal) if proposal.completing and p.variabel not in wrong]


def confirmations(
    tx: Tx, form: Shape, answers: Answers, kontekst: Answers, new: Mapping[str, Any], before: Stored
) -> Answers:
    """Who confirmed which unusual value, and when. A confirmation holds only for the value that was confirmed, and of a date
    only as long as the date of the form that it is held against is the same.
    """
    kept: Answers = {}
    for navn in outside_soft(form, answers, kontekst):
        value, mot = answers[navn], form.columns[navn].mykt_mot
        same = mot is None or answers.get(mot) == before.svar.get(mot)
        if same and before.bekreftet.get(navn, {}).get("verdi") == value:
            kept[navn] = before.bekreftet[navn]
        elif new.get(navn) == value:
            kept[navn] = {"verdi": value, "av": tx.actor.bruker, "tid": tx.now.isoformat()}
    return kept


def _active(tx: Tx, kind: str, enhet: str) -> set[int]:
    return {int(e["id"]) for e in units.entries(tx, kind, enhet)}


def _samtykke(proposal: Proposal) -> list[Problem]:
    if samtykke.recorded_yes(proposal.before.svar) and not proposal.form.asks(proposal.form.columns["SkriftligSamtyk"]):
        return [
            problem("REG-590", skjema=proposal.form.skjema.navn, variabel=START, dag=f"{reservasjon.begins():%d.%m.%Y}")
        ]
    found = samtykke.check(proposal.before.svar, proposal.svar, proposal.svar.get("InklKritOppf"))
    if proposal.completing and proposal.fodselsdato is None:
        found.append(problem("REG-028", skjema=proposal.form.skjema.navn, variabel="alder"))
    return found


def _unconfirmed(proposal: Proposal) -> list[Problem]:
    asked = outside_soft(proposal.form, proposal.svar, proposal.kontekst)
    return [question for navn, question in asked.items() if navn not in proposal.bekreftet]


def require_reason(skjema: str, grunn: str | None) -> None:
    """Raise REG-023 when a correction of the completed form has no reason, and REG-561 (checks/reasons.py)."""
    if not (grunn or "").strip():
        raise RegisterError("REG-023", skjema=load().skjema[skjema].navn)
    reasons.nameless(grunn or "")

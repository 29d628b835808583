"""Forms: opened, saved, completed, corrected. A save is one transaction; a refused one stores nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from checks import answers as ans
from checks import derived, samtykke
from checks import forlop as rules
from checks.codebook import Variabel, load
from checks.edition_day import judged_on
from checks.errors import InvalidAnswers, RegisterError
from ingest import audit
from ingest.access import may
from ingest.registration import drafts, forlop, refusals, reservations, versions
from ingest.registration.changes import changes
from ingest.registration.versions import Answers
from ingest.store import OSLO, Tx

SAVE, AUTOSAVE, COMPLETE, CORRECT = "lagret", "autolagret", "ferdigstilt", "rettet"


@dataclass(frozen=True)
class OpenForm:
    """A form as it stands. ``kontekst`` holds TO's answers as «to.Tilsett»; ``utkast`` the user's own draft."""

    forlop: forlop.Forlop
    skjema: str
    versjon: int
    status: int
    svar: Answers
    bekreftet: Answers
    kontekst: Answers
    utkast: drafts.Draft | None
    sist_lagret: datetime | None
    sist_lagret_av: str | None
    kan_endres: bool
    krever_grunn: bool


@dataclass(frozen=True)
class Saved:
    """What a save gave: the new version and status, the stored answers, and the hidden answers it cleared."""

    versjon: int
    status: int
    svar: Answers
    tid: datetime
    fjernet: tuple[Variabel, ...] = ()


@dataclass(frozen=True)
class Moved:
    """A date of another form that is corrected in the same step: the one the user saw there, and the new one (ISO)."""

    skjema: str
    variabel: str
    fra: str | None
    til: str


class StaleSave(RegisterError):
    """Somebody else saved first. ``forskjeller`` has one (variabel, mitt, deres) per field that differs."""

    def __init__(
        self, skjema: str, who: str, when: datetime, differences: list[tuple[str, Any, Any]], versjon: int
    ) -> None:
        super().__init__("REG-020", skjema=skjema, hvem=who, tid=f"{when.astimezone(OSLO):%H:%M}")
        self.forskjeller, self.versjon = differences, versjon


def open_form(tx: Tx, forlop_id: int, skjema: str) -> OpenForm:
    """The form with its saved answers and the user's draft. Raises REG-021 when the forløpstype has no such form."""
    head = forlop.get(tx, forlop_id)
    form = _part_of(head, skjema)
    shape = ans.shape(skjema)
    stored = versions.current(tx, head, (skjema, *versions.sources(shape)))
    locked = form.status == rules.COMPLETED
    return OpenForm(
        forlop=head,
        skjema=skjema,
        versjon=form.versjon,
        status=form.status,
        svar=stored[skjema].svar,
        bekreftet=stored[skjema].bekreftet,
        kontekst=versions.surroundings(shape, stored),
        utkast=drafts.get(tx, forlop_id, skjema),
        sist_lagret=form.sist_lagret,
        sist_lagret_av=form.sist_lagret_av,
        kan_endres=may(tx.actor, "rette_låst" if locked else "registrere", head.enhet),
        krever_grunn=locked,
    )


def save(
    tx: Tx,
    forlop_id: int,
    skjema: str,
    svar: Mapping[str, Any],
    *,
    grunnversjon: int,
    hendelse: str = SAVE,
    bekreftet: Mapping[str, Any] | None = None,
    grunn: str | None = None,
    action: str = "registrere",
    samtidig: Sequence[Moved] = (),
    follows: bool = False,
) -> Saved:
    """Store a new version of a form and drop the user's draft. ``action`` is what the actor must be allowed to do.

    ``grunnversjon`` is the version the answers were based on; ``bekreftet`` maps a variable to the unusual value
    the user confirmed. Completing (``hendelse`` ferdigstilt) demands everything the manual demands, and a form
    that is completed already stays so under correction, which needs a ``grunn``.

    A date that clashes with those of the forløp's other forms is refused (REG-015), unless theirs are corrected in the
    same step: ``samtidig``. Each of those forms gets a version, judged as any other; the user's own drafts of them stay.
    ``follows`` is of a save that follows from something else, and is no registration: a reserved patient's forms take no other.

    Raises REG-021 (not of this forløpstype), REG-022/023 (locked), StaleSave, REG-016 (a date in ``samtidig`` is another
    now), REG-611 (the patient is reserved), or InvalidAnswers with every problem. Whoever catches one must not commit: part may be written.
    """
    head = forlop.get(tx, forlop_id, action)
    if not follows:
        reservations.require_open(tx, head.pasient_id, skjema)
    beside = _moved(tx, head, samtidig)
    saved = _save(tx, head, skjema, svar, grunnversjon, hendelse, bekreftet or {}, grunn, beside)
    drafts.drop(tx, forlop_id, skjema)
    for other, answers in beside.items():
        head = forlop.get(tx, forlop_id, action)
        known, seen = head.skjema[other].versjon, {m.variabel: m.til for m in samtidig if m.skjema == other}
        _save(tx, head, other, answers, known, SAVE, seen, grunn, beside)
    return saved


def _moved(tx: Tx, head: forlop.Forlop, samtidig: Sequence[Moved]) -> dict[str, Answers]:
    """The answers of the other forms as they are to be. Raises REG-021, and REG-016 for a date that is not as seen."""
    forms = {moved.skjema: _part_of(head, moved.skjema) for moved in samtidig}
    beside = {other: dict(stored.svar) for other, stored in versions.current(tx, head, forms).items()}
    for moved in samtidig:
        if beside[moved.skjema].get(moved.variabel) != moved.fra:
            felt = load().skjema[moved.skjema].variabler[moved.variabel].ledetekst
            raise RegisterError("REG-016", felt=felt, tittel=load().skjema[moved.skjema].tittel)
        beside[moved.skjema][moved.variabel] = moved.til
    return beside


def _save(
    tx: Tx,
    head: forlop.Forlop,
    skjema: str,
    svar: Mapping[str, Any],
    grunnversjon: int,
    hendelse: str,
    bekreftet: Mapping[str, Any],
    grunn: str | None,
    beside: Mapping[str, Answers],
) -> Saved:
    form = _part_of(head, skjema)
    correcting = form.status == rules.COMPLETED
    if correcting:
        _may_correct(tx, head, skjema, hendelse, grunn)
        hendelse = CORRECT
    proposal, removed = _proposal(
        tx, head, skjema, svar, bekreftet, grunnversjon, hendelse in (COMPLETE, CORRECT), beside
    )
    problems = refusals.problems(tx, head.enhet, proposal)
    if problems:
        raise InvalidAnswers(tuple(problems))
    if proposal.svar == proposal.before.svar and not proposal.completing and form.status == rules.DRAFT:
        return Saved(form.versjon, form.status, proposal.svar, form.sist_lagret or tx.now)
    status = rules.COMPLETED if proposal.completing else rules.DRAFT
    version = versions.Version(form.versjon + 1, status, proposal.svar, proposal.bekreftet, hendelse, grunn)
    _store(tx, head, skjema, version, proposal.before.svar)
    return Saved(version.nr, status, version.svar, tx.now, removed)


def consequences(tx: Tx, forlop_id: int, svar: Mapping[str, Any]) -> tuple[str, ...]:
    """The forms with content that saving these TO answers would close; the user is told before."""
    head = forlop.get(tx, forlop_id)
    dag = judged_on(load().skjema["to"], svar, head.startdato, tx.today)
    given, _ = ans.without_unasked(ans.shape("to", dag), svar, ans.normalised(ans.shape("to", dag), svar))
    answers = derived.derive("to", given, birth_date=_birth_date(tx, head.pasient_id), dag=dag)
    return rules.closing(head.forlopstype, derived.type_of(answers), head.status)


def _birth_date(tx: Tx, pasient_id: int) -> date | None:
    row = tx.row("select fodselsdato from register.pasient where pasient_id = ?", pasient_id)
    return row["fodselsdato"] if row else None


def _proposal(
    tx: Tx,
    head: forlop.Forlop,
    skjema: str,
    svar: Mapping[str, Any],
    confirmed: Mapping[str, Any],
    grunnversjon: int,
    completing: bool,
    beside: Mapping[str, Answers],
) -> tuple[refusals.Proposal, tuple[Variabel, ...]]:
    """What is to be stored: the answers with what the form computes, and what they are judged by.

    What was stored and the form's edition does not ask is taken away, and when completing, the answers of hidden
    questions; both are told. ``beside`` are the answers that other forms get in the same step. Raises StaleSave.
    """
    dag = judged_on(load().skjema[skjema], svar, head.startdato, tx.today)
    form = ans.shape(skjema, dag)
    stored = versions.current(tx, head, (skjema, *versions.sources(form)))
    before = stored[skjema]
    kontekst = versions.surroundings(form, stored | {n: versions.Stored(a) for n, a in beside.items()})
    if head.skjema[skjema].versjon != grunnversjon:
        raise _stale(tx, head.skjema[skjema], skjema, before.svar, svar)
    # Only TO computes with it and asks for it.
    born = _birth_date(tx, head.pasient_id) if skjema == "to" else None
    answers, removed = ans.without_unasked(form, before.svar, ans.normalised(form, svar))
    answers = derived.derive(skjema, answers, birth_date=born, context=kontekst, dag=dag)
    if completing:
        answers, hidden = ans.cleared(form, answers, kontekst)
        removed += hidden
        if skjema == "to":
            answers = samtykke.keep_recorded(before.svar, answers)
        answers = derived.derive(skjema, answers, birth_date=born, context=kontekst, dag=dag)
    removed = tuple(v for v in removed if v.navn not in answers)
    kontekst = derived.standing(skjema, answers, kontekst)
    kept = refusals.confirmations(tx, form, answers, kontekst, confirmed, before)
    return refusals.Proposal(form, answers, before, kept, kontekst, born, completing), removed


def _store(tx: Tx, head: forlop.Forlop, skjema: str, version: versions.Version, before: Answers) -> None:
    """Add the version and log what changed."""
    written = versions.append(tx, head, skjema, version)
    audit.log(
        tx,
        f"skjema {version.hendelse}",
        pasient_id=head.pasient_id,
        forlop_id=head.forlop_id,
        skjema=skjema,
        details={"versjon": version.nr, "avtrykk": written, "endret": changes(skjema, before, version.svar)},
    )


def _part_of(head: forlop.Forlop, skjema: str) -> forlop.FormHead:
    if skjema not in head.forms:
        raise RegisterError("REG-021", skjema=load().skjema[skjema].navn if skjema in load().skjema else skjema)
    return head.skjema[skjema]


def _may_correct(tx: Tx, head: forlop.Forlop, skjema: str, hendelse: str, grunn: str | None) -> None:
    if not may(tx.actor, "rette_låst", head.enhet) or hendelse == AUTOSAVE:
        raise RegisterError("REG-022", skjema=load().skjema[skjema].navn)
    refusals.require_reason(skjema, grunn)


def _stale(tx: Tx, form: forlop.FormHead, skjema: str, theirs: Answers, mine: Mapping[str, Any]) -> StaleSave:
    names = dict.fromkeys([*mine, *theirs])
    differences = [(n, mine.get(n), theirs.get(n)) for n in names if (mine.get(n) or None) != (theirs.get(n) or None)]
    return StaleSave(
        load().skjema[skjema].navn, form.sist_lagret_av or "", form.sist_lagret or tx.now, differences, form.versjon
    )

"""Forms: opened, saved, completed, corrected. A save is one transaction; a refused one stores nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checks import consent, derived, smertediagnoser
from checks import forlop as rules
from checks.answers import Shape, cleared, shape
from checks.codebook import Variabel, load
from checks.eprom import CLOSING_FIELDS
from checks.errors import InvalidAnswers, Problem, RegisterError, problem
from checks.lookups import check_lookups
from checks.validation import check, outside_soft
from ingest import audit, units
from ingest.access import may
from ingest.registration import drafts, forlop
from ingest.registration.changes import changes
from ingest.store import OSLO, Tx

Answers = dict[str, Any]
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


class StaleSave(RegisterError):
    """Somebody else saved first. ``forskjeller`` has one (variabel, mitt, deres) per field that differs."""

    def __init__(
        self, skjema: str, who: str, when: datetime, differences: list[tuple[str, Any, Any]], versjon: int
    ) -> None:
        super().__init__("REG-020", skjema=skjema, hvem=who, tid=f"{when.astimezone(OSLO):%H:%M}")
        self.forskjeller, self.versjon = differences, versjon


def answers_of(tx: Tx, forlop_id: int, skjema: str) -> tuple[Answers, Answers]:
    """The saved answers of a form and its confirmed soft-range values; empty when nothing is saved."""
    row = tx.row(
        "select v.svar, v.bekreftet from register.skjema s join register.skjemaversjon v "
        "on v.forlop_id = s.forlop_id and v.skjema = s.skjema and v.versjon = s.versjon "
        "where s.forlop_id = ? and s.skjema = ?",
        forlop_id,
        skjema,
    )
    if row is None:
        return {}, {}
    return json.loads(row["svar"] or "{}"), json.loads(row["bekreftet"] or "{}")


def open_form(tx: Tx, forlop_id: int, skjema: str) -> OpenForm:
    """The form with its saved answers and the user's draft. Raises REG-021 when the forløpstype has no such form."""
    head = forlop.get(tx, forlop_id)
    form = _part_of(head, skjema)
    answers, confirmed = answers_of(tx, forlop_id, skjema)
    locked = form.status == rules.COMPLETED
    return OpenForm(
        forlop=head,
        skjema=skjema,
        versjon=form.versjon,
        status=form.status,
        svar=answers,
        bekreftet=confirmed,
        kontekst=context(tx, forlop_id, skjema),
        utkast=drafts.get(tx, forlop_id, skjema),
        sist_lagret=form.sist_lagret,
        sist_lagret_av=form.sist_lagret_av,
        kan_endres=may(tx.actor, "rette_låst" if locked else "registrere", head.enhet),
        krever_grunn=locked,
    )


def context(tx: Tx, forlop_id: int, skjema: str) -> Answers:
    """The answers of other forms that this form's rules look at, as «skjema.variabel»."""
    found: Answers = {}
    wanted = shape(skjema).context
    for other in {name.partition(".")[0] for name in wanted}:
        answers, _ = answers_of(tx, forlop_id, other)
        found |= {n: answers.get(n.partition(".")[2]) for n in wanted if n.startswith(f"{other}.")}
    return found


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
) -> Saved:
    """Store a new version of a form and drop the user's draft. ``action`` is what the actor must be allowed to do.

    ``grunnversjon`` is the version the answers were based on; ``bekreftet`` maps a variable to the unusual value
    the user confirmed. Completing (``hendelse`` ferdigstilt) demands everything the manual demands, and a form
    that is completed already stays so under correction, which needs a ``grunn``.

    Raises REG-021 (not of this forløpstype), REG-022/023 (locked), StaleSave, or InvalidAnswers with every
    problem; then nothing is stored.
    """
    head = forlop.get(tx, forlop_id, action)
    form = _part_of(head, skjema)
    correcting = form.status == rules.COMPLETED
    if correcting:
        _may_correct(tx, head, skjema, hendelse, grunn)
        hendelse = CORRECT
    before, confirmed_before = answers_of(tx, forlop_id, skjema)
    if form.versjon != grunnversjon:
        raise _stale(tx, form, skjema, before, svar)
    surroundings = context(tx, forlop_id, skjema)
    birth_date = _birth_date(tx, head.pasient_id)
    answers = derived.derive(skjema, normalised(shape(skjema), svar), birth_date=birth_date, context=surroundings)
    confirmed = _confirmations(tx, skjema, answers, bekreftet or {}, confirmed_before)
    completing = hendelse in (COMPLETE, CORRECT)
    removed: tuple[Variabel, ...] = ()
    if completing:
        answers, removed = cleared(shape(skjema), answers, surroundings)
        if skjema == "to":
            answers = consent.keep_recorded(before, answers)
        answers = derived.derive(skjema, answers, birth_date=birth_date, context=surroundings)
    problems = _problems(tx, head, skjema, before, answers, confirmed, surroundings, completing)
    if problems:
        raise InvalidAnswers(tuple(problems))
    unchanged = answers == before and not completing and form.status == rules.DRAFT
    if unchanged:
        drafts.drop(tx, forlop_id, skjema)
        return Saved(form.versjon, form.status, answers, form.sist_lagret or tx.now)
    status = rules.COMPLETED if completing else rules.DRAFT
    version = form.versjon + 1
    written = _append(tx, forlop_id, skjema, version, status, answers, confirmed, hendelse, grunn)
    _update_head(tx, head, skjema, answers)
    drafts.drop(tx, forlop_id, skjema)
    audit.log(
        tx,
        f"skjema {hendelse}",
        pasient_id=head.pasient_id,
        forlop_id=forlop_id,
        skjema=skjema,
        details={"versjon": version, "avtrykk": written, "endret": changes(skjema, before, answers)},
    )
    return Saved(version, status, answers, tx.now, removed)


def consequences(tx: Tx, forlop_id: int, svar: Mapping[str, Any]) -> tuple[str, ...]:
    """The forms with content that saving these TO answers would close; the user is told before."""
    head = forlop.get(tx, forlop_id)
    answers = derived.derive("to", normalised(shape("to"), svar), birth_date=_birth_date(tx, head.pasient_id))
    return rules.closing(head.forlopstype, derived.type_of(answers), head.status)


def normalised(form: Shape, svar: Mapping[str, Any]) -> Answers:
    """Answers without blanks, whole numbers as int; unknown keys are kept, so that they are refused."""
    result: Answers = {}
    for name, value in svar.items():
        if value in (None, "", []):
            continue
        whole = isinstance(value, float) and value == int(value) if isinstance(value, float) else False
        result[name] = int(value) if whole and name in form.columns else value
    return result


def _part_of(head: forlop.Forlop, skjema: str) -> forlop.FormHead:
    if skjema not in head.forms:
        raise RegisterError("REG-021", skjema=load().skjema[skjema].navn if skjema in load().skjema else skjema)
    return head.skjema[skjema]


def _may_correct(tx: Tx, head: forlop.Forlop, skjema: str, hendelse: str, grunn: str | None) -> None:
    navn = load().skjema[skjema].navn
    if not may(tx.actor, "rette_låst", head.enhet) or hendelse == AUTOSAVE:
        raise RegisterError("REG-022", skjema=navn)
    if not (grunn or "").strip():
        raise RegisterError("REG-023", skjema=navn)


def _stale(tx: Tx, form: forlop.FormHead, skjema: str, theirs: Answers, mine: Mapping[str, Any]) -> StaleSave:
    names = dict.fromkeys([*mine, *theirs])
    differences = [(n, mine.get(n), theirs.get(n)) for n in names if (mine.get(n) or None) != (theirs.get(n) or None)]
    return StaleSave(
        load().skjema[skjema].navn, form.sist_lagret_av or "", form.sist_lagret or tx.now, differences, form.versjon
    )


def _birth_date(tx: Tx, pasient_id: int) -> Any:
    row = tx.row("select fodselsdato from register.pasient where pasient_id = ?", pasient_id)
    return row["fodselsdato"] if row else None


def _confirmations(
    tx: Tx, skjema: str, answers: Answers, new: Mapping[str, Any], old: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Who confirmed which unusual value and when; a confirmation holds for that value only."""
    kept: dict[str, dict[str, Any]] = {}
    for variable in outside_soft(skjema, answers):
        value = answers[variable.navn]
        if old.get(variable.navn, {}).get("verdi") == value:
            kept[variable.navn] = old[variable.navn]
        elif new.get(variable.navn) == value:
            kept[variable.navn] = {"verdi": value, "av": tx.actor.bruker, "tid": tx.now.isoformat()}
    return kept


def _problems(
    tx: Tx,
    head: forlop.Forlop,
    skjema: str,
    before: Answers,
    answers: Answers,
    confirmed: Mapping[str, Any],
    surroundings: Answers,
    completing: bool,
) -> list[Problem]:
    navn = load().skjema[skjema].navn
    found = check(skjema, [answers], "ferdigstill" if completing else "lagre", context=[surroundings], today=tx.today)
    found += check_lookups(skjema, answers, before, {k: _active(tx, k, head.enhet) for k in units.KINDS})
    if skjema == "to":
        found += consent.check(before, answers, answers.get("InklKritOppf"))
        if completing and _birth_date(tx, head.pasient_id) is None:
            found.append(problem("REG-028", skjema=navn, variabel="alder"))
    if skjema == "b11":
        found += smertediagnoser.check(answers.get("smertediagnoser") or (), complete=completing)
    if completing:
        found += [
            problem("REG-012", skjema=navn, variabel=v.navn, felt=v.ledetekst)
            for v in outside_soft(skjema, answers)
            if v.navn not in confirmed
        ]
    return found


def _active(tx: Tx, kind: str, enhet: str) -> set[int]:
    return {int(e["id"]) for e in units.entries(tx, kind, enhet)}


def _append(
    tx: Tx,
    forlop_id: int,
    skjema: str,
    version: int,
    status: int,
    answers: Answers,
    confirmed: Answers,
    hendelse: str,
    grunn: str | None,
) -> str:
    """Add the version and return its digest."""
    salt = tx.random_bytes(16)
    written = audit.digest(salt, answers)
    tx.run(
        "insert into register.skjemaversjon values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        forlop_id,
        skjema,
        version,
        status,
        audit.canonical(answers),
        audit.canonical(confirmed),
        derived.factor_set(skjema),
        tx.actor.bruker,
        tx.actor.rolle,
        tx.actor.enhet,
        tx.now,
        hendelse,
        grunn,
        salt,
        written,
    )
    completed = (
        "forst_ferdigstilt = coalesce(forst_ferdigstilt, ?), forst_ferdigstilt_av = coalesce(forst_ferdigstilt_av, ?)"
    )
    first = (tx.now, tx.actor.bruker) if status == rules.COMPLETED else (None, None)
    tx.run(
        f"update register.skjema set versjon = ?, status = ?, sist_lagret = ?, sist_lagret_av = ?, {completed} "
        "where forlop_id = ? and skjema = ?",
        version,
        status,
        tx.now,
        tx.actor.bruker,
        *first,
        forlop_id,
        skjema,
    )
    return written


def _update_head(tx: Tx, head: forlop.Forlop, skjema: str, answers: Answers) -> None:
    if skjema == "to":
        columns = {
            "henvist_dato": answers.get("HenvistDato"),
            "startdato": answers.get("StartdatoTO"),
            "tilsett": answers.get("Tilsett"),
            "inkl_krit": answers.get("InklKritOppf"),
            "samtykke": answers.get("SkriftligSamtyk"),
            "samtykke_type": answers.get("TypeManglSamt"),
            "samtykke_dato": answers.get("DatoSamtykke"),
        }
        signed = consent.recorded_yes(answers)
        if signed != (head.samtykke == consent.YES and head.samtykke_dato is not None):
            columns["samtykke_registrert"] = tx.now if signed else None
        forlop.move_to_type(tx, head, derived.type_of(answers), columns)
    if skjema == "b11":
        # The pencil moves the patient later; until then the current avdeling follows the registration.
        moved = tx.row("select 1 from register.avdelingsbytte where forlop_id = ?", head.forlop_id)
        avdeling = head.avdeling_id if moved else answers.get("InnlAvd")
        tx.run(
            "update register.forlop set lokasjon_id = ?, avdeling_id = ? where forlop_id = ?",
            answers.get("Lokasjon"),
            avdeling,
            head.forlop_id,
        )
    if skjema == "b22":
        tx.run(
            "update register.forlop set slutt_dato = ? where forlop_id = ?", answers.get("SluttDato"), head.forlop_id
        )
    if skjema in rules.PATIENT_FORMS:
        reason = answers.get(CLOSING_FIELDS[skjema][2])
        tx.run(
            "update register.skjema set lukket_grunn = ? where forlop_id = ? and skjema = ?",
            reason,
            head.forlop_id,
            skjema,
        )

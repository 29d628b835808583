"""The versions of a form: reading the current ones, and adding new ones.

A version is never changed; the form's head row says which of them counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from checks import derived, reservasjon, samtykke
from checks import forlop as rules
from checks.answers import Shape
from checks.codebook import load
from checks.edition_day import judged_on
from checks.eprom import CLOSING_FIELDS
from checks.errors import RegisterError
from ingest import audit
from ingest.registration import forlop
from ingest.store import Tx

Answers = dict[str, Any]
PO, DEATH = "po", "Ddato"


@dataclass(frozen=True)
class Stored:
    """A form's saved answers, and the unusual values that were confirmed; empty when nothing is saved."""

    svar: Answers = field(default_factory=dict)
    bekreftet: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Version:
    """A version to add: its answers, and the event that made it."""

    nr: int
    status: int
    svar: Answers
    bekreftet: Answers
    hendelse: str
    grunn: str | None


def current(tx: Tx, head: forlop.Forlop, skjema: Iterable[str]) -> dict[str, Stored]:
    """The current versions of these forms, by the version numbers in ``head``; empty for a form that is not saved. PO has no
    versions: of it there is the day the patient died.

    Raises REG-257 when a document is damaged.
    """
    wanted = list(dict.fromkeys(skjema))
    versions = {n: head.skjema[n].versjon for n in wanted if n in head.skjema and head.skjema[n].versjon}
    found = {name: Stored() for name in wanted}
    if versions:
        rows = tx.rows(
            "select skjema, svar, bekreftet from register.skjemaversjon where forlop_id = ? "
            f"and (skjema, versjon) in ({', '.join(['(?, ?)'] * len(versions))})",
            head.forlop_id,
            *(part for pair in versions.items() for part in pair),
        )
        for row in rows:
            found[row["skjema"]] = Stored(*(parsed(row[column], row["skjema"]) for column in ("svar", "bekreftet")))
    if PO in found:
        found[PO] = Stored(_of_patient(tx, head.pasient_id))
    return found


def _of_patient(tx: Tx, pasient_id: int) -> Answers:
    row = tx.row("select dodsdato from register.pasient where pasient_id = ?", pasient_id)
    return {DEATH: row["dodsdato"].isoformat()} if row and row["dodsdato"] else {}


def answers_of(tx: Tx, forlop_id: int, skjema: str, versjon: int) -> Answers:
    """The answers of one version of a form; none for version 0. Raises REG-257 when its document is damaged."""
    row = tx.row(
        "select svar from register.skjemaversjon where forlop_id = ? and skjema = ? and versjon = ?",
        forlop_id,
        skjema,
        versjon,
    )
    return parsed(row["svar"], skjema) if row else {}


def reason(tx: Tx, forlop_id: int, skjema: str, versjon: int) -> str:
    """Why the version was made, in words; empty when nobody said."""
    row = tx.row(
        "select grunn from register.skjemaversjon where forlop_id = ? and skjema = ? and versjon = ?",
        forlop_id,
        skjema,
        versjon,
    )
    return (row["grunn"] if row else None) or ""


def parsed(text: str | None, skjema: str) -> Answers:
    """The answers that a stored document holds; none when it was erased. Raises REG-257 when it is no document."""
    try:
        answers = json.loads(text or "{}")
    except (ValueError, RecursionError):
        answers = None
    if not isinstance(answers, dict):
        raise RegisterError("REG-257", skjema=load().skjema[skjema].navn)
    return answers


def sources(form: Shape) -> tuple[str, ...]:
    """The other forms whose answers this form is judged by."""
    return tuple(dict.fromkeys(name.partition(".")[0] for name in form.surroundings))


def surroundings(form: Shape, stored: Mapping[str, Stored]) -> Answers:
    """The answers of other forms that this form is judged by, as «skjema.variabel»."""
    named = {name: name.partition(".") for name in form.surroundings}
    return {name: stored[other].svar.get(variabel) for name, (other, _, variabel) in named.items()}


def context(tx: Tx, head: forlop.Forlop, form: Shape) -> Answers:
    """The ``surroundings`` of the form, read from what is saved now."""
    return surroundings(form, current(tx, head, sources(form)))


def append(tx: Tx, head: forlop.Forlop, skjema: str, version: Version) -> str:
    """Add the version, make it the current one, and write what it decides for the forløp; returns its digest."""
    factor_set = derived.factor_set(skjema)
    salt = tx.random_bytes(16)
    written = audit.digest(salt, version.svar)
    tx.run(
        "insert into register.skjemaversjon values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        head.forlop_id,
        skjema,
        version.nr,
        version.status,
        audit.canonical(version.svar),
        audit.canonical(version.bekreftet),
        factor_set,
        tx.actor.bruker,
        tx.actor.rolle,
        tx.actor.enhet,
        tx.now,
        version.hendelse,
        version.grunn,
        salt,
        written,
    )
    _count(tx, head.forlop_id, skjema, version)
    _update_forlop(tx, head, skjema, version.svar)
    return written


def _count(tx: Tx, forlop_id: int, skjema: str, version: Version) -> None:
    """Write in the form's head row that this version is the current one, and who first completed the form."""
    columns = {
        "versjon": version.nr,
        "status": version.status,
        "sist_lagret": tx.now,
        "sist_lagret_av": tx.actor.bruker,
    }
    if skjema in rules.PATIENT_FORMS:
        columns["lukket_grunn"] = version.svar.get(CLOSING_FIELDS[skjema][2])
    first = (tx.now, tx.actor.bruker) if version.status == rules.COMPLETED else (None, None)
    tx.run(
        f"update register.skjema set {', '.join(f'{name} = ?' for name in columns)}, "
        "forst_ferdigstilt = coalesce(forst_ferdigstilt, ?), forst_ferdigstilt_av = coalesce(forst_ferdigstilt_av, ?) "
        "where forlop_id = ? and skjema = ?",
        *columns.values(),
        *first,
        forlop_id,
        skjema,
    )


def _update_forlop(tx: Tx, head: forlop.Forlop, skjema: str, answers: Answers) -> None:
    """Write in the forløp's head row what the form decides of it."""
    match skjema:
        case "to":
            forlop.move_to_type(tx, head, derived.type_of(answers), _decided_by_to(tx, head, answers))
        case "b11":
            # Until the pencil on the arbeidsliste has moved the patient, the current avdeling is the registered one.
            moved = tx.row("select 1 from register.avdelingsbytte where forlop_id = ?", head.forlop_id)
            avdeling = head.avdeling_id if moved else answers.get("InnlAvd")
            _set(tx, head, lokasjon_id=answers.get("Lokasjon"), avdeling_id=avdeling)
        case "b22":
            _set(tx, head, slutt_dato=answers.get("SluttDato"))
        case _:
            return


def _set(tx: Tx, head: forlop.Forlop, **columns: Any) -> None:
    assignments = ", ".join(f"{name} = ?" for name in columns)
    tx.run(f"update register.forlop set {assignments} where forlop_id = ?", *columns.values(), head.forlop_id)


def _decided_by_to(tx: Tx, head: forlop.Forlop, answers: Answers) -> dict[str, Any]:
    columns = {
        "henvist_dato": answers.get("HenvistDato"),
        "startdato": answers.get("StartdatoTO"),
        "tilsett": answers.get("Tilsett"),
        "inkl_krit": answers.get("InklKritOppf"),
        "samtykke": answers.get("SkriftligSamtyk"),
        "samtykke_type": answers.get("TypeManglSamt"),
        "samtykke_dato": answers.get("DatoSamtykke"),
    }
    included = answers.get("InklKritOppf") == 1 and reservasjon.under(
        judged_on(load().skjema["to"], answers, None, tx.today)
    )
    if included != (head.inkludert is not None):
        columns["inkludert"] = tx.now if included else None
    signed = samtykke.recorded_yes(answers)
    if signed != (head.samtykke == samtykke.YES and head.samtykke_dato is not None):
        columns["samtykke_registrert"] = tx.now if signed else None
    return columns

"""A patient's number corrected: it was mistyped, or the patient has got a new one (Annet or D-nummer → fødselsnummer)."""

from __future__ import annotations

from datetime import date
from typing import Any

from checks import derived, identity, reasons
from checks import forlop as rules
from checks.codebook import load
from checks.edition_day import judged_on
from checks.errors import RegisterError
from ingest import audit
from ingest.access import require
from ingest.registration import forlop, forms, patients, protected, requests, versions
from ingest.registration import number_kinds as kinds
from ingest.services.folkeregister import Borger
from ingest.store import Tx

EVENT = "nummer rettet"
NEW_BIRTH_DATE = "Fødselsdatoen er rettet i Personopplysninger"
NAMES = ("fornavn", "etternavn")


class NumberTaken(RegisterError):
    """Another patient has the number: ``annen`` is the PasientID, for SC to compare the two."""

    def __init__(self, annen: int) -> None:
        super().__init__("REG-530", pid=annen)
        self.annen = annen


def read(tx: Tx, pasient_id: int, text: str, *, test_persons: bool) -> identity.Nummer:
    """The number that the patient is to have, read and free. Raises as identity.read, NumberTaken, and REG-534 when the
    patient has it already.
    """
    require(tx.actor, "rette_identitet")
    number = identity.read(text, test_persons=test_persons, today=tx.today)
    known = patients.with_number(tx, number.number)
    if known not in (None, pasient_id):
        raise NumberTaken(known)
    if _row(tx, pasient_id)["idnr"] == number.number:
        raise RegisterError("REG-534")
    return number


def correct(
    tx: Tx,
    pasient_id: int,
    number: identity.Nummer | None,
    grunn: str,
    *,
    former_was_right: bool,
    borger: Borger | None = None,
) -> None:
    """Give the patient the ``number`` (None: the patient has no Norwegian number); only SC may.

    ``former_was_right`` says that the number until now was the patient's, and is to be found by it. ``borger`` is what the
    Folkeregister says of the new one. Birth date and sex follow the number, and the age in Tilleggsopplysninger is computed
    anew. Raises REG-046, REG-532 (no reason), NumberTaken, REG-534, REG-535 (the number does not fit the birth date),
    REG-536, REG-561.
    """
    require(tx.actor, "rette_identitet")
    grunn = reasons.required(grunn, "REG-532")
    before = patients.get(tx, pasient_id)
    old = _row(tx, before.pasient_id)
    if number is not None:
        read(tx, before.pasient_id, number.number, test_persons=True)
    elif not old["idnr"]:
        raise RegisterError("REG-534")
    of_number = number if isinstance(number, identity.Fodselsnummer) else None
    born = _birth_date(of_number, borger, before.fodselsdato) if of_number else before.fodselsdato
    sex = (of_number.sex or (borger.kjonn if borger else None) if of_number else None) or before.kjonn
    write(tx, before, number, former_was_right=former_was_right)
    tx.run("update register.pasient set fodselsdato = ?, kjonn = ? where pasient_id = ?", born, sex, before.pasient_id)
    if of_number and borger:
        _take_names(tx, before, borger)
    kind = kinds.kind(before.idtype, old["idnr"], tx.today)
    details = {
        "fra": kinds.words(kind),
        "til": kinds.words(kind_of(number)),
        "forrige nummer": "beholdt som tidligere" if former_was_right and old["idnr"] else "fjernet",
    }
    if born != before.fodselsdato:
        details["fodselsdato"] = f"{before.fodselsdato} → {born}"
    audit.log(tx, EVENT, pasient_id=before.pasient_id, details=details)
    requests.settle(tx)
    if born != before.fodselsdato:
        recompute(tx, [f.forlop_id for f in forlop.of_patient(tx, before.pasient_id)], grunn)


def kind_of(number: identity.Nummer | None) -> str:
    """The kind of a number that has been read."""
    if number is None:
        return kinds.NONE
    return number.kind if isinstance(number, identity.Fodselsnummer) else kinds.OTHER


def write(tx: Tx, patient: patients.Pasient, number: identity.Nummer | None, *, former_was_right: bool) -> None:
    """Put the number in place of the one the patient has; the Folkeregister is asked about it next time. The caller has asked
    about access.
    """
    digits = number.number if number else None
    old = _row(tx, patient.pasient_id)["idnr"]
    tx.run("delete from identitet.tidligere_nummer where idnr = ?", digits)
    if former_was_right and old:
        tx.run(
            "insert into identitet.tidligere_nummer values (?, ?, ?) on conflict do nothing",
            patient.pasient_id,
            old,
            tx.now,
        )
    norwegian = isinstance(number, identity.Fodselsnummer)
    tx.run(
        "update identitet.person set idtype = ?, idnr = ?, oppdatert = ? where pasient_id = ?",
        patients.FNR if norwegian else patients.OTHER,
        digits,
        tx.now,
        patient.pasient_id,
    )
    tx.run(
        "update register.pasient set adressetype = ?, dato_innhentet = ? where pasient_id = ?",
        1 if norwegian and patient.idtype != patients.FNR else patient.adressetype,
        None if norwegian else patient.dato_innhentet,
        patient.pasient_id,
    )


def update(tx: Tx, pasient_id: int, values: dict[str, Any]) -> None:
    """Save PO (patients.update). Another birth date gives another age, so Tilleggsopplysninger is computed anew in every forløp.

    Raises as patients.update, REG-536 for a form that cannot be saved, and REG-524 when a forløp of another unit has the age.
    """
    before = patients.get(tx, pasient_id)
    patients.update(tx, before.pasient_id, values)
    if patients.get(tx, before.pasient_id).fodselsdato == before.fodselsdato:
        return
    own = {head.forlop_id for head in forlop.of_patient(tx, before.pasient_id)}
    others = tx.rows(
        "select f.forlop_id from register.forlop f join register.skjema s using (forlop_id) "
        "where f.pasient_id = ? and f.slettet is null and s.skjema = 'to' and s.versjon > 0",
        before.pasient_id,
    )
    if any(row["forlop_id"] not in own for row in others):
        raise RegisterError("REG-524")
    recompute(tx, sorted(own), NEW_BIRTH_DATE)


def recompute(tx: Tx, forlop_ids: list[int], grunn: str) -> None:
    """Save Tilleggsopplysninger anew where the patient's birth date gives another age than the one that is stored.

    Raises REG-536, which names the forløp, when the form cannot be saved.
    """
    for forlop_id in forlop_ids:
        head = forlop.get(tx, forlop_id)
        stored = versions.current(tx, head, ["to"])["to"]
        if not stored.svar:
            continue
        born = patients.get(tx, head.pasient_id).fodselsdato
        day = judged_on(load().skjema["to"], stored.svar, head.startdato, tx.today)
        if derived.derive("to", stored.svar, birth_date=born, dag=day).get("alder") == stored.svar.get("alder"):
            continue
        locked = head.skjema["to"].status == rules.COMPLETED
        try:
            forms.save(
                tx,
                forlop_id,
                "to",
                stored.svar,
                grunnversjon=head.skjema["to"].versjon,
                bekreftet=stored.bekreftet,
                grunn=grunn if locked else None,
                follows=True,
            )
        except RegisterError as error:
            raise RegisterError("REG-536", forlop=forlop_id, melding=error) from error


def _row(tx: Tx, pasient_id: int) -> dict[str, str | None]:
    row = tx.row("select idtype, idnr from identitet.person where pasient_id = ?", pasient_id)
    if row is None:
        raise RegisterError("REG-046")
    return row


def _birth_date(number: identity.Fodselsnummer, borger: Borger | None, known: date | None) -> date:
    """The birth date that the number gives, or that it leaves possible. Raises REG-535 when none of these is the known one."""
    said = number.birth_date or (borger.fodselsdato if borger else None) or known
    if said is None or said not in number.possible_dates:
        raise RegisterError("REG-535")
    return said


def _take_names(tx: Tx, patient: patients.Pasient, borger: Borger) -> None:
    given = {name: getattr(borger, name) for name in NAMES + protected.ADDRESS if getattr(borger, name)}
    if borger.skjermet:
        protected.protect(tx, patient.pasient_id)
        given = {name: given[name] for name in NAMES if name in given}
    if given:
        assignments = ", ".join(f"{name} = ?" for name in given)
        tx.run(f"update identitet.person set {assignments} where pasient_id = ?", *given.values(), patient.pasient_id)

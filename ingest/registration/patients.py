"""Finding, creating and correcting patients. Identity is in a schema of its own, which only screens read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from checks import identity, in_words
from checks.errors import RegisterError
from ingest import audit
from ingest.access import may, require
from ingest.registration import merged, protected, reserved_remains
from ingest.services.folkeregister import Borger
from ingest.store import Tx

FNR, OTHER = "fnr", "annet"
IDENTITY_FIELDS = ("fornavn", "etternavn", "adresse", "postnr", "poststed", "telefon", "epost")
REGISTER_FIELDS = ("fodselsdato", "kjonn", "adressetype", "dato_innhentet")


@dataclass(frozen=True)
class Pasient:
    """A patient as the screens show one. ``fnr_maskert`` may stand in lists; only ``reveal`` gives the full number."""

    pasient_id: int
    idtype: str
    fnr_maskert: str
    fornavn: str | None
    etternavn: str | None
    adresse: str | None
    postnr: str | None
    poststed: str | None
    telefon: str | None
    epost: str | None
    fodselsdato: date | None
    kjonn: int | None
    avdod: int | None
    dodsdato: date | None
    adressetype: int | None
    dato_innhentet: date | None
    skjermet: bool | None = False

    @property
    def navn(self) -> str:
        return " ".join(part for part in (self.fornavn, self.etternavn) if part) or "Uten navn"

    @property
    def dod(self) -> str:
        """«død 12.11.2026»; empty for the living."""
        return in_words.death(self.avdod, self.dodsdato)


def listed_name(fornavn: str | None, etternavn: str | None) -> str:
    """«Etternavn, Fornavn», as lists write names."""
    return ", ".join(part for part in (etternavn, fornavn) if part) or "Uten navn"


def find(tx: Tx, number: str, *, test_persons: bool) -> tuple[identity.Nummer, int | None]:
    """Look a number up: the number as it was read, and the PasientID when the patient is known.

    Raises RegisterError as identity.read for a broken number. The search is logged, never with the number.
    """
    require(tx.actor, "søke")
    read = identity.read(number, test_persons=test_persons, today=tx.today)
    found = with_number(tx, read.number)
    audit.log(tx, "pasientsøk", pasient_id=found, details={"treff": found is not None})
    return read, found


def with_number(tx: Tx, number: str) -> int | None:
    """The patient who has the number, or had it before; of a merged PasientID the one that is kept."""
    row = tx.row("select pasient_id from identitet.person where idnr = ?", number) or tx.row(
        "select pasient_id from identitet.tidligere_nummer where idnr = ?", number
    )
    return merged.kept(tx, int(row["pasient_id"])) if row else None


def keep_former(tx: Tx, pasient_id: int, number: identity.Fodselsnummer) -> None:
    """Let the patient be found also by a number that the Folkeregister says was the patient's before."""
    require(tx.actor, "søke")
    if with_number(tx, number.number) is None:
        tx.run("insert into identitet.tidligere_nummer values (?, ?, ?)", pasient_id, number.number, tx.now)
        audit.log(tx, "tidligere nummer fra Folkeregisteret", pasient_id=pasient_id)


def create(
    tx: Tx,
    number: identity.Fodselsnummer,
    borger: Borger | None,
    *,
    asked: bool = True,
    former: identity.Fodselsnummer | None = None,
) -> int:
    """Add a patient with a fødselsnummer; ``borger`` is what the population register says of it, ``former`` a number that the
    patient had before.

    ``asked`` is False when that register did not answer; the job population then asks it later. Raises REG-610 for somebody who
    has reserved themselves.
    """
    require(tx.actor, "registrere", tx.actor.enhet)
    reserved_remains.require_free(tx, number.number, former.number if former else None)
    if known := with_number(tx, number.number):
        return known
    names = {} if borger is None else {f: getattr(borger, f) for f in IDENTITY_FIELDS if hasattr(borger, f)}
    if borger is not None and borger.skjermet:
        names = {name: text for name, text in names.items() if name not in protected.ADDRESS}
    asked_on = tx.today if asked else None
    made = _insert(tx, FNR, number.number, names, number.birth_date, number.sex, address_kind=1, asked_on=asked_on)
    if borger is not None and borger.dodsdato is not None:
        _set(tx, "register.pasient", made, {"avdod": 1, "dodsdato": borger.dodsdato})
    if borger is not None and borger.skjermet:
        protected.protect(tx, made)
    if former is not None:
        keep_former(tx, made, former)
    return made


def create_other(
    tx: Tx,
    fornavn: str,
    etternavn: str,
    fodselsdato: date | None,
    kjonn: int | None,
    number: identity.Hjelpenummer | None = None,
) -> int:
    """Add a patient without a Norwegian number («Annet»), who may have a ``number`` of another kind.

    Without a birth date TO cannot be completed. A patient who has the number already is not added again. Raises REG-610 as
    ``create``.
    """
    require(tx.actor, "registrere", tx.actor.enhet)
    reserved_remains.require_free(tx, number.number if number else None)
    if not etternavn.strip():
        raise RegisterError("REG-047", felt="etternavn")
    if fodselsdato is not None and fodselsdato > tx.today:
        raise RegisterError("REG-045")
    if number and (known := with_number(tx, number.number)):
        return known
    names = {"fornavn": fornavn.strip(), "etternavn": etternavn.strip()}
    return _insert(
        tx, OTHER, number.number if number else None, names, fodselsdato, kjonn, address_kind=2, asked_on=tx.today
    )


def _insert(
    tx: Tx,
    idtype: str,
    idnr: str | None,
    names: dict[str, str],
    born: date | None,
    sex: int | None,
    *,
    address_kind: int,
    asked_on: date | None,
) -> int:
    pasient_id = tx.next_id("pasient")
    tx.run(
        "insert into identitet.person (pasient_id, idtype, idnr, oppdatert) values (?, ?, ?, ?)",
        pasient_id,
        idtype,
        idnr,
        tx.now,
    )
    tx.run(
        "insert into register.pasient (pasient_id, fodselsdato, kjonn, avdod, adressetype, dato_innhentet, opprettet) "
        "values (?, ?, ?, 0, ?, ?, ?)",
        pasient_id,
        born,
        sex,
        address_kind,
        asked_on,
        tx.now,
    )
    _set(tx, "identitet.person", pasient_id, names)
    audit.log(tx, "pasient opprettet", pasient_id=pasient_id, details={"idtype": idtype})
    return pasient_id


def get(tx: Tx, pasient_id: int, number: identity.Nummer | None = None) -> Pasient:
    """The patient. LU and LC may see a patient who has a forløp at their own unit, or no forløp at all.

    A patient with forløp at other units only is shown when the full ``number`` is given, as the search of «Ny
    registrering» does. A PasientID that is merged into another gives that one. Raises REG-046 (unknown) or REG-061
    (the actor may not see the patient).
    """
    require(tx.actor, "lese")
    pasient_id = merged.kept(tx, pasient_id)
    if number is None or with_number(tx, number.number) != pasient_id:
        _require_own(tx, pasient_id)
    row = tx.row(
        "select p.*, i.* exclude (pasient_id, oppdatert) from register.pasient p "
        "join identitet.person i using (pasient_id) where p.pasient_id = ?",
        pasient_id,
    )
    if row is None:
        raise RegisterError("REG-046")
    masked = identity.mask(row["idnr"])
    names = Pasient.__dataclass_fields__
    return Pasient(**{k: v for k, v in row.items() if k in names}, fnr_maskert=masked)


def reveal(tx: Tx, pasient_id: int) -> str:
    """The full fødselsnummer, for «vis»; that it was shown is logged."""
    require(tx.actor, "vise_fødselsnummer")
    pasient_id = merged.kept(tx, pasient_id)
    _require_own(tx, pasient_id)
    row = tx.row("select idnr from identitet.person where pasient_id = ?", pasient_id)
    if row is None:
        raise RegisterError("REG-046")
    audit.log(tx, "fødselsnummer vist", pasient_id=pasient_id)
    return str(row["idnr"] or "")


def _require_own(tx: Tx, pasient_id: int) -> None:
    units = [r["enhet"] for r in tx.rows("select enhet from register.forlop where pasient_id = ?", pasient_id)]
    if units and not any(may(tx.actor, "lese", unit) for unit in units):
        raise RegisterError("REG-061")


def update(tx: Tx, pasient_id: int, values: dict[str, Any]) -> None:
    """Save PO: the identity fields in ``identitet``; birth date, sex and kind of address in ``register``.

    Of a changed identity field only the name of the field is logged, of other fields the old and new value.
    """
    require(tx.actor, "registrere", tx.actor.enhet)
    before = get(tx, pasient_id)
    pasient_id = before.pasient_id
    born = values.get("fodselsdato", before.fodselsdato)
    if born is not None and born > tx.today:
        raise RegisterError("REG-045")
    protected.require_none(tx, pasient_id, values)
    changed = {k: v for k, v in values.items() if k in IDENTITY_FIELDS + REGISTER_FIELDS and getattr(before, k) != v}
    _set(tx, "identitet.person", pasient_id, {k: v for k, v in changed.items() if k in IDENTITY_FIELDS})
    _set(tx, "register.pasient", pasient_id, {k: v for k, v in changed.items() if k in REGISTER_FIELDS})
    if changed:
        details = {
            k: "endret" if k in IDENTITY_FIELDS else {"fra": str(getattr(before, k)), "til": str(v)}
            for k, v in changed.items()
        }
        audit.log(tx, "personopplysninger endret", pasient_id=pasient_id, details=details)


def _set(tx: Tx, table: str, pasient_id: int, values: dict[str, Any]) -> None:
    if values:
        assignments = ", ".join(f"{name} = ?" for name in values)
        tx.run(f"update {table} set {assignments} where pasient_id = ?", *values.values(), pasient_id)

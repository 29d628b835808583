"""Pasientsøk: patients found by name or fødselsnummer, by PasientID and by ForløpsID (manual: «Pasientsøk»).

LU and LC find the patients of their own unit, SC all patients. Every search is logged, but never the name or number
that was searched for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from checks import identity, names, pasted, written
from checks.errors import RegisterError
from ingest import audit
from ingest.access import may, require
from ingest.registration import merged, patients
from ingest.store import Tx

MOST = 50
SHORTEST, LONGEST = 2, 80
_BIRTH, _WHOLE_DATE = 6, 8


@dataclass(frozen=True)
class Hit:
    """A patient as a line of the result; ``antall`` counts the forløp the actor may see, ``siste`` is the newest start."""

    pasient_id: int
    navn: str
    fnr_maskert: str
    fodselsdato: date | None
    kjonn: int | None
    antall: int
    siste: date | None
    enheter: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """The first ``MOST`` hits in order of name, and whether there are more than these."""

    hits: list[Hit]
    flere: bool


def by_name_or_number(tx: Tx, text: str, *, test_persons: bool) -> Found:
    """«Søk på navn eller fødselsnr»: the beginnings of names (checks/names.py), a fødselsnummer, its first 6 digits, or a birth date
    with all four digits of the year, by which those without a Norwegian number are found too.

    Raises REG-210 when ``text`` is too short, REG-482 when there is no such date, REG-483 when it is too
    long, and as identity.read for a broken number.
    """
    require(tx.actor, "søke")
    digits = pasted.number(text)
    if digits.isascii() and digits.isdigit():
        if _BIRTH <= len(digits) <= _WHOLE_DATE and (born := written.day(text.strip())):
            of_day = "i.pasient_id in (select pasient_id from register.pasient where fodselsdato = ?)"
            return _people(tx, "fødselsdato", of_day, born)
        if len(digits) == _WHOLE_DATE:
            raise RegisterError("REG-482", verdi=digits)
        if len(digits) == _BIRTH:
            if not identity.is_birth_date(digits):
                raise RegisterError("REG-482", verdi=digits)
            return _people(tx, "fødselsdato", "i.idnr between ? and ?", digits, digits + "99999")
        number = identity.read(digits, test_persons=test_persons, today=tx.today).number
        known = patients.with_number(tx, number)
        return _people(tx, "fødselsnummer", "i.pasient_id = ?", known if known is not None else -1)
    if len(text) > LONGEST:
        raise RegisterError("REG-483", felt="Navnet", lengst=LONGEST, antall=len(text))
    if sum(map(str.isalnum, text)) < SHORTEST:
        raise RegisterError("REG-210")
    begins = names.patterns(text)
    named = " and ".join([f"regexp_matches({_NAME}, ?)"] * len(begins)) or "false"
    former = tx.rows(
        f"select i.pasient_id from identitet.person i where i.pasient_id in ({merged.GONE}) and {named}", *begins
    )
    if former:  # the name that stands under a PasientID that is merged into another finds the patient too
        kept = sorted({merged.kept(tx, row["pasient_id"]) for row in former})
        named = f"(({named}) or i.pasient_id in ({', '.join(map(str, kept))}))"
    # Of all patients those of the name are found before their forløp, and of a unit's patients after: each is read once.
    if may(tx.actor, "se_nasjonalt"):
        named = f"f.pasient_id in (select i.pasient_id from identitet.person i where {named})"
    return _people(tx, "navn", named, *begins)


def by_patient(tx: Tx, text: str) -> Hit:
    """«Slå opp PasientID», also one that is merged into another. Raises REG-211 unless the actor may see such a patient."""
    require(tx.actor, "søke")
    now = merged.kept(tx, _number(tx, "PasientID", text))
    return _one(tx, "PasientID", text, _people(tx, "PasientID", "f.pasient_id = ?", now))


def by_forlop(tx: Tx, text: str) -> Hit:
    """«Slå opp ForløpsID»: the patient of that forløp. Raises REG-211 unless the actor may see it."""
    require(tx.actor, "søke")
    number = _number(tx, "ForløpsID", text)
    row = tx.row("select pasient_id, enhet from register.forlop where forlop_id = ? and slettet is null", number)
    visible = row is not None and may(tx.actor, "lese", row["enhet"])
    patient = row["pasient_id"] if row and visible else -1
    return _one(tx, "ForløpsID", text, _people(tx, "ForløpsID", "f.pasient_id = ?", patient))


def _number(tx: Tx, what: str, text: str) -> int:
    digits = pasted.id_digits(text, what)
    if len(digits) > pasted.LONGEST_ID:
        raise _unknown(tx, what, digits[:20])
    return int(digits)


def _one(tx: Tx, what: str, text: str, found: Found) -> Hit:
    if not found.hits:
        raise _unknown(tx, what, pasted.number(text))
    return found.hits[0]


def _unknown(tx: Tx, what: str, number: str) -> RegisterError:
    where = "i registeret" if may(tx.actor, "se_nasjonalt") else "ved enheten"
    return RegisterError("REG-211", felt=what, verdi=number, hvor=where)


_NAME = "coalesce(i.fornavn, '') || ' ' || coalesce(i.etternavn, '')"


def _people(tx: Tx, what: str, where: str, *values: Any) -> Found:
    """The patients for whom ``where`` holds and who have a forløp that the actor may see (SC: any forløp).

    The search is logged as of the kind ``what``, without ``values``.
    """
    nation = may(tx.actor, "se_nasjonalt")
    own = "true" if nation else "f.enhet = ?"
    rows = tx.rows(
        f"""
        select i.pasient_id, any_value(i.idnr) as idnr, any_value(i.fornavn) as fornavn,
            any_value(i.etternavn) as etternavn, count(*) as antall, max(f.startdato) as siste,
            list(distinct f.enhet order by f.enhet) as enheter
        from register.forlop f join identitet.person i using (pasient_id)
        where f.slettet is null and {own} and {where}
        group by i.pasient_id order by lower(any_value(i.etternavn)), lower(any_value(i.fornavn)), i.pasient_id
        limit ?
        """,
        *(() if nation else (tx.actor.enhet,)),
        *values,
        MOST + 1,
    )
    facts = _facts(tx, [row["pasient_id"] for row in rows[:MOST]])
    hits = [_hit(row, facts.get(row["pasient_id"], {})) for row in rows[:MOST]]
    audit.log(
        tx,
        "pasientsøk",
        pasient_id=hits[0].pasient_id if len(hits) == 1 else None,
        details={"søkt på": what, "treff": len(hits)},
    )
    return Found(hits, len(rows) > MOST)


def _facts(tx: Tx, found: list[int]) -> dict[int, dict[str, Any]]:
    """Birth date and sex of the patients found, read in one query and only for those that are shown."""
    rows = tx.rows(
        "select pasient_id, fodselsdato, kjonn from register.pasient where pasient_id in (select unnest(?::integer[]))",
        found,
    )
    return {row["pasient_id"]: row for row in rows}


def _hit(row: dict[str, Any], facts: dict[str, Any]) -> Hit:
    return Hit(
        row["pasient_id"],
        patients.listed_name(row["fornavn"], row["etternavn"]),
        identity.mask(row["idnr"]),
        facts.get("fodselsdato"),
        facts.get("kjonn"),
        row["antall"],
        row["siste"],
        tuple(row["enheter"]),
    )

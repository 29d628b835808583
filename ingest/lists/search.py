"""Pasientsøk: patients found by name or fødselsnummer, by PasientID and by ForløpsID (manual: «Pasientsøk»).

LU and LC find the patients of their own unit, SC all patients. Every search is logged, but never the name or number
that was searched for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from checks import identity
from checks.errors import RegisterError
from ingest import audit
from ingest.access import may, require
from ingest.registration import patients
from ingest.store import Tx

MOST = 50
SHORTEST = 2
_DIGITS = re.compile(r"[\d\s.]+")
_BIRTH = 6
_LONGEST = 9  # digits that a PasientID or ForløpsID can have


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
    """«Søk på navn eller fødselsnr»: the beginnings of names, a fødselsnummer, or its first 6 digits.

    Raises REG-210 when ``text`` is too short, REG-040 … REG-045 for a broken number.
    """
    require(tx.actor, "søke")
    text = text.strip()
    if _DIGITS.fullmatch(text):
        digits = re.sub(r"\D", "", text)
        if len(digits) == _BIRTH:
            return _people(tx, "fødselsdato", "i.idnr between ? and ?", digits, digits + "99999")
        number = identity.parse(digits, test_persons=test_persons, today=tx.today).number
        return _people(tx, "fødselsnummer", "i.idnr = ?", number)
    words = _words(text)
    if sum(map(len, words)) < SHORTEST:
        raise RegisterError("REG-210")
    # Splitting a name into words is slow, so only names with the letters somewhere in them are split.
    begins = "(contains(lower(i.fornavn), ?) or contains(lower(i.etternavn), ?)) and contains(i.navn_sok, ?)"
    values = [value for word in words for value in (word, word, f" {word}")]
    return _people(tx, "navn", " and ".join([begins] * len(words)), *values)


def by_patient(tx: Tx, text: str) -> Hit:
    """«Slå opp PasientID». Raises REG-211 unless the actor may see such a patient."""
    require(tx.actor, "søke")
    return _one(tx, "PasientID", text, _people(tx, "PasientID", "f.pasient_id = ?", _number("PasientID", text)))


def by_forlop(tx: Tx, text: str) -> Hit:
    """«Slå opp ForløpsID»: the patient of that forløp. Raises REG-211 unless the actor may see it."""
    require(tx.actor, "søke")
    number = _number("ForløpsID", text)
    row = tx.row("select pasient_id, enhet from register.forlop where forlop_id = ? and slettet is null", number)
    visible = row is not None and may(tx.actor, "lese", row["enhet"])
    patient = row["pasient_id"] if row and visible else -1
    return _one(tx, "ForløpsID", text, _people(tx, "ForløpsID", "f.pasient_id = ?", patient))


def _number(what: str, text: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        raise RegisterError("REG-212", felt=what)
    if len(digits) > _LONGEST:
        raise RegisterError("REG-211", felt=what, verdi=digits[:20])
    return int(digits)


def _one(tx: Tx, what: str, text: str, found: Found) -> Hit:
    if not found.hits:
        raise RegisterError("REG-211", felt=what, verdi=text.strip())
    return found.hits[0]


def _words(text: str) -> list[str]:
    return re.sub(r"[-,.]", " ", text).lower().split()


# Names in small letters with a space before every word, so that « xy» finds the words that begin with xy.
_PERSON = """
select pasient_id, idnr, fornavn, etternavn,
    ' ' || lower(replace(concat_ws(' ', fornavn, etternavn), '-', ' ')) as navn_sok
from identitet.person
"""


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
        from register.forlop f join ({_PERSON}) i using (pasient_id)
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

"""Patients at the unit who may be the same person as one about to be registered without a Norwegian number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from checks import identity, names
from checks.likeness import ALIKE, likeness, of_same_day
from ingest import audit
from ingest.access import require
from ingest.store import Tx

MOST = 5
_AT_UNIT = "exists (from register.forlop f where f.pasient_id = p.pasient_id and f.enhet = ? and f.slettet is null)"


@dataclass(frozen=True)
class Lookalike:
    """A patient whose name is like the one given, and whose birth date is the same or not known."""

    pasient_id: int
    navn: str
    fodselsdato: date | None
    fnr_maskert: str


def lookalikes(tx: Tx, fornavn: str, etternavn: str, fodselsdato: date | None) -> list[Lookalike]:
    """At most five patients with a forløp at the actor's unit who may be the one named: with the same birth date and a name
    that is like it (checks/likeness.py), or with the same first name and surname and a birth date that is not known, here or
    there. Those who are most alike come first. The search is logged, never with the name.
    """
    require(tx.actor, "søke")
    of_name = names.patterns(f"{fornavn.split(maxsplit=1)[0] if fornavn.strip() else ''} {etternavn}")
    same = " and ".join(["regexp_matches(concat_ws(' ', i.fornavn, i.etternavn), ?)"] * len(of_name)) or "false"
    rows = tx.rows(
        "select p.pasient_id, i.fornavn, i.etternavn, p.fodselsdato, i.idnr, p.fodselsdato = ? as samme_dag from register.pasient p "
        "join identitet.person i using (pasient_id) "
        f"where (p.fodselsdato = ? or ((p.fodselsdato is null or ?::date is null) and {same})) and {_AT_UNIT} "
        "order by p.pasient_id",
        fodselsdato,
        fodselsdato,
        fodselsdato,
        *of_name,
        tx.actor.enhet,
    )
    alike = [(degree, row) for row in rows if (degree := _degree(row, fornavn, etternavn)) >= ALIKE]
    found = [row for _, row in sorted(alike, key=lambda pair: (-pair[0], pair[1]["pasient_id"]))[:MOST]]
    audit.log(tx, "pasientsøk", details={"måte": "navn", "treff": [row["pasient_id"] for row in found]})
    return [_lookalike(row) for row in found]


def _degree(row: dict[str, Any], fornavn: str, etternavn: str) -> float:
    compared = of_same_day if row["samme_dag"] else likeness
    return compared((fornavn, etternavn), (row["fornavn"] or "", row["etternavn"] or ""))


def _lookalike(row: dict[str, Any]) -> Lookalike:
    return Lookalike(
        row["pasient_id"],
        " ".join(name for name in (row["fornavn"], row["etternavn"]) if name),
        row["fodselsdato"],
        identity.mask(row["idnr"]),
    )

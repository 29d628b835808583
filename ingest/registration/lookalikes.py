"""Patients at the unit who may be the same person as one about to be registered without a Norwegian number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from checks import identity
from ingest import audit
from ingest.access import require
from ingest.store import Tx

_SAME_NAME = "lower(i.etternavn) = lower(?) and lower(split_part(i.fornavn, ' ', 1)) = lower(split_part(?, ' ', 1))"


@dataclass(frozen=True)
class Lookalike:
    """A patient with the same name, or the same birth date and surname or first name."""

    pasient_id: int
    navn: str
    fodselsdato: date | None
    fnr_maskert: str


def lookalikes(tx: Tx, fornavn: str, etternavn: str, fodselsdato: date | None) -> list[Lookalike]:
    """At most five patients with a forløp at the actor's unit and the same first name and surname (without birth dates
    that differ), or the same birth date and one of the names. The search is logged, never with the name.
    """
    require(tx.actor, "søke")
    first, last = fornavn.strip(), etternavn.strip()
    rows = tx.rows(
        "select p.pasient_id, i.fornavn, i.etternavn, p.fodselsdato, i.idnr from register.pasient p "
        "join identitet.person i using (pasient_id) "
        f"where (({_SAME_NAME} and coalesce(p.fodselsdato, ?) is not distinct from coalesce(?, p.fodselsdato)) "
        "or (p.fodselsdato = ? and (lower(i.etternavn) = lower(?) or lower(i.fornavn) = lower(?)))) "
        "and exists (from register.forlop f "
        "where f.pasient_id = p.pasient_id and f.enhet = ? and f.slettet is null) "
        "order by p.pasient_id limit 5",
        last,
        first,
        fodselsdato,
        fodselsdato,
        fodselsdato,
        last,
        first,
        tx.actor.enhet,
    )
    audit.log(tx, "pasientsøk", details={"måte": "navn", "treff": [r["pasient_id"] for r in rows]})
    return [
        Lookalike(
            r["pasient_id"],
            " ".join(n for n in (r["fornavn"], r["etternavn"]) if n),
            r["fodselsdato"],
            identity.mask(r["idnr"]),
        )
        for r in rows
    ]

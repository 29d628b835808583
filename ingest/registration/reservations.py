"""Whether a patient has reserved themselves against the registry, and what that refuses (docs/adr/038).

A reservation is the person's and not of a forløp. It comes through Helsenorge (PVK), by letter, on the telephone or in person.
"""

from __future__ import annotations

from typing import Any

from checks.codebook import load
from checks.errors import RegisterError
from checks.reservasjon import RESERVED
from ingest.registration import merged
from ingest.store import Tx

PVK = "pvk"
REASON = "Pasienten er reservert"  # of the deletion
# How it came; the first comes by itself, the others are recorded by SC.
SOURCES = {PVK: "Helsenorge", "brev": "Brev", "telefon": "Telefon", "oppmøte": "Oppmøte"}
BY_HAND = tuple(source for source in SOURCES if source != PVK)
# SQL: the PasientID of those who are reserved now.
EVERYBODY = f"select pasient_id from register.reservasjon group by pasient_id having arg_max(status, nr) = {RESERVED}"


def latest(tx: Tx, pasient_id: int) -> dict[str, Any] | None:
    """What holds for the patient: status, kilde, tid, bruker and begrunnelse; None for one who was never asked about."""
    return of_id(tx, merged.kept(tx, pasient_id))


def of_id(tx: Tx, pasient_id: int) -> dict[str, Any] | None:
    """As ``latest``, of a PasientID as it was before it was merged into another."""
    return tx.row(
        "select status, kilde, tid, bruker, begrunnelse from register.reservasjon where pasient_id = ? order by nr desc limit 1",
        pasient_id,
    )


def history(tx: Tx, pasient_id: int) -> list[dict[str, Any]]:
    """Everything that was recorded of the patient, also under PasientID that were merged into this one, the oldest first."""
    patient = merged.kept(tx, pasient_id)
    return tx.rows(
        "select status, kilde, tid from register.reservasjon where pasient_id in (select unnest(?::integer[])) order by nr",
        [patient, *merged.absorbed(tx, patient)],
    )


def status(tx: Tx, pasient_id: int) -> int | None:
    """RESERVED, NOT_RESERVED (checks/reservasjon.py), or None for a patient who was never asked about."""
    row = latest(tx, pasient_id)
    return row["status"] if row else None


def record(tx: Tx, pasient_id: int, status: int, kilde: str, begrunnelse: str | None = None) -> None:
    """Write what the patient has said, or has been asked about without having reserved themselves. What follows from a
    reservation is ``reserve`` in ingest/prom/reservasjon.py.
    """
    record_all(tx, [merged.kept(tx, pasient_id)], status, kilde, begrunnelse)


def record_all(tx: Tx, pasient_ids: list[int], status: int, kilde: str, begrunnelse: str | None = None) -> None:
    """Write the same of several patients; none of them is merged into another."""
    numbers = tx.next_ids("reservasjon", len(pasient_ids))
    tx.run(
        "insert into register.reservasjon select unnest(?::bigint[]), unnest(?::integer[]), ?, ?, ?, ?, ?",
        list(numbers),
        pasient_ids,
        status,
        kilde,
        tx.now,
        tx.actor.bruker,
        begrunnelse,
    )


def forget(tx: Tx, pasient_id: int, begrunnelse: str) -> bool:
    """Take away what was recorded with these words, as if it had not been; returns whether there was any."""
    found = tx.rows(
        "delete from register.reservasjon where pasient_id = ? and begrunnelse = ? returning nr",
        pasient_id,
        begrunnelse,
    )
    return bool(found)


def never_asked(tx: Tx) -> list[dict[str, Any]]:
    """pasient_id and idnr of the patients with a Norwegian number of whom nobody knows whether they are reserved, the oldest first."""
    return tx.rows(
        "select pasient_id, idnr from identitet.person where idtype = 'fnr' and idnr is not null "
        f"and pasient_id not in ({merged.GONE}) and pasient_id not in (select pasient_id from register.reservasjon) "
        "order by pasient_id"
    )


def require_free(tx: Tx, pasient_id: int) -> None:
    """Raise REG-610 for a patient who is reserved."""
    if status(tx, pasient_id) == RESERVED:
        raise RegisterError("REG-610")


def require_open(tx: Tx, pasient_id: int, skjema: str) -> None:
    """Raise REG-611 for a form of a patient who is reserved."""
    if status(tx, pasient_id) == RESERVED:
        raise RegisterError("REG-611", skjema=load().skjema[skjema].navn)

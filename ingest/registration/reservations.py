"""Whether a patient has reserved themselves against the registry, (docs/adr/037).

A reservation is the person's and not of a forløp. It comes through Helsenorge (PVK), by letter, on the telephone or in person.
"""

from __future__ import annotations

from typing import Any

from ingest.registration import merged
from ingest.store import Tx

RESERVED, FREE = 1, 0
PVK = "pvk"
# How it came; the first comes by itself, the others are recorded by SC.
SOURCES = {PVK: "Helsenorge", "brev": "Brev", "telefon": "Telefon", "oppmøte": "Oppmøte"}
# SQL: the PasientID of those who are reserved now.
EVERYBODY = f"select pasient_id from register.reservasjon group by pasient_id having arg_max(status, nr) = {RESERVED}"


def latest(tx: Tx, pasient_id: int) -> dict[str, Any] | None:
    """What holds for the patient: status, kilde, tid, bruker and begrunnelse; None for one who was never asked about."""
    return tx.row(
        "select status, kilde, tid, bruker, begrunnelse from register.reservasjon where pasient_id = ? order by nr desc limit 1",
        merged.kept(tx, pasient_id),
    )


def status(tx: Tx, pasient_id: int) -> int | None:
    """RESERVED, FREE, or None for a patient who was never asked about."""
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

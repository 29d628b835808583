"""Notices to the national coordinator, kept until they are read (manual: «Avdelinger», the NB).

A notice is left in the same transaction as the change it tells of.
"""

from __future__ import annotations

from typing import Any

from ingest import audit
from ingest.access import require
from ingest.store import Tx


def leave(tx: Tx, enhet: str, tekst: str) -> None:
    """Leave a notice about a unit. The actor's right is not checked here: the caller has checked it for the change."""
    tx.run(
        "insert into register.varsel (id, tid, enhet, tekst) values (?, ?, ?, ?)",
        tx.next_id("varsel"),
        tx.now,
        enhet,
        tekst,
    )


def unread(tx: Tx) -> list[dict[str, Any]]:
    """The notices that nobody has marked as read: id, tid, enhet, tekst; newest first. Only SC may read them."""
    require(tx.actor, "se_systeminfo")
    return tx.rows("select id, tid, enhet, tekst from register.varsel where lest is null order by tid desc, id desc")


def mark_read(tx: Tx, ids: list[int]) -> None:
    """«Lest»: mark the notices with these ids as read; logged."""
    require(tx.actor, "se_systeminfo")
    for notice in ids:
        tx.run(
            "update register.varsel set lest_av = ?, lest = ? where id = ? and lest is null",
            tx.actor.bruker,
            tx.now,
            notice,
        )
    audit.log(tx, "varsel lest", details={"varsler": ids})

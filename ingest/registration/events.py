"""How far the Folkeregister's events are read: the number of the last one, after which the job population reads on."""

from __future__ import annotations

from ingest.store import Tx


def last(tx: Tx) -> str | None:
    """The number of the last event that was read; None when none has been."""
    row = tx.row("select siste from register.folkeregister_hendelser")
    return row["siste"] if row else None


def read_to(tx: Tx, number: str | None) -> None:
    """Note that the events are read up to this one."""
    tx.run("delete from register.folkeregister_hendelser")
    if number is not None:
        tx.run("insert into register.folkeregister_hendelser values (?, ?)", number, tx.now)

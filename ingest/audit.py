"""The log: who did what, to whom, when, in which role and unit. Append-only and chained by digest.

A row's chain value covers the previous one and the salted digest of its own contents, so that contents can be
erased while an edit is still found.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ingest.store import Tx


def canonical(content: Any) -> str:
    """One text for equal contents: sorted keys, no spaces, Unicode kept."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def digest(salt: bytes, content: Any) -> str:
    """SHA-256 of the salt and the canonical contents, as hex."""
    return hashlib.sha256(salt + canonical(content).encode()).hexdigest()


def link(previous: str, content_digest: str) -> str:
    """The chain value that follows ``previous``."""
    return hashlib.sha256((previous + content_digest).encode()).hexdigest()


def log(
    tx: Tx,
    event: str,
    *,
    pasient_id: int | None = None,
    forlop_id: int | None = None,
    skjema: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Append one event in the running transaction. ``details`` may not hold identifiers."""
    head = tx.row("select nr, kjede from tilgang.logghode")
    assert head is not None
    number, salt = int(head["nr"]) + 1, tx.random_bytes(16)
    content = [
        number, tx.now.isoformat(), tx.actor.bruker, tx.actor.rolle, tx.actor.enhet, event, pasient_id, forlop_id,
        skjema, details,
    ]  # fmt: skip
    content_digest = digest(salt, content)
    chain = link(head["kjede"], content_digest)
    tx.run(
        "insert into tilgang.logg values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        number, tx.now, tx.actor.bruker, tx.actor.rolle, tx.actor.enhet, event, pasient_id, forlop_id, skjema,
        None if details is None else canonical(details), salt, content_digest, chain,
    )  # fmt: skip
    tx.run("update tilgang.logghode set nr = ?, kjede = ?", number, chain)


def broken_links(tx: Tx) -> list[int]:
    """Numbers of the rows whose chain does not follow from the row before; empty when the log is whole."""
    previous, broken = "", []
    for row in tx.rows("select nr, innhold, kjede from tilgang.logg order by nr"):
        if link(previous, row["innhold"]) != row["kjede"]:
            broken.append(int(row["nr"]))
        previous = row["kjede"]
    head = tx.row("select kjede from tilgang.logghode")
    if head is not None and head["kjede"] != previous:
        broken.append(-1)
    return broken

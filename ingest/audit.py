"""The log: who did what, to whom, when, in which role and unit. Append-only and chained by digest.

A row's chain value covers the previous one and the salted digest of its own contents, so that contents can be
erased while an edit is still found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from ingest.store import Tx

BATCH = 20_000
ERASED = "pasient slettet"
FEW = 5  # from this many rows on, one insert of them all is quicker than one insert for each
_SCHEMA = {
    "nr": pl.Int64,
    "tid": pl.Datetime("us", "UTC"),
    "bruker": pl.String,
    "rolle": pl.String,
    "enhet": pl.String,
    "hendelse": pl.String,
    "pasient_id": pl.Int32,
    "forlop_id": pl.Int32,
    "skjema": pl.String,
    "detaljer": pl.String,
    "salt": pl.Binary,
    "innhold": pl.String,
    "kjede": pl.String,
}


def canonical(content: Any) -> str:
    """One text for equal contents: sorted keys, no spaces, Unicode kept."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def digest(salt: bytes, content: Any) -> str:
    """SHA-256 of the salt and the canonical contents, as hex."""
    return _sha(salt + canonical(content).encode())


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def link(previous: str, content_digest: str) -> str:
    """The chain value that follows ``previous``."""
    return _sha((previous + content_digest).encode())


@dataclass(frozen=True)
class Event:
    """One thing that was done. ``details`` may not hold identifiers."""

    hendelse: str
    pasient_id: int | None = None
    forlop_id: int | None = None
    skjema: str | None = None
    details: dict[str, Any] | None = None


def log(
    tx: Tx,
    event: str,
    *,
    pasient_id: int | None = None,
    forlop_id: int | None = None,
    skjema: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Append one event in the running transaction."""
    log_all(tx, [Event(event, pasient_id, forlop_id, skjema, details)])


def last(tx: Tx) -> int:
    """The number of the newest event, 0 when nothing has happened."""
    head = tx.row("select nr from tilgang.logghode")
    return int(head["nr"]) if head else 0


def log_all(tx: Tx, events: Sequence[Event]) -> None:
    """Append the events in their order, in the running transaction."""
    head = tx.row("select nr, kjede from tilgang.logghode")
    assert head is not None
    number, chain = int(head["nr"]), head["kjede"]
    who = (tx.actor.bruker, tx.actor.rolle, tx.actor.enhet)
    rows = []
    for event in events:
        number, salt = number + 1, tx.random_bytes(16)
        text = None if event.details is None else canonical(event.details)
        about = (event.hendelse, event.pasient_id, event.forlop_id, event.skjema)
        content_digest = _sha(salt + _content(number, tx.now, *who, *about, text))
        chain = link(chain, content_digest)
        rows.append((number, tx.now, *who, *about, text, salt, content_digest, chain))
    if len(rows) > FEW:
        tx.insert("tilgang.logg", pl.DataFrame(rows, schema=_SCHEMA, orient="row"))
    else:
        for row in rows:
            tx.run("insert into tilgang.logg values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *row)
    tx.run("update tilgang.logghode set nr = ?, kjede = ?", number, chain)


def _content(
    nr: int,
    tid: datetime,
    bruker: str,
    rolle: str,
    enhet: str,
    hendelse: str,
    pasient_id: int | None,
    forlop_id: int | None,
    skjema: str | None,
    details: str | None,
) -> bytes:
    """The bytes of a row that its digest covers. ``details`` is canonical already and goes in as it is stored."""
    head = [nr, tid.astimezone(UTC).isoformat(), bruker, rolle, enhet, hendelse, pasient_id, forlop_id, skjema]
    return f"{canonical(head)[:-1]},{details or 'null'}]".encode()


def broken_rows(tx: Tx) -> Iterator[tuple[int, str]]:
    """(number, what is wrong) for every row of the log whose contents, or place in the chain, has been changed.

    A row emptied when its patient was erased (ingest/registration/erasure.py) has no salt; all such rows of a patient
    are compared with the seal in the log row of the erasure. Number 0 is given when a seal, or the end of the log, is
    not as it was written.
    """
    cursor = tx.con.cursor()
    cursor.execute(
        "select nr, tid, bruker, rolle, enhet, hendelse, pasient_id, forlop_id, skjema, detaljer, salt, innhold, kjede "
        "from tilgang.logg order by nr"
    )
    previous, expected = "", 1
    seals: dict[int, Any] = {}
    sealed: dict[int, str] = {}
    while rows := cursor.fetchmany(BATCH):
        for *row, salt, written, chain in rows:
            nr, content = int(row[0]), _content(*row)
            if nr != expected:
                yield nr, f"rad {expected} mangler"
            if link(previous, written) != chain:
                yield nr, "kjeden er brutt"
            if not salt:
                seals.setdefault(row[6], hashlib.sha256()).update(content)
            elif _sha(salt + content) != written:
                yield nr, "innholdet er endret"
            elif row[5] == ERASED:
                sealed[row[6]] = json.loads(row[9])["forsegling"]
            previous, expected = chain, nr + 1
    for patient, seal in seals.items():
        if sealed.get(patient) != seal.hexdigest():
            yield 0, f"tømte rader for pasient {patient} er endret"
    head = tx.row("select nr, kjede from tilgang.logghode")
    if head is None or (head["nr"], head["kjede"]) != (expected - 1, previous):
        yield 0, "slutten av loggen mangler"


def empty_rows(tx: Tx, pasient_id: int) -> str:
    """Empty the details and the salt of every log row about the patient; returns a seal (hex) over what is left.

    The salted digests stay, so that the chain is valid. Without the salt nobody can find out, by trying, what a digest
    was made of.
    """
    about = "pasient_id = $1 or forlop_id in (select forlop_id from register.forlop where pasient_id = $1)"
    tx.run(f"update tilgang.logg set detaljer = null, salt = ''::blob, pasient_id = $1 where {about}", pasient_id)
    seal = hashlib.sha256()
    for row in tx.rows(
        "select nr, tid, bruker, rolle, enhet, hendelse, pasient_id, forlop_id, skjema, detaljer "
        "from tilgang.logg where pasient_id = ? order by nr",
        pasient_id,
    ):
        seal.update(_content(*row.values()))
    return seal.hexdigest()

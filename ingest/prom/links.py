"""Links that open one patient form: the token is in the message only, the register keeps its hash."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime

from checks import eprom
from ingest.prom import cases
from ingest.store import Tx

BYTES = 32
ADDRESS = "/e/"


@dataclass(frozen=True)
class Link:
    """What a token opens. ``live`` is False after completion, a stop, a withdrawal, death, or at ``deadline``."""

    bestilling_id: int
    forlop_id: int
    enhet: str
    skjema: str
    tilstand: str
    live: bool
    deadline: datetime


def new_token(tx: Tx) -> str:
    """A token that nobody can guess."""
    return encoded(tx.random_bytes(BYTES))


def encoded(random: bytes) -> str:
    """The bytes as 43 characters fit for an address."""
    return urlsafe_b64encode(random).rstrip(b"=").decode()


def hashed(token: str) -> str:
    """What the register keeps of a token. It is as random as the hash is long, so that no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def make(tx: Tx, bestilling_id: int) -> str:
    """Give an order one more link and return its token. Earlier ones keep working: a reminder does not kill the first."""
    token = new_token(tx)
    tx.run("insert into prom.lenke values (?, ?, ?)", hashed(token), bestilling_id, tx.now)
    return token


def find(tx: Tx, token: str) -> Link | None:
    """What the token opens, None when there is no such. Needs no role: knowing the token is the access.

    A guess costs the same as a hit: one hash, one look-up by key.
    """
    row = tx.row(
        "select o.bestilling_id, o.forlop_id, o.skjema, o.tilstand, o.dag, f.enhet from prom.lenke l "
        "join prom.bestilling o using (bestilling_id) join register.forlop f using (forlop_id) where l.token_hash = ?",
        hashed(token),
    )
    if row is None:
        return None
    deadline = eprom.lock_at(row.pop("dag"))
    live = any(
        sak.bestilling_id == row["bestilling_id"] and eprom.answerable(sak, tx.now)
        for sak in cases.of_forlop(tx, [row["forlop_id"]])
    )
    return Link(**row, live=live, deadline=deadline)

"""Links that open one patient form: the token is in the message only, the register keeps its hash."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

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
    startdato: date | None


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

    Every page of a patient asks this, so it reads no more than decides (an order that is live is the form's newest), and
    one row at a time: by its key a row is found at once, while a join reads whole tables.
    """
    link = tx.row("select bestilling_id from prom.lenke where token_hash = ?", hashed(token))
    if link is None:
        return None
    order = _one(
        tx,
        "bestilling_id, forlop_id, skjema, tilstand, dag from prom.bestilling where bestilling_id = ?",
        link["bestilling_id"],
    )
    form = order["forlop_id"], order["skjema"]
    head = _one(
        tx,
        f"f.enhet, f.startdato, f.pasient_id, {cases.OF_FORLOP} from register.forlop f where f.forlop_id = ?",
        form[0],
    )
    enhet, startdato = head.pop("enhet"), head.pop("startdato")
    sak = eprom.Sak(
        **order,
        **head,
        **_one(tx, f"{cases.OF_PATIENT} from register.pasient p where p.pasient_id = ?", head["pasient_id"]),
        **_one(tx, "status from register.skjema where forlop_id = ? and skjema = ?", *form),
        papir=tx.row("select 1 from prom.papir where forlop_id = ? and skjema = ?", *form) is not None,
    )
    return Link(
        order["bestilling_id"],
        sak.forlop_id,
        enhet,
        sak.skjema,
        order["tilstand"],
        eprom.answerable(sak, tx.now),
        eprom.lock_at(order["dag"]),
        startdato,
    )


def _one(tx: Tx, what: str, *key: object) -> dict[str, Any]:
    """The row with this key; what a link leads to is there as long as the link."""
    row = tx.row(f"select {what}", *key)
    assert row is not None, what
    return row

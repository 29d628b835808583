"""Links that open one patient form: only the message holds the token; the register keeps its hash."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from checks import eprom
from ingest.prom import cases
from ingest.store import Tx

BYTES = 32
ADDRESS = "/e/"
# A token with what mail clients and people who copy a link may leave around it, such as «<», «)», «.» or a space.
_WITHIN = re.compile(r"[^A-Za-z0-9_-]*([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class Link:
    """What a token opens. ``live`` is False once the form is completed or stopped, consent is withdrawn, the patient is
    dead, or ``deadline`` has come. ``av_pasienten`` is whether the form was completed by the patient, and not from paper.
    """

    bestilling_id: int
    forlop_id: int
    enhet: str
    skjema: str
    tilstand: str
    live: bool
    deadline: datetime
    av_pasienten: bool
    startdato: date | None


def new_token(tx: Tx) -> str:
    """A random token, which nobody can guess."""
    return encoded(tx.random_bytes(BYTES))


def encoded(random: bytes) -> str:
    """32 random bytes as 43 characters that may stand in a web address."""
    return urlsafe_b64encode(random).rstrip(b"=").decode()


def hashed(token: str) -> str:
    """What the register keeps of a token. No salt is needed, since the token is as random as the hash is long."""
    return hashlib.sha256(token.encode()).hexdigest()


def make(tx: Tx, bestilling_id: int) -> str:
    """Give an order one more link and return its token. Earlier links keep working, also after a reminder."""
    token = new_token(tx)
    tx.run("insert into prom.lenke values (?, ?, ?)", hashed(token), bestilling_id, tx.now)
    return token


def find(tx: Tx, token: str) -> Link | None:
    """What the token opens, None for an unknown token; what stands around it in the address does not count. No role is needed: whoever knows the token has access.

    Every page of the patient's asks this, so it reads only what decides (a live order is always the form's newest), one
    row at a time: DuckDB finds a row at once by its key, while a join would read whole tables.
    """
    whole = _WITHIN.match(token)
    link = tx.row(
        "select bestilling_id from prom.lenke where token_hash = ?", hashed(whole[1] if whole is not None else token)
    )
    if link is None:
        return None
    return of_order(tx, link["bestilling_id"])


def of_order(tx: Tx, bestilling_id: int) -> Link:
    """What a link of the order opens. The order must be there."""
    order = _one(
        tx,
        "bestilling_id, forlop_id, skjema, tilstand, dag from prom.bestilling where bestilling_id = ?",
        bestilling_id,
    )
    form = order["forlop_id"], order["skjema"]
    head = _one(
        tx,
        f"f.enhet, f.startdato, f.pasient_id, {cases.OF_FORLOP} from register.forlop f where f.forlop_id = ?",
        form[0],
    )
    enhet, startdato = head.pop("enhet"), head.pop("startdato")
    state = _one(tx, "status, forst_ferdigstilt_av from register.skjema where forlop_id = ? and skjema = ?", *form)
    completed_by = state.pop("forst_ferdigstilt_av")
    sak = eprom.Sak(
        **order,
        **head,
        **_one(tx, f"{cases.OF_PATIENT} from register.pasient p where p.pasient_id = ?", head["pasient_id"]),
        **state,
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
        completed_by == cases.PATIENT,
        startdato,
    )


def _one(tx: Tx, what: str, *key: object) -> dict[str, Any]:
    """The row with this key. It is always there: what a link leads to is deleted only together with the link."""
    row = tx.row(f"select {what}", *key)
    assert row is not None, what
    return row

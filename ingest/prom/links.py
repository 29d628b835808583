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


# Every page of a patient asks this, so it reads no more than decides: an order that is live is the form's newest.
_FIND = f"""
select f.enhet, o.bestilling_id, o.forlop_id, o.skjema, o.tilstand, o.dag, s.status, {cases.HEAD},
    r.forlop_id is not null as papir
from prom.lenke l
join prom.bestilling o using (bestilling_id)
join register.skjema s on s.forlop_id = o.forlop_id and s.skjema = o.skjema
join register.forlop f on f.forlop_id = o.forlop_id
join register.pasient p on p.pasient_id = f.pasient_id
left join prom.papir r on r.forlop_id = o.forlop_id and r.skjema = o.skjema
where l.token_hash = ?
"""


def find(tx: Tx, token: str) -> Link | None:
    """What the token opens, None when there is no such. Needs no role: knowing the token is the access.

    A guess costs the same as a hit: one hash, one look-up by key.
    """
    row = tx.row(_FIND, hashed(token))
    if row is None:
        return None
    enhet, sak = row.pop("enhet"), eprom.Sak(**row)
    live = eprom.answerable(sak, tx.now)
    return Link(
        row["bestilling_id"],
        sak.forlop_id,
        enhet,
        sak.skjema,
        row["tilstand"],
        live,
        eprom.lock_at(row["dag"]),
    )

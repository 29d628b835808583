"""Sessions on the server: who is signed in, in which unit and role, until when. The browser holds a random token only.

Thirty minutes without anything done ends a session, and twelve hours in any case; a sign-out ends it at once, in
every tab, since every page run asks here.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from checks.errors import RegisterError
from ingest import audit
from ingest.access import Actor
from ingest.store import Tx

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
# Activity within this span is written once: a session is then at most this much too short.
TOUCH_EVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class Session:
    """``enhet`` and ``rolle`` are None until one is chosen; ``maa_bytte`` until the first password is changed."""

    nokkel: str
    bruker: str
    navn: str
    enhet: str | None
    rolle: str | None
    maa_bytte: bool
    sist_sett: datetime
    slutt: datetime

    def live(self, now: datetime) -> bool:
        """Whether time has not ended it."""
        return now < min(self.slutt, self.sist_sett + IDLE)

    def due(self, now: datetime) -> bool:
        """Whether activity now should be written."""
        return now - self.sist_sett > TOUCH_EVERY

    @property
    def actor(self) -> Actor | None:
        """Who acts; None as long as something must be done first."""
        if self.maa_bytte or not self.enhet or not self.rolle:
            return None
        return Actor(self.bruker, self.navn, self.rolle, self.enhet)


def digest(token: str) -> str:
    """What the store keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(tx: Tx, bruker: str, choice: tuple[str, str] | None = None) -> str:
    """Begin a session and return its token, always a new one. ``choice`` is (enhet, rolle).

    Somebody with one role at one unit need not choose. Raises REG-138 for a role that the user has not.
    """
    token, held = secrets.token_urlsafe(32), roles(tx, bruker)
    if choice is not None and choice not in held:
        raise RegisterError("REG-138")
    enhet, rolle = choice or (held[0] if len(held) == 1 else (None, None))
    tx.run("delete from tilgang.sesjon where slutt < ?", tx.now - timedelta(days=30))
    tx.run(
        "insert into tilgang.sesjon values (?, ?, ?, ?, ?, ?, ?, null)",
        digest(token),
        bruker,
        enhet,
        rolle,
        tx.now,
        tx.now,
        tx.now + LONGEST,
    )
    return token


def find(tx: Tx, token: str) -> Session | None:
    """The live session of a token. None when it is unknown, ended, idle too long, too old, or access was taken away."""
    row = tx.row(
        "select s.*, b.navn, k.maa_bytte, s.enhet is null or exists (select 1 from tilgang.tildeling t "
        "where t.bruker_id = s.bruker_id and t.enhet = s.enhet and t.rolle = s.rolle) as gjelder "
        "from tilgang.sesjon s join tilgang.bruker b using (bruker_id) join tilgang.konto k using (bruker_id) "
        "where s.nokkel = ? and s.avsluttet is null and k.aktiv and s.slutt > ? and s.sist_sett > ?",
        digest(token),
        tx.now,
        tx.now - IDLE,
    )
    if row is None or not row["gjelder"]:
        return None
    return Session(
        row["nokkel"],
        row["bruker_id"],
        row["navn"],
        row["enhet"],
        row["rolle"],
        row["maa_bytte"],
        row["sist_sett"],
        row["slutt"],
    )


def expired_of(tx: Tx, token: str) -> str | None:
    """Whose session this was, when time alone ended it: what they type is still kept for them as a draft."""
    row = tx.row(
        "select bruker_id from tilgang.sesjon join tilgang.konto using (bruker_id) "
        "where nokkel = ? and avsluttet is null and aktiv",
        digest(token),
    )
    return row["bruker_id"] if row else None


def touch(tx: Tx, session: Session) -> None:
    """The user did something."""
    tx.run("update tilgang.sesjon set sist_sett = ? where nokkel = ?", tx.now, session.nokkel)


def end(tx: Tx, token: str) -> None:
    """Sign out."""
    tx.run("update tilgang.sesjon set avsluttet = ? where nokkel = ? and avsluttet is null", tx.now, digest(token))


def end_all(tx: Tx, bruker: str, *, but: str | None = None) -> None:
    """End a user's sessions, all or all but the one with this ``nokkel``."""
    tx.run(
        "update tilgang.sesjon set avsluttet = ? where bruker_id = ? and avsluttet is null and nokkel <> ?",
        tx.now,
        bruker,
        but or "",
    )


def roles(tx: Tx, bruker: str) -> list[tuple[str, str]]:
    """The (enhet, rolle) pairs that a user has."""
    rows = tx.rows("select enhet, rolle from tilgang.tildeling where bruker_id = ? order by enhet, rolle", bruker)
    return [(row["enhet"], row["rolle"]) for row in rows]


def choose(tx: Tx, session: Session, enhet: str, rolle: str) -> None:
    """Work in this role at this unit (manual: «Prosjektoversikt»). REG-138 when the user does not have the role there."""
    if (enhet, rolle) not in roles(tx, session.bruker):
        raise RegisterError("REG-138")
    tx.run("update tilgang.sesjon set enhet = ?, rolle = ? where nokkel = ?", enhet, rolle, session.nokkel)
    audit.log(tx, "rolle valgt", details={"rolle": rolle, "enhet": enhet})

"""Sessions on the server: who is signed in, in which unit and role, until when. The browser holds a random token only.

A session ends after thirty minutes without activity, and after twelve hours in any case. A sign-out ends it at once, in
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
# Activity is written at most once in this span, so a session may end this much too early.
TOUCH_EVERY = timedelta(seconds=30)

# Whether the user still has the role that the session s was chosen for.
_HOLDS = (
    "(s.enhet is null or exists (select 1 from tilgang.tildeling t "
    "where t.bruker_id = s.bruker_id and t.enhet = s.enhet and t.rolle = s.rolle))"
)


@dataclass(frozen=True)
class Session:
    """A user's session. ``enhet`` and ``rolle`` are None until the user has chosen; ``maa_bytte`` is true until the
    first password is changed.
    """

    nokkel: str
    bruker: str
    navn: str
    enhet: str | None
    rolle: str | None
    maa_bytte: bool
    sist_sett: datetime
    slutt: datetime

    def live(self, now: datetime) -> bool:
        """Whether the session has not timed out."""
        return now < min(self.slutt, self.sist_sett + IDLE)

    def due(self, now: datetime) -> bool:
        """Whether activity at ``now`` is to be written."""
        return now - self.sist_sett > TOUCH_EVERY

    @property
    def actor(self) -> Actor | None:
        """The user as an actor; None while the password must be changed or a role chosen first."""
        if self.maa_bytte or not self.enhet or not self.rolle:
            return None
        return Actor(self.bruker, self.navn, self.rolle, self.enhet)


def digest(token: str) -> str:
    """What the store keeps of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def alive(tx: Tx) -> int:
    """How many sessions have not ended."""
    row = tx.row(
        "select count(*) as n from tilgang.sesjon where avsluttet is null and slutt > ? and sist_sett > ?",
        tx.now,
        tx.now - IDLE,
    )
    return row["n"] if row else 0


def start(tx: Tx, bruker: str, choice: tuple[str, str] | None = None) -> str:
    """Begin a session and return its token, always a new one. ``choice`` is (enhet, rolle).

    A user with one role at one unit need not choose. Raises REG-138 for a role that the user does not have.
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
    """The live session of a token; None when it is unknown, ended, idle too long or too old, or when the user's access
    has been taken away.
    """
    row = tx.row(
        f"select s.*, b.navn, k.maa_bytte, {_HOLDS} as gjelder "
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
    """The user of a session that only time has ended: what that user types is still kept as a draft. None for one whose access
    has been taken away.
    """
    row = tx.row(
        "select s.bruker_id from tilgang.sesjon s join tilgang.konto k using (bruker_id) "
        f"where s.nokkel = ? and s.avsluttet is null and k.aktiv and {_HOLDS}",
        digest(token),
    )
    return row["bruker_id"] if row else None


def touch(tx: Tx, session: Session) -> None:
    """Write that the user was active now."""
    tx.run("update tilgang.sesjon set sist_sett = ? where nokkel = ?", tx.now, session.nokkel)


def end(tx: Tx, token: str) -> None:
    """End the session of a token, as signing out does."""
    tx.run("update tilgang.sesjon set avsluttet = ? where nokkel = ? and avsluttet is null", tx.now, digest(token))


def end_all(tx: Tx, bruker: str, *, but: str | None = None) -> None:
    """End all sessions of a user, but not the one with the ``nokkel`` ``but``."""
    tx.run(
        "update tilgang.sesjon set avsluttet = ? where bruker_id = ? and avsluttet is null and nokkel <> ?",
        tx.now,
        bruker,
        but or "",
    )


def end_everyones(tx: Tx) -> None:
    """End every session, and every code and key that waits to be used: a restore to an earlier moment would otherwise bring back
    those that have been ended or used since.
    """
    tx.run("update tilgang.sesjon set avsluttet = ? where avsluttet is null", tx.now)
    tx.run("update tilgang.engangskode set brukt = ? where brukt is null", tx.now)


def roles(tx: Tx, bruker: str) -> list[tuple[str, str]]:
    """The (enhet, rolle) pairs that a user has."""
    rows = tx.rows("select enhet, rolle from tilgang.tildeling where bruker_id = ? order by enhet, rolle", bruker)
    return [(row["enhet"], row["rolle"]) for row in rows]


def choose(tx: Tx, session: Session, enhet: str, rolle: str) -> None:
    """Let the session's user work in this role at this unit (manual: «Prosjektoversikt»).

    REG-138 when the user does not have the role there.
    """
    if (enhet, rolle) not in roles(tx, session.bruker):
        raise RegisterError("REG-138")
    tx.run("update tilgang.sesjon set enhet = ?, rolle = ? where nokkel = ?", enhet, rolle, session.nokkel)
    audit.log(tx, "rolle valgt", details={"rolle": rolle, "enhet": enhet})

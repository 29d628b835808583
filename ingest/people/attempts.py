"""Failed logins: how long the next try must wait, counted so that nobody can shut a colleague out.

A browser that the user has logged in with before has its own count. Failures from other browsers are counted for each
address, and for all addresses together, so that guessing from many addresses is slowed as well (docs/adr/010).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from ingest.store import Tx

FREE, FREE_TOGETHER = 3, 30
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=5), timedelta(minutes=15)
# A count is forgotten after this long without a failure; a browser after this long without a login.
FORGOTTEN, BROWSER_LIFE = timedelta(days=1), timedelta(days=180)
TOGETHER, OWN_PAGES = "alle", "innlogget"


@dataclass(frozen=True)
class Source:
    """Where a try comes from: the network address, and the token of the browser, which may be known («» for none)."""

    address: str = ""
    browser: str = ""


def delay(failures: int, free: int = FREE) -> timedelta:
    """How long to wait after so many failures in a row: not at all for ``free`` of them, then 5 seconds, doubling up to
    15 minutes.
    """
    over = failures - free
    return min(FIRST_DELAY * 2 ** min(over - 1, 20), LONGEST_DELAY) if over > 0 else timedelta()


def waits(tx: Tx, bruker: str, source: Source | None) -> bool:
    """Whether a try from this source is refused unheard for now. ``source`` None stands for the user's own pages."""
    row = tx.row(
        "select max(sperret_til) as til from tilgang.forsok where bruker_id = ? and list_contains(?, kilde)",
        bruker,
        list(_counts(tx, bruker, source)),
    )
    return row is not None and row["til"] is not None and row["til"] > tx.now


def failed(tx: Tx, bruker: str, source: Source | None) -> None:
    """Count a failed try from this source (None: the user's own pages)."""
    for kilde, free in _counts(tx, bruker, source).items():
        row = tx.row("select feil, sist from tilgang.forsok where bruker_id = ? and kilde = ?", bruker, kilde)
        before = row["feil"] if row and row["sist"] > tx.now - FORGOTTEN else 0
        tx.run(
            "insert or replace into tilgang.forsok values (?, ?, ?, ?, ?)",
            bruker,
            kilde,
            before + 1,
            tx.now,
            tx.now + delay(before + 1, free),
        )


def succeeded(tx: Tx, bruker: str, source: Source) -> None:
    """Forget the failures counted for the source of a login; failures from other places still count."""
    own = [kilde for kilde in _counts(tx, bruker, source) if kilde != TOGETHER]
    tx.run("delete from tilgang.forsok where bruker_id = ? and list_contains(?, kilde)", bruker, own)


def forget(tx: Tx, bruker: str) -> None:
    """Forget all failures and all known browsers of a user, who has a new password."""
    tx.run("delete from tilgang.forsok where bruker_id = ?", bruker)
    tx.run("delete from tilgang.kjent_nettleser where bruker_id = ?", bruker)


def remember(tx: Tx, bruker: str, source: Source) -> str:
    """Make this browser known to the user's account; returns its token."""
    tx.run("delete from tilgang.kjent_nettleser where sist_brukt < ?", tx.now - BROWSER_LIFE)
    token = source.browser if knows(tx, bruker, source) else secrets.token_urlsafe(24)
    tx.run("insert or replace into tilgang.kjent_nettleser values (?, ?, ?)", _digest(token), bruker, tx.now)
    return token


def _counts(tx: Tx, bruker: str, source: Source | None) -> dict[str, int]:
    """The counts that a try from this source belongs to, each with how many failures are free in it."""
    if source is None:
        return {OWN_PAGES: FREE}
    if knows(tx, bruker, source):
        return {f"nettleser {_digest(source.browser)}": FREE}
    return {f"adresse {_digest(source.address)}": FREE, TOGETHER: FREE_TOGETHER}


def knows(tx: Tx, bruker: str, source: Source) -> bool:
    """Whether the user has logged in from this browser, and not too long ago."""
    row = tx.row(
        "select 1 from tilgang.kjent_nettleser where nokkel = ? and bruker_id = ? and sist_brukt > ?",
        _digest(source.browser),
        bruker,
        tx.now - BROWSER_LIFE,
    )
    return row is not None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

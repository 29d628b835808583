"""Failed logins: how long an account waits, counted so that nobody can shut a colleague out.

A browser that has been logged in with before has its own count. Others are counted for each address, and all of them
together, so that guessing from many addresses is slowed as well (docs/adr/010).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from ingest.store import Tx

FREE, FREE_TOGETHER = 3, 30
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=5), timedelta(minutes=15)
# A count is forgotten when nothing has failed for this long, a browser when it has not logged in.
FORGOTTEN, BROWSER_LIFE = timedelta(days=1), timedelta(days=180)
TOGETHER, OWN_PAGES = "alle", "innlogget"


@dataclass(frozen=True)
class Source:
    """Where a try comes from: the network address, and the token of a browser that may be known («» for none)."""

    address: str = ""
    browser: str = ""


def delay(failures: int, free: int = FREE) -> timedelta:
    """How long to wait after so many failures in a row: nothing at first, then doubling up to 15 minutes."""
    over = failures - free
    return min(FIRST_DELAY * 2 ** min(over - 1, 20), LONGEST_DELAY) if over > 0 else timedelta()


def waits(tx: Tx, bruker: str, source: Source | None) -> bool:
    """Whether the account must wait before a try from here counts. ``source`` None: the user's own pages."""
    row = tx.row(
        "select max(sperret_til) as til from tilgang.forsok where bruker_id = ? and list_contains(?, kilde)",
        bruker,
        list(_counts(tx, bruker, source)),
    )
    return row is not None and row["til"] is not None and row["til"] > tx.now


def failed(tx: Tx, bruker: str, source: Source | None) -> None:
    """Count a failure."""
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
    """Forget the count of where the user came in from; what others do elsewhere still counts."""
    own = [kilde for kilde in _counts(tx, bruker, source) if kilde != TOGETHER]
    tx.run("delete from tilgang.forsok where bruker_id = ? and list_contains(?, kilde)", bruker, own)


def forget(tx: Tx, bruker: str) -> None:
    """A new password: begin from nothing, and know no browser."""
    tx.run("delete from tilgang.forsok where bruker_id = ?", bruker)
    tx.run("delete from tilgang.kjent_nettleser where bruker_id = ?", bruker)


def remember(tx: Tx, bruker: str, source: Source) -> str:
    """The token of this browser, known from now on."""
    tx.run("delete from tilgang.kjent_nettleser where sist_brukt < ?", tx.now - BROWSER_LIFE)
    token = source.browser if _known(tx, bruker, source) else secrets.token_urlsafe(24)
    tx.run("insert or replace into tilgang.kjent_nettleser values (?, ?, ?)", _digest(token), bruker, tx.now)
    return token


def _counts(tx: Tx, bruker: str, source: Source | None) -> dict[str, int]:
    """The counts that a try belongs to, and how many failures are free in each."""
    if source is None:
        return {OWN_PAGES: FREE}
    if _known(tx, bruker, source):
        return {f"nettleser {_digest(source.browser)}": FREE}
    return {f"adresse {_digest(source.address)}": FREE, TOGETHER: FREE_TOGETHER}


def _known(tx: Tx, bruker: str, source: Source) -> bool:
    row = tx.row(
        "select 1 from tilgang.kjent_nettleser where nokkel = ? and bruker_id = ? and sist_brukt > ?",
        _digest(source.browser),
        bruker,
        tx.now - BROWSER_LIFE,
    )
    return row is not None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

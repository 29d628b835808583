"""The one-time key: shown on the terminal of whoever runs the register, to a user whom no coordinator can let in.

With the first password it takes the place of the code at one login: a new register may have no gateway for SMS yet. It
dies when it is used, and after a day; only its digest is stored.
"""

from __future__ import annotations

from ingest.people import passwords, sessions
from ingest.store import Tx

PURPOSE = "engangsnøkkel"


def make(tx: Tx, bruker: str) -> str:
    """A new key for the user; an earlier one dies."""
    end(tx, bruker)
    key = passwords.one_time_key()
    tx.run(
        "insert into tilgang.engangskode values (?, ?, ?, null, ?, ?, null, 0)",
        _digest(key),
        bruker,
        PURPOSE,
        tx.now,
        tx.now + passwords.KEY_LIFE,
    )
    return key


def waits(tx: Tx, bruker: str) -> bool:
    """Whether the user has a key that can still be used."""
    return bool(tx.rows(f"select 1 {_LIVE}", bruker, PURPOSE, tx.now))


def use(tx: Tx, bruker: str, typed: str) -> bool:
    """Whether what was typed is the user's key, which then is used up. Hyphens and capital letters do not count."""
    right = bool(tx.rows(f"select 1 {_LIVE} and nokkel = ?", bruker, PURPOSE, tx.now, _digest(typed)))
    if right:
        end(tx, bruker)
    return right


def end(tx: Tx, bruker: str) -> None:
    """Let the user's key, if there is one, be used no more."""
    tx.run(
        "update tilgang.engangskode set brukt = ? where bruker_id = ? and formaal = ? and brukt is null",
        tx.now,
        bruker,
        PURPOSE,
    )


_LIVE = "from tilgang.engangskode where bruker_id = ? and formaal = ? and brukt is null and utloper > ?"


def _digest(key: str) -> str:
    return sessions.digest("".join(c for c in key.casefold() if c.isalnum()))

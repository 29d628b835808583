"""What remains when a reserved patient is deleted: forløp that can be counted, and keyed hashes by which the number is known.

A hash is of the number and a key made from the register's own (ingest/vault.py), so that a copy of the register tells nobody
whose it is. Those who reserved themselves before they were ever registered here have one too.
"""

from __future__ import annotations

import hashlib
import hmac

from checks.errors import RegisterError
from ingest.registration import merged
from ingest.store import Tx

_PURPOSE = "reserverte nummer"


def leave(tx: Tx, pasient_id: int) -> None:
    """Count the patient's forløp, hash the numbers and the orders that ePROM has; before all of it is erased."""
    every = [pasient_id, *merged.absorbed(tx, pasient_id)]
    of_patient = "pasient_id in (select unnest(?::integer[]))"
    for row in tx.rows(
        "select enhet, date_trunc('month', startdato)::date as maaned, inkl_krit, count(*) as n from register.forlop "
        f"where {of_patient} and slettet is null group by all order by all",
        every,
    ):
        _count(tx, row["enhet"], row["maaned"], row["inkl_krit"], row["n"])
    numbers = tx.rows(
        f"select idnr from identitet.person where {of_patient} and idnr is not null "
        f"union select idnr from identitet.tidligere_nummer where {of_patient} order by idnr",
        every,
        every,
    )
    hold(tx, *(row["idnr"] for row in numbers))
    for row in tx.rows(
        "select e.ordre_id from prom.eprom_ordre e join prom.bestilling using (bestilling_id) "
        f"join register.forlop using (forlop_id) where {of_patient} order by e.ordre_id",
        every,
    ):
        tx.run("insert into prom.reservert_ordre values (?) on conflict do nothing", _plain(row["ordre_id"]))


def _count(tx: Tx, *key: object) -> None:
    *about, n = key
    same = "enhet = ? and maaned is not distinct from ? and inkl_krit is not distinct from ?"
    if not tx.rows(f"update register.reservert_telling set n = n + ? where {same} returning n", n, *about):
        tx.run("insert into register.reservert_telling values (?, ?, ?, ?)", *about, n)


def hold(tx: Tx, *numbers: str) -> None:
    """Let one person's numbers be known as reserved."""
    if all(_found(tx, number) for number in numbers):
        return
    person, name = tx.random_bytes(8).hex(), tx.vault.name
    for number in numbers:
        release(tx, number)
        tx.run("insert into register.reservert_nummer values (?, ?, ?)", _hash(tx, number, name), name, person)


def release(tx: Tx, number: str) -> bool:
    """Let the person with this number be registered again; returns whether the person was held."""
    found = _found(tx, number)
    if found:
        tx.run("delete from register.reservert_nummer where person = ?", found)
    return bool(found)


def is_held(tx: Tx, number: str) -> bool:
    """Whether a person with this number has reserved themselves. Raises REG-275 when the key of that time is gone."""
    return bool(_found(tx, number))


def require_free(tx: Tx, *numbers: str | None) -> None:
    """Raise REG-610 when one of the numbers is that of somebody who has reserved themselves."""
    if any(number and is_held(tx, number) for number in numbers):
        raise RegisterError("REG-610")


def held_among(tx: Tx, numbers: set[str]) -> set[str]:
    """Those of the numbers that are held."""
    names = _keys(tx)
    hashes = {_hash(tx, number, name): number for number in numbers for name in names}
    known = tx.rows(
        "select avtrykk from register.reservert_nummer where avtrykk in (select unnest(?::varchar[]))", list(hashes)
    )
    return {hashes[row["avtrykk"]] for row in known}


def is_order(tx: Tx, ordre_id: str) -> bool:
    """Whether ePROM's order was of a patient who is deleted."""
    return tx.row("select 1 from prom.reservert_ordre where avtrykk = ?", _plain(ordre_id)) is not None


def refuse_answer(tx: Tx) -> None:
    """Count an answer that came after the reservation and is not stored."""
    if not tx.rows("update register.reservert_avvist set n = n + 1 where dag = ? returning n", tx.today):
        tx.run("insert into register.reservert_avvist values (?, 1)", tx.today)


def refused_answers(tx: Tx) -> int:
    """How many answers have come after a reservation."""
    row = tx.row("select coalesce(sum(n), 0)::integer as n from register.reservert_avvist")
    return row["n"] if row else 0


def _found(tx: Tx, number: str) -> str:
    """The random word of the person who has the number; empty for one who is not held."""
    for name in _keys(tx):
        row = tx.row("select person from register.reservert_nummer where avtrykk = ?", _hash(tx, number, name))
        if row:
            return row["person"]
    return ""


def _keys(tx: Tx) -> list[str]:
    return [row["nokkel"] for row in tx.rows("select distinct nokkel from register.reservert_nummer order by nokkel")]


def _hash(tx: Tx, number: str, name: str) -> str:
    return hmac.new(tx.vault.key(_PURPOSE, name), number.encode(), hashlib.sha256).hexdigest()


def _plain(ordre_id: str) -> str:
    """No key is needed: nobody can guess the id."""
    return hashlib.sha256(ordre_id.encode()).hexdigest()

"""Users and the roles they have at units."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from checks.errors import RegisterError
from ingest.access import Actor
from ingest.people import passwords
from ingest.store import Tx


def add(
    tx: Tx,
    bruker_id: str,
    navn: str,
    tildelinger: list[tuple[str, str]],
    *,
    brukernavn: str | None = None,
    mobil: str | None = None,
    epost: str | None = None,
    stilling: str | None = None,
    passord_hash: str | None = None,
    maa_bytte: bool = False,
) -> None:
    """Add a user with (enhet, rolle) pairs. Without a password nobody can log in as this user."""
    tx.run("insert into tilgang.bruker (bruker_id, navn) values (?, ?)", bruker_id, navn)
    tx.run(
        "insert into tilgang.konto (bruker_id, brukernavn, mobil, epost, stilling, passord_hash, maa_bytte, aktiv, "
        "opprettet) values (?, ?, ?, ?, ?, ?, ?, true, ?)",
        bruker_id,
        brukernavn or bruker_id,
        mobil,
        epost,
        stilling,
        passord_hash,
        maa_bytte,
        tx.now,
    )
    for enhet, rolle in tildelinger:
        tx.run("insert into tilgang.tildeling values (?, ?, ?)", bruker_id, enhet, rolle)


def new_id(tx: Tx) -> str:
    """A new user id, like «bruker1000»: what data holds instead of a name."""
    return f"bruker{tx.next_id('bruker')}"


def actors(tx: Tx) -> list[Actor]:
    """Every active user, once for each of their roles at a unit."""
    rows = tx.rows(
        "select bruker_id, navn, rolle, enhet from tilgang.bruker join tilgang.tildeling using (bruker_id) "
        "join tilgang.konto using (bruker_id) where aktiv order by enhet, bruker_id"
    )
    return [Actor(r["bruker_id"], r["navn"], r["rolle"], r["enhet"]) for r in rows]


def names(tx: Tx) -> dict[str, str]:
    """User id to name, for screens, because data holds only ids."""
    return {r["bruker_id"]: r["navn"] for r in tx.rows("select bruker_id, navn from tilgang.bruker")}


def account(tx: Tx, bruker_id: str) -> dict[str, Any] | None:
    """What is stored about a user, without secrets: bruker_id, navn, brukernavn, mobil, epost, stilling, totp, aktiv,
    maa_bytte. None when there is no such user.
    """
    return tx.row(
        "select bruker_id, navn, brukernavn, mobil, epost, stilling, totp_forseglet is not null as totp, aktiv, "
        "maa_bytte from tilgang.bruker join tilgang.konto using (bruker_id) where bruker_id = ?",
        bruker_id,
    )


def with_username(tx: Tx, brukernavn: str) -> str:
    """The id of the user with a username. Raises REG-135 when nobody has it."""
    row = tx.row("select bruker_id from tilgang.konto where brukernavn = ?", brukernavn)
    if row is None:
        raise RegisterError("REG-135")
    return str(row["bruker_id"])


def expect_first_password(tx: Tx, bruker_id: str, life: timedelta = passwords.FIRST_LIFE) -> None:
    """Note that the account has a first password, which must be changed within ``life``."""
    tx.run("insert or replace into tilgang.forstegangspassord values (?, ?)", bruker_id, tx.now + life)


def first_password_used(tx: Tx, bruker_id: str) -> None:
    """Note that the user has changed the first password."""
    tx.run("delete from tilgang.forstegangspassord where bruker_id = ?", bruker_id)


def first_password_expired(tx: Tx, bruker_id: str) -> bool:
    """Whether the account has a first password that is too old to be used."""
    row = tx.row("select utloper from tilgang.forstegangspassord where bruker_id = ?", bruker_id)
    return row is not None and row["utloper"] <= tx.now


def free_username(tx: Tx, wanted: str) -> str:
    """The username ``wanted``, with a number after it when a user has it already."""
    taken = {row["brukernavn"] for row in tx.rows("select brukernavn from tilgang.konto")}
    return next(name for name in (wanted, *(f"{wanted}{n}" for n in range(2, 10_000))) if name not in taken)

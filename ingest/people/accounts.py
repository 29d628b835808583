"""Accounts that exist: how users change their own password and TOTP (Min side), and LC and SC the accounts of others
(Brukere).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp

from checks import passwords as rules
from checks.errors import RegisterError
from ingest import audit, units
from ingest.access import ROLES, Actor, everywhere, require
from ingest.people import attempts, login, one_time_key, passwords, sessions, subscriptions, users
from ingest.services import sending
from ingest.store import Store, Tx


def change_password(
    store: Store, actor: Actor, policy: rules.Policy, old: str, new: str, again: str, *, keep: str | None
) -> None:
    """«Bytt passord». Ends the user's sessions except the one with the ``nokkel`` ``keep``.

    REG-128 when the old password is wrong, REG-123 to REG-127 when the new one breaks the policy.
    """
    with store.read(actor) as tx:
        account = users.account(tx, actor.bruker)
    assert account is not None
    if new != again:
        raise RegisterError("REG-126")
    rules.require(new, account["brukernavn"], policy)
    login.check_own_password(store, actor, old)
    if new == old:
        raise RegisterError("REG-127")
    hashed = passwords.hash_password(new)
    with store.write(actor) as tx:
        tx.run("update tilgang.konto set passord_hash = ?, maa_bytte = false where bruker_id = ?", hashed, actor.bruker)
        users.first_password_used(tx, actor.bruker)
        attempts.forget(tx, actor.bruker)
        sessions.end_all(tx, actor.bruker, but=keep)
        audit.log(tx, "passord byttet")


def set_totp(store: Store, actor: Actor, secret: str, code: str, passord: str) -> None:
    """Use codes from an app from now on.

    The password is asked for, so that whoever finds an open session cannot lock its owner out: REG-128 when it is
    wrong. REG-121 unless ``code`` shows that the app has the secret.
    """
    login.check_own_password(store, actor, passord)
    step = login.totp_step(secret, "".join(code.split()), store.clock().timestamp(), None)
    if step is None:
        raise RegisterError("REG-121")
    with store.write(actor) as tx:
        _keep_totp(tx, tx.vault.seal(secret), step)
        audit.log(tx, "engangskode fra app slått på")


def remove_totp(store: Store, actor: Actor, passord: str) -> None:
    """Use codes by SMS again. REG-128 when the password is wrong."""
    login.check_own_password(store, actor, passord)
    with store.write(actor) as tx:
        _keep_totp(tx, None, None)
        audit.log(tx, "engangskode fra app slått av")


def _keep_totp(tx: Tx, sealed: str | None, step: int | None) -> None:
    tx.run(
        "update tilgang.konto set totp_forseglet = ?, totp_brukt = ? where bruker_id = ?", sealed, step, tx.actor.bruker
    )


def reseal(tx: Tx) -> None:
    """Seal every secret of a code app with the newest key."""
    for row in tx.rows("select bruker_id, totp_forseglet from tilgang.konto where totp_forseglet is not null"):
        sealed = tx.vault.reseal(row["totp_forseglet"])
        tx.run("update tilgang.konto set totp_forseglet = ? where bruker_id = ?", sealed, row["bruker_id"])


def new_secret() -> str:
    """A random TOTP secret."""
    return pyotp.random_base32()


def recent_logins(tx: Tx, limit: int = 10) -> list[dict[str, Any]]:
    """The actor's own latest logins and refused logins: tid, hendelse."""
    return tx.rows(
        "select tid, hendelse from tilgang.logg where bruker = ? and hendelse in "
        "('logget inn', 'innlogging avvist', 'passord byttet', 'mobil byttet', 'epost byttet', 'HelseID koblet til', "
        "'HelseID koblet fra') order by nr desc limit ?",
        tx.actor.bruker,
        limit,
    )


def listed(tx: Tx) -> list[dict[str, Any]]:
    """The users that the acting LC (own unit) or SC (all units) may see, one row per role: bruker_id, navn, brukernavn,
    epost, enhet, rolle, aktiv.
    """
    require(tx.actor, "godkjenne_brukere")
    return tx.rows(
        "select bruker_id, navn, brukernavn, epost, stilling, enhet, rolle, aktiv, maa_bytte from tilgang.bruker "
        "join tilgang.konto using (bruker_id) join tilgang.tildeling using (bruker_id) where ? or enhet = ? "
        "order by navn, enhet, rolle",
        everywhere(tx.actor),
        tx.actor.enhet,
    )


def own_unit(tx: Tx, bruker: str) -> str | None:
    """The unit that a user belongs to: where the user has applied for access, or else the only one with a role.

    None when the user has roles at several and never applied.
    """
    require(tx.actor, "godkjenne_brukere")
    applied = tx.row("select avdeling from tilgang.soknad where bruker_id = ?", bruker)
    held = {enhet for enhet, _ in sessions.roles(tx, bruker)}
    return applied["avdeling"] if applied else held.pop() if len(held) == 1 else None


def give_role(tx: Tx, bruker: str, enhet: str, rolle: str) -> bool:
    """Give a user one more role at a unit; False when the user has it already.

    REG-134 for a role the actor cannot give, REG-135 for an unknown user, REG-238 at a unit that is not active.
    """
    require(tx.actor, "godkjenne_brukere", enhet)
    _other(tx, bruker)
    if rolle not in ROLES[tx.actor.rolle].gives:
        raise RegisterError("REG-134", rolle=rolle)
    if (enhet, rolle) in sessions.roles(tx, bruker):
        return False
    units.require_active_unit(tx, enhet, "roller")
    tx.run("insert into tilgang.tildeling values (?, ?, ?)", bruker, enhet, rolle)
    audit.log(tx, "rolle gitt", details={"bruker": bruker, "enhet": enhet, "rolle": rolle})
    return True


def take_role(tx: Tx, bruker: str, enhet: str, rolle: str) -> None:
    """Take a role from a user, who can do nothing more in it from the next page run, and whose subscriptions in it stop.

    REG-522 for a role the actor cannot give, REG-135 when there is no such user or the user does not have the role,
    REG-136 for the actor's own account.
    """
    require(tx.actor, "godkjenne_brukere", enhet)
    _other(tx, bruker)
    if (enhet, rolle) not in sessions.roles(tx, bruker):
        raise RegisterError("REG-135")
    if rolle not in ROLES[tx.actor.rolle].gives:
        raise RegisterError("REG-522", rolle=rolle)
    tx.run("delete from tilgang.tildeling where bruker_id = ? and enhet = ? and rolle = ?", bruker, enhet, rolle)
    audit.log(tx, "rolle tatt bort", details={"bruker": bruker, "enhet": enhet, "rolle": rolle})
    subscriptions.stop_ended(tx, bruker)


def set_active(tx: Tx, bruker: str, aktiv: bool) -> None:
    """Close or reopen an account; closing ends its sessions, and stops its subscriptions.

    LC may when all the user's roles are at LC's own unit, SC always; otherwise as ``_whole_account`` raises.
    """
    _whole_account(tx, bruker)
    tx.run("update tilgang.konto set aktiv = ? where bruker_id = ?", aktiv, bruker)
    if not aktiv:
        sessions.end_all(tx, bruker)
    audit.log(tx, "bruker åpnet" if aktiv else "bruker stengt", details={"bruker": bruker})
    subscriptions.stop_ended(tx, bruker)


def send_first_password(tx: Tx, bruker: str, first: passwords.FirstPassword) -> int:
    """Queue an SMS with a new first password for a user who has lost password, app or both; returns its number.

    REG-137 when the user has no mobile.
    """
    _whole_account(tx, bruker)
    account = users.account(tx, bruker)
    assert account is not None
    if not account["mobil"]:
        raise RegisterError("REG-137", kanal="SMS")
    _begin_anew(tx, bruker, first, passwords.FIRST_LIFE)
    audit.log(tx, "nytt førstegangspassord", details={"bruker": bruker})
    return sending.queue(tx, sending.SMS, account["mobil"], passwords.message(account["brukernavn"], first.text))


def let_in_once(tx: Tx, bruker: str, first: passwords.FirstPassword) -> str:
    """Give a user whom nobody else can let in a first password and a one-time key in place of the code; returns the key.

    It is for the terminal of whoever runs the register. Raises as ``set_active``.
    """
    _whole_account(tx, bruker)
    _begin_anew(tx, bruker, first, passwords.KEY_LIFE)
    audit.log(tx, "engangsinnlogging laget", details={"bruker": bruker})
    return one_time_key.make(tx, bruker)


def _begin_anew(tx: Tx, bruker: str, first: passwords.FirstPassword, life: timedelta) -> None:
    """Give a user a first password, and end what the user had: password, app, key, sessions and known browsers."""
    tx.run(
        "update tilgang.konto set passord_hash = ?, maa_bytte = true, totp_forseglet = null, totp_brukt = null "
        "where bruker_id = ?",
        first.hash,
        bruker,
    )
    users.expect_first_password(tx, bruker, life)
    one_time_key.end(tx, bruker)
    attempts.forget(tx, bruker)
    sessions.end_all(tx, bruker)


def _other(tx: Tx, bruker: str) -> None:
    if bruker == tx.actor.bruker:
        raise RegisterError("REG-136")
    if users.account(tx, bruker) is None:
        raise RegisterError("REG-135")


def _whole_account(tx: Tx, bruker: str) -> None:
    """Raise REG-060, REG-061, REG-522, REG-135 or REG-136 unless the actor may give every role that the user has, at
    its unit: an account is not only one unit's.
    """
    require(tx.actor, "godkjenne_brukere")
    _other(tx, bruker)
    for enhet, rolle in sessions.roles(tx, bruker):
        require(tx.actor, "godkjenne_brukere", enhet)
        if rolle not in ROLES[tx.actor.rolle].gives:
            raise RegisterError("REG-522", rolle=rolle)
    if not everywhere(tx.actor) and not sessions.roles(tx, bruker):
        raise RegisterError("REG-135")

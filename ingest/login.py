"""Logging in, in two steps: username and password, then a code from SMS or an app (manual: «Opprette ny bruker»).

These take the store and not a transaction: argon2 must not run while the write lock is held, and a refusal must be
counted, which an error raised inside a transaction would undo. Nothing here tells whether an account exists: the
sentence is one, and so is the work done.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pyotp.totp import TOTP

from checks.errors import RegisterError
from ingest import audit, passwords, sending, sessions
from ingest.access import Actor
from ingest.sessions import GATE
from ingest.store import Store, Tx

CODE_LIFE, STEP_LIFE = timedelta(minutes=5), timedelta(minutes=10)
FREE_FAILURES, FIRST_DELAY, LONGEST_DELAY = 3, timedelta(seconds=5), timedelta(minutes=15)
CODE_ATTEMPTS = 5
LOGIN = "innlogging"
_UNKNOWN = Actor("ukjent", "", "", "")


@dataclass(frozen=True)
class Step:
    """The password was right. ``token`` goes to the browser; ``melding`` is the SMS to deliver, None with TOTP."""

    token: str
    melding: int | None


def delay(failures: int) -> timedelta:
    """How long an account waits after so many failures in a row: nothing at first, then doubling up to 15 minutes."""
    over = failures - FREE_FAILURES
    return min(FIRST_DELAY * 2 ** min(over - 1, 20), LONGEST_DELAY) if over > 0 else timedelta()


def check_password(store: Store, brukernavn: str, passord: str) -> Step:
    """The first step. REG-120 when it fails, whatever the reason; REG-139 for too many codes in a short time."""
    name = brukernavn.strip().casefold()
    with store.read(GATE) as tx:
        account = _account(tx, name)
    right = passwords.verify(passord, account["passord_hash"] if account else None)
    with store.write(_actor(account)) as tx:
        account = account and _account(tx, name)
        waits = account is not None and account["sperret_til"] is not None and account["sperret_til"] > tx.now
        if account is not None and right and not waits:
            return _begin_step(tx, account)
        audit.log(tx, "innlogging avvist", details={"steg": "passord", "sperret": waits})
        if account is not None and not waits:
            _count_failure(tx, account["bruker_id"])
    raise RegisterError("REG-120")


def check_code(store: Store, token: str, code: str) -> str:
    """The second step: the session's token. REG-121 for a wrong code, REG-122 when one must begin again."""
    with store.write(GATE) as tx:
        step = _step(tx, token)
        account = _account_of(tx, step["bruker_id"]) if step else None
        if step is None or account is None:
            error = "REG-122"
        else:
            tx = Tx(tx.con, _actor(account), tx.now, tx.random_bytes)
            if _right(tx, account, step, token, code):
                return _succeed(tx, account, step)
            error = _fail(tx, account, step)
    raise RegisterError(error)


def new_code(store: Store, token: str) -> Step:
    """Another SMS for the same step. REG-122 when the step is over, REG-139 for too many."""
    with store.write(GATE) as tx:
        step = _step(tx, token)
        account = _account_of(tx, step["bruker_id"]) if step else None
        if step is None or account is None:
            raise RegisterError("REG-122")
        return Step(token, _send_code(tx, account, token))


def uses_totp(tx: Tx, token: str) -> bool:
    """Whether the code of this step comes from an app. REG-122 when the step is over."""
    step = _step(tx, token)
    if step is None:
        raise RegisterError("REG-122")
    return step["kode"] is None


def check_own_password(store: Store, actor: Actor, passord: str) -> None:
    """Ask somebody signed in for their password again. REG-128; failures count as at login."""
    with store.read(actor) as tx:
        account = _account_of(tx, actor.bruker)
    right = passwords.verify(passord, account["passord_hash"] if account else None)
    with store.write(actor) as tx:
        account = _account_of(tx, actor.bruker)
        waits = account is None or (account["sperret_til"] is not None and account["sperret_til"] > tx.now)
        if right and not waits:
            return
        if not waits:
            _count_failure(tx, actor.bruker)
        audit.log(tx, "passord avvist")
    raise RegisterError("REG-128")


def totp_step(secret: str, code: str, moment: float, used: int | None) -> int | None:
    """The time step a TOTP code belongs to, one step of slack either way; None for a wrong or an already used code."""
    now = int(moment) // 30
    totp = TOTP(secret)
    found = None
    for step in (now - 1, now, now + 1):
        # Every one is compared, so that the time taken says nothing of which.
        if hmac.compare_digest(totp.at(step * 30).encode(), code.encode()) and (used is None or step > used):
            found = step
    return found


def _actor(account: dict[str, Any] | None) -> Actor:
    return Actor(account["bruker_id"], account["navn"], "", "") if account else _UNKNOWN


_SELECT = "select * from tilgang.konto join tilgang.bruker using (bruker_id) where aktiv and "


def _account(tx: Tx, name: str) -> dict[str, Any] | None:
    return tx.row(_SELECT + "brukernavn = ?", name)


def _account_of(tx: Tx, bruker: str) -> dict[str, Any] | None:
    return tx.row(_SELECT + "bruker_id = ?", bruker)


def _count_failure(tx: Tx, bruker: str) -> None:
    row = tx.row("update tilgang.konto set feil = feil + 1 where bruker_id = ? returning feil", bruker)
    assert row is not None
    until = tx.now + delay(row["feil"])
    tx.run("update tilgang.konto set sperret_til = ? where bruker_id = ?", until, bruker)


def _begin_step(tx: Tx, account: dict[str, Any]) -> Step:
    token = secrets.token_urlsafe(32)
    tx.run(
        "update tilgang.engangskode set brukt = ? where bruker_id = ? and formaal = ? and brukt is null",
        tx.now, account["bruker_id"], LOGIN,
    )  # fmt: skip
    tx.run("delete from tilgang.engangskode where utloper < ?", tx.now - timedelta(days=1))
    tx.run(
        "insert into tilgang.engangskode values (?, ?, ?, null, ?, ?, null, 0)",
        sessions.digest(token), account["bruker_id"], LOGIN, tx.now, tx.now + CODE_LIFE,
    )  # fmt: skip
    return Step(token, None if account["totp_hemmelighet"] else _send_code(tx, account, token))


def _send_code(tx: Tx, account: dict[str, Any], token: str) -> int:
    if not account["mobil"]:
        raise RegisterError("REG-137", kanal="SMS")
    code = f"{secrets.randbelow(10**6):06}"
    message = sending.queue(
        tx, sending.SMS, account["mobil"], f"SmerteReg: Koden din er {code}. Den gjelder i 5 minutter."
    )
    tx.run(
        "update tilgang.engangskode set kode = ?, utloper = ? where nokkel = ?",
        _code_digest(token, code), tx.now + CODE_LIFE, sessions.digest(token),
    )  # fmt: skip
    return message


def _code_digest(token: str, code: str) -> str:
    # Keyed with the browser's token, which the store has not: six digits alone would be found by trying them all.
    return hmac.new(token.encode(), code.encode(), hashlib.sha256).hexdigest()


def _step(tx: Tx, token: str) -> dict[str, Any] | None:
    return tx.row(
        "select * from tilgang.engangskode where nokkel = ? and formaal = ? and brukt is null and opprettet > ?",
        sessions.digest(token), LOGIN, tx.now - STEP_LIFE,
    )  # fmt: skip


def _right(tx: Tx, account: dict[str, Any], step: dict[str, Any], token: str, code: str) -> bool:
    code = "".join(code.split())
    if not (code.isascii() and code.isdigit()) or step["utloper"] <= tx.now:
        return False
    if step["kode"] is not None:
        return hmac.compare_digest(_code_digest(token, code), step["kode"])
    secret = account["totp_hemmelighet"]
    used = totp_step(secret, code, tx.now.timestamp(), account["totp_brukt"]) if secret else None
    if used is None:
        return False
    tx.run("update tilgang.konto set totp_brukt = ? where bruker_id = ?", used, account["bruker_id"])
    return True


def _succeed(tx: Tx, account: dict[str, Any], step: dict[str, Any]) -> str:
    tx.run("update tilgang.engangskode set brukt = ? where nokkel = ?", tx.now, step["nokkel"])
    tx.run("update tilgang.konto set feil = 0, sperret_til = null where bruker_id = ?", account["bruker_id"])
    audit.log(tx, "logget inn", details={"med": "totp" if step["kode"] is None else "sms"})
    return sessions.start(tx, account["bruker_id"])


def _fail(tx: Tx, account: dict[str, Any], step: dict[str, Any]) -> str:
    last = step["forsok"] + 1 >= CODE_ATTEMPTS
    tx.run(
        "update tilgang.engangskode set forsok = forsok + 1, brukt = ? where nokkel = ?",
        tx.now if last else None, step["nokkel"],
    )  # fmt: skip
    audit.log(tx, "innlogging avvist", details={"steg": "kode"})
    _count_failure(tx, account["bruker_id"])
    return "REG-122" if last else "REG-121"

"""Logging in, in two steps: username and password, then a code from SMS or an app (manual: «Opprette ny bruker»).

The functions take the store and not a transaction: argon2 must not run while the write lock is held, and a refusal must
be counted, which an error raised inside a transaction would undo. Nothing here tells whether an account exists: unknown
and known usernames meet the same sentence after the same work.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from pyotp.totp import TOTP

from checks.errors import RegisterError
from ingest import audit
from ingest.access import GATE, Actor
from ingest.people import attempts, one_time_key, passwords, sessions, users
from ingest.people.attempts import Source
from ingest.services import sending
from ingest.store import Store, Tx

CODE_LIFE, STEP_LIFE = timedelta(minutes=5), timedelta(minutes=10)
CODE_LASTS = f"Den gjelder i {CODE_LIFE // timedelta(minutes=1)} minutter."
CODE_ATTEMPTS = 5
LOGIN = "innlogging"
# Where the code of a login comes from.
BY_SMS, BY_APP, BY_KEY = "sms", "totp", one_time_key.PURPOSE
_UNKNOWN = Actor("ukjent", "", "", "")


@dataclass(frozen=True)
class Step:
    """The password was right. ``token`` goes to the browser; ``melding`` is the SMS to deliver, None with another code."""

    token: str
    melding: int | None


def check_password(store: Store, brukernavn: str, passord: str, source: Source) -> Step:
    """The first step. REG-120 when it fails, whatever the reason.

    Only a user with the right password can meet REG-139 (too many codes in a short time) or REG-151 (a first password
    that has expired).
    """
    name = brukernavn.strip().casefold()
    with store.read(GATE) as tx:
        account = _account(tx, name)
    right = passwords.verify(passord, account["passord_hash"] if account else None)
    with store.write(_actor(account)) as tx:
        account = account and _account(tx, name)
        waits = account is not None and attempts.waits(tx, account["bruker_id"], source)
        if account is not None and right and not waits:
            if users.first_password_expired(tx, account["bruker_id"]):
                raise RegisterError("REG-151")
            return _begin_step(tx, account)
        audit.log(tx, "innlogging avvist", details={"steg": "passord", "sperret": waits})
        if account is not None and not waits:
            attempts.failed(tx, account["bruker_id"], source)
    raise RegisterError("REG-120")


def is_known(store: Store, brukernavn: str, source: Source) -> bool:
    """Whether the user has logged in from this browser before: then other people's failures do not keep the user out."""
    with store.read(GATE) as tx:
        account = _account(tx, brukernavn.strip().casefold())
        return account is not None and attempts.knows(tx, account["bruker_id"], source)


def log_refused(store: Store) -> None:
    """Log that a source which has failed too often is refused unheard."""
    with store.write(_UNKNOWN) as tx:
        audit.log(tx, "innlogging avvist", details={"steg": "adresse", "sperret": True})


def check_code(store: Store, token: str, code: str, source: Source) -> str:
    """The second step; returns the session's token. REG-121 for a wrong code, REG-122 when the user must begin again."""
    with store.write(GATE) as tx:
        step = _step(tx, token)
        account = _account_of(tx, step["bruker_id"]) if step else None
        if step is None or account is None:
            error = "REG-122"
        else:
            tx = replace(tx, actor=_actor(account))
            if _right(tx, account, step, token, code):
                return _succeed(tx, account, step, source)
            error = _fail(tx, account, step, source)
    raise RegisterError(error)


def new_code(store: Store, token: str) -> Step:
    """Queue another SMS with a code for the same step. REG-122 when the step is over, REG-139 for too many codes."""
    with store.write(GATE) as tx:
        step = _step(tx, token)
        account = _account_of(tx, step["bruker_id"]) if step else None
        if step is None or account is None:
            raise RegisterError("REG-122")
        return Step(token, _send_code(tx, account, token))


def by_provider(store: Store, brukernavn: str) -> str:
    """Begin a session for a user whom an identity provider vouches for; returns its token.

    A first password that the user never changed is deleted: it is not needed any more, and lies readable on a phone.
    REG-154 when no open account has the username.
    """
    with store.write(GATE) as tx:
        account = _account(tx, brukernavn.strip().casefold())
        tx = replace(tx, actor=_actor(account))
        if account is not None:
            if account["maa_bytte"]:
                tx.run(
                    "update tilgang.konto set passord_hash = null, maa_bytte = false where bruker_id = ?",
                    account["bruker_id"],
                )
                users.first_password_used(tx, account["bruker_id"])
            audit.log(tx, "logget inn", details={"med": "oidc"})
            return sessions.start(tx, account["bruker_id"])
        audit.log(tx, "innlogging avvist", details={"steg": "oidc"})
    raise RegisterError("REG-154")


def source_of_code(tx: Tx, token: str) -> str:
    """Where the code of this step comes from: BY_SMS, BY_APP or BY_KEY. REG-122 when the step is over."""
    step = _step(tx, token)
    account = _account_of(tx, step["bruker_id"]) if step else None
    if step is None or account is None:
        raise RegisterError("REG-122")
    return _source(account, step)


def needs_app(tx: Tx, bruker: str, *, reached: bool) -> bool:
    """Whether a user cannot log in again without setting up an app; ``reached`` says that another way in works."""
    account = _account_of(tx, bruker)
    return account is not None and not reached and account["totp_forseglet"] is None


def check_own_password(store: Store, actor: Actor, passord: str) -> None:
    """Check the password of a user who is signed in. REG-128 when it is wrong; failures count as at login, but
    an empty field is no try.
    """
    if not passord:
        raise RegisterError("REG-128")
    with store.read(actor) as tx:
        account = _account_of(tx, actor.bruker)
    right = passwords.verify(passord, account["passord_hash"] if account else None)
    with store.write(actor) as tx:
        account = _account_of(tx, actor.bruker)
        waits = account is None or attempts.waits(tx, actor.bruker, None)
        if right and not waits:
            return
        if not waits:
            attempts.failed(tx, actor.bruker, None)
        audit.log(tx, "passord avvist")
    raise RegisterError("REG-128")


def totp_step(secret: str, code: str, moment: float, used: int | None) -> int | None:
    """The 30-second time step that a TOTP code belongs to; None for a wrong code or one that is used already.

    ``moment`` is in seconds since 1970; codes one step early or late are accepted. ``used`` is the step of the last
    code that the account used.
    """
    now = int(moment) // 30
    totp = TOTP(secret)
    found = None
    for step in (now - 1, now, now + 1):
        # All steps are compared, so that the time it takes does not tell which of them was right.
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


def _begin_step(tx: Tx, account: dict[str, Any]) -> Step:
    token = secrets.token_urlsafe(32)
    tx.run(
        "update tilgang.engangskode set brukt = ? where bruker_id = ? and formaal = ? and brukt is null",
        tx.now,
        account["bruker_id"],
        LOGIN,
    )
    tx.run("delete from tilgang.engangskode where utloper < ?", tx.now - timedelta(days=1))
    tx.run(
        "insert into tilgang.engangskode values (?, ?, ?, null, ?, ?, null, 0)",
        sessions.digest(token),
        account["bruker_id"],
        LOGIN,
        tx.now,
        tx.now + CODE_LIFE,
    )
    other = account["totp_forseglet"] or one_time_key.waits(tx, account["bruker_id"])
    return Step(token, None if other else _send_code(tx, account, token))


def _send_code(tx: Tx, account: dict[str, Any], token: str) -> int:
    if not account["mobil"]:
        raise RegisterError("REG-137", kanal="SMS")
    code = draw_code()
    message = sending.queue(tx, sending.SMS, account["mobil"], f"SmerteReg: Koden din er {code}. {CODE_LASTS}")
    tx.run(
        "update tilgang.engangskode set kode = ?, utloper = ? where nokkel = ?",
        code_digest(token, code),
        tx.now + CODE_LIFE,
        sessions.digest(token),
    )
    return message


def draw_code() -> str:
    """A random code of six digits."""
    return f"{secrets.randbelow(10**6):06}"


def code_digest(token: str, code: str) -> str:
    """What the store keeps of a code: a digest keyed with the browser's token.

    The store does not have the token; a digest of six digits alone could be undone by trying them all.
    """
    return hmac.new(token.encode(), code.encode(), hashlib.sha256).hexdigest()


def _step(tx: Tx, token: str) -> dict[str, Any] | None:
    return tx.row(
        "select * from tilgang.engangskode where nokkel = ? and formaal = ? and brukt is null and opprettet > ?",
        sessions.digest(token),
        LOGIN,
        tx.now - STEP_LIFE,
    )


def _source(account: dict[str, Any], step: dict[str, Any]) -> str:
    if step["kode"] is not None:
        return BY_SMS
    return BY_APP if account["totp_forseglet"] else BY_KEY


def _right(tx: Tx, account: dict[str, Any], step: dict[str, Any], token: str, code: str) -> bool:
    if _source(account, step) == BY_KEY:
        return one_time_key.use(tx, account["bruker_id"], code)
    code = "".join(code.split())
    if not (code.isascii() and code.isdigit()) or step["utloper"] <= tx.now:
        return False
    if step["kode"] is not None:
        return hmac.compare_digest(code_digest(token, code), step["kode"])
    sealed = account["totp_forseglet"]
    used = totp_step(tx.vault.open(sealed), code, tx.now.timestamp(), account["totp_brukt"]) if sealed else None
    if used is None:
        return False
    tx.run("update tilgang.konto set totp_brukt = ? where bruker_id = ?", used, account["bruker_id"])
    return True


def _succeed(tx: Tx, account: dict[str, Any], step: dict[str, Any], source: Source) -> str:
    tx.run("update tilgang.engangskode set brukt = ? where nokkel = ?", tx.now, step["nokkel"])
    attempts.succeeded(tx, account["bruker_id"], source)
    audit.log(tx, "logget inn", details={"med": _source(account, step)})
    return sessions.start(tx, account["bruker_id"])


def _fail(tx: Tx, account: dict[str, Any], step: dict[str, Any], source: Source) -> str:
    last = step["forsok"] + 1 >= CODE_ATTEMPTS
    tx.run(
        "update tilgang.engangskode set forsok = forsok + 1, brukt = ? where nokkel = ?",
        tx.now if last else None,
        step["nokkel"],
    )
    audit.log(tx, "innlogging avvist", details={"steg": "kode"})
    attempts.failed(tx, account["bruker_id"], source)
    return "REG-122" if last else "REG-121"

"""Sign-in with HelseID: code flow with PKCE, a pushed request (PAR, RFC 9126), and the level that HelseID vouches for.

The user's number comes in the ID token. It is held against those that users have linked to their accounts, and lies sealed.
"""

from __future__ import annotations

import re
import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from checks.errors import RegisterError
from ingest import audit
from ingest.access import GATE, Actor
from ingest.people import sessions
from ingest.people.oidc import LoginFailed, Started
from ingest.services.national.helseid import Client
from ingest.standin import ServiceDown
from ingest.store import Store, Tx

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
SCOPE = "openid profile helseid://scopes/identity/pid helseid://scopes/identity/security_level"
PID, LEVEL = "helseid://claims/identity/pid", "helseid://claims/identity/security_level"
HIGHEST = "4"
SLACK = 60  # seconds between HelseID's clock and ours
KEYS_KEPT, KEYS_FRESH = timedelta(hours=24), timedelta(seconds=30)
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_keys: dict[str, tuple[datetime, Any]] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Vouched:
    """Whom HelseID vouches for: the number, HelseID's own session, and the token that ends it."""

    pid: str
    sid: str
    token: str


def start(client: Client, redirect: str) -> Started:
    """Begin a sign-in that comes back to ``redirect``. LoginFailed when HelseID does not take the request."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    form = {
        "scope": SCOPE,
        "redirect_uri": redirect,
        "response_type": "code",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "state": state,
        "nonce": nonce,
        "prompt": "login",
    }
    try:
        answer = client.post("pushed_authorization_request_endpoint", form)
        if answer.code not in (200, 201):
            raise LoginFailed(f"PAR {answer.code}")
        request = str(answer.json("HelseID")["request_uri"])
        address = client.metadata.get("authorization_endpoint")
    except (ServiceDown, KeyError, TypeError) as error:
        raise LoginFailed(type(error).__name__) from error
    return Started(
        f"{address}?{urlencode({'client_id': client.client_id, 'request_uri': request})}", state, nonce, verifier
    )


def finish(client: Client, redirect: str, started: Started, given: Mapping[str, str]) -> Vouched:
    """Whom HelseID vouches for, found with what the browser brought back. LoginFailed when it vouches for nobody, for somebody at a
    lower level, or is another.
    """
    if not secrets.compare_digest(given.get("state", "").encode(), started.state.encode()):
        raise LoginFailed("state")
    if given.get("iss", "").rstrip("/") != client.issuer.rstrip("/"):
        raise LoginFailed("iss")
    if not given.get("code"):
        raise LoginFailed("ingen kode")
    form = {
        "grant_type": "authorization_code",
        "code": given["code"],
        "redirect_uri": redirect,
        "code_verifier": started.verifier,
    }
    try:
        answer = client.post("token_endpoint", form)
        if answer.code != 200:
            raise LoginFailed(f"token {answer.code}")
        token = str(answer.json("HelseID")["id_token"])
        claims = _claims(client, token, nonce={"essential": True, "value": started.nonce}, exp={"essential": True})
        if str(claims.get(LEVEL)) != HIGHEST:
            raise LoginFailed("nivå")
        if not re.fullmatch(r"[0-9]{11}", str(claims[PID])):
            raise LoginFailed("ikke et fødselsnummer")
        return Vouched(str(claims[PID]), str(claims.get("sid", "")), token)
    except (ServiceDown, JoseError, KeyError, TypeError, ValueError) as error:
        raise LoginFailed(type(error).__name__) from error


def ended(client: Client, token: str) -> str:
    """The session of HelseID's that a logout token says has ended (OpenID Connect Back-Channel Logout 1.0, 2.6). LoginFailed for a
    token that is not HelseID's, or is none.
    """
    try:
        claims = _claims(client, token)
        if LOGOUT_EVENT not in claims["events"] or "nonce" in claims:
            raise LoginFailed("events")
        return str(claims["sid"])
    except (ServiceDown, JoseError, KeyError, TypeError, ValueError) as error:
        raise LoginFailed(type(error).__name__) from error


def _claims(client: Client, token: str, **demands: Any) -> Mapping[str, Any]:
    """The claims of a token that HelseID has signed for us, and that holds now."""
    try:
        decoded = jwt.decode(token, KeySet.import_key_set(_key_set(client, fresh=False)), algorithms=ALGORITHMS)
    except (JoseError, ValueError):  # signed with a key that is newer than those we know
        decoded = jwt.decode(token, KeySet.import_key_set(_key_set(client, fresh=True)), algorithms=ALGORITHMS)
    jwt.JWTClaimsRegistry(
        now=int(client.clock().timestamp()),
        leeway=SLACK,
        iss={"essential": True, "value": client.metadata.get("issuer")},
        aud={"essential": True, "value": client.client_id},
        iat={"essential": True},
        **demands,
    ).validate(decoded.claims)
    return decoded.claims


def _key_set(client: Client, *, fresh: bool) -> Any:
    """HelseID's keys. ``fresh`` asks for those of the last seconds: whoever sends us false tokens makes us ask no oftener."""
    with _lock:
        known = _keys.get(client.issuer)
        if known is None or client.clock() - known[0] > (KEYS_FRESH if fresh else KEYS_KEPT):
            address = client.metadata.get("jwks_uri")
            answer = client.caller.ask(lambda: client.caller.client.build_request("GET", address))
            known = _keys[client.issuer] = client.clock(), answer.json("HelseID")
        return known[1]


def sign_in(store: Store, vouched: Vouched) -> str:
    """Begin a session for the user who has linked this number; returns its token. REG-154 when no open account has it."""
    with store.write(GATE) as tx:
        owner = _owner(tx, vouched.pid)
        if owner is not None:
            tx = _as(tx, owner)
            audit.log(tx, "logget inn", details={"med": "helseid"})
            token = sessions.start(tx, owner["bruker_id"])
            tx.run("delete from tilgang.helseid_okt where begynt < ?", tx.now - sessions.LONGEST)
            tx.run("insert into tilgang.helseid_okt values (?, ?, ?)", sessions.digest(token), vouched.sid, tx.now)
            return token
        audit.log(tx, "innlogging avvist", details={"steg": "helseid"})
    raise RegisterError("REG-154")


def link(store: Store, actor: Actor, vouched: Vouched) -> None:
    """Let the user sign in with HelseID from now on. REG-580 when the number is another user's already."""
    with store.write(actor) as tx:
        owner = _owner(tx, vouched.pid, also_closed=True)
        if owner is not None and owner["bruker_id"] != actor.bruker:
            raise RegisterError("REG-580")
        sealed = tx.vault.seal(vouched.pid)
        tx.run("insert or replace into tilgang.helseid values (?, ?, ?)", actor.bruker, sealed, tx.now)
        audit.log(tx, "HelseID koblet til")


def unlink(store: Store, actor: Actor) -> None:
    """Let the user sign in with HelseID no more."""
    with store.write(actor) as tx:
        tx.run("delete from tilgang.helseid where bruker_id = ?", actor.bruker)
        audit.log(tx, "HelseID koblet fra")


def linked(tx: Tx) -> bool:
    """Whether the user signs in with HelseID."""
    return tx.row("select 1 from tilgang.helseid where bruker_id = ?", tx.actor.bruker) is not None


def end(store: Store, sid: str) -> int:
    """End the sessions that began with this session of HelseID's; returns how many."""
    with store.write(GATE) as tx:
        if not sid:
            return 0
        began = "avsluttet is null and nokkel in (select nokkel from tilgang.helseid_okt where sid = ?)"
        rows = tx.rows(f"select nokkel from tilgang.sesjon where {began}", sid)
        tx.run(f"update tilgang.sesjon set avsluttet = ? where {began}", tx.now, sid)
        if rows:
            audit.log(tx, "logget ut fra HelseID", details={"økter": len(rows)})
        return len(rows)


def began(tx: Tx, token: str) -> bool:
    """Whether the session of a token began with HelseID."""
    return tx.row("select 1 from tilgang.helseid_okt where nokkel = ?", sessions.digest(token)) is not None


def reseal(tx: Tx) -> None:
    """Seal every number with the newest key."""
    for row in tx.rows("select bruker_id, pid_forseglet from tilgang.helseid"):
        sealed = tx.vault.reseal(row["pid_forseglet"])
        tx.run("update tilgang.helseid set pid_forseglet = ? where bruker_id = ?", sealed, row["bruker_id"])


def _owner(tx: Tx, pid: str, *, also_closed: bool = False) -> dict[str, Any] | None:
    """The account with this number. All are opened, as a sealed number is never the same twice; there are hundreds at most."""
    rows = tx.rows(
        "select bruker_id, navn, pid_forseglet from tilgang.helseid join tilgang.konto using (bruker_id) "
        f"join tilgang.bruker using (bruker_id) where aktiv or {also_closed} order by bruker_id"
    )
    found = [row for row in rows if secrets.compare_digest(tx.vault.open(row["pid_forseglet"]).encode(), pid.encode())]
    return found[0] if found else None


def _as(tx: Tx, owner: Mapping[str, Any]) -> Tx:
    return replace(tx, actor=Actor(owner["bruker_id"], owner["navn"], "", ""))

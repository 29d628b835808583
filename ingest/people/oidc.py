"""Login through the hospital's own identity provider (OpenID Connect, code flow with PKCE), when the settings name one.

Source: OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3.7, and RFC 7636. The provider's metadata and keys are fetched
for each login and not kept, so that nothing need be done here when the provider changes its keys.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ingest.settings import Settings

TIMEOUT = 5.0
# Only signatures made with a private key of the provider; «none» and shared secrets are refused.
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
SLACK = 60  # seconds between the provider's clock and ours


class LoginFailed(Exception):
    """The provider did not say who the user is. The text is for the log and names no person."""


@dataclass(frozen=True)
class Started:
    """A login that has begun: where to send the browser, and what the browser must bring back."""

    address: str
    state: str
    nonce: str
    verifier: str


def start(settings: Settings, redirect: str) -> Started:
    """Begin a login that comes back to ``redirect``. LoginFailed when the provider does not answer."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    with _client(settings, redirect) as client:
        found = metadata(settings)
        address, _ = client.create_authorization_url(
            found["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
    return Started(address, state, nonce, verifier)


def finish(settings: Settings, redirect: str, started: Started, given: Mapping[str, str], now: datetime) -> str:
    """The username that the provider vouches for, found with what the browser brought back (``given``).

    LoginFailed when the provider vouches for nobody.
    """
    if not secrets.compare_digest(given.get("state", "").encode(), started.state.encode()):
        raise LoginFailed("state")
    if not given.get("code"):
        raise LoginFailed("ingen kode")
    try:
        with _client(settings, redirect) as client:
            found = metadata(settings)
            answer = client.fetch_token(found["token_endpoint"], code=given["code"], code_verifier=started.verifier)
            keys = _fetch(found["jwks_uri"])
        return _username(settings, str(answer["id_token"]), keys, started.nonce, now)
    except (httpx.HTTPError, AuthlibBaseError, JoseError, KeyError, ValueError, TypeError) as error:
        raise LoginFailed(type(error).__name__) from error


def _client(settings: Settings, redirect: str) -> Any:
    """An httpx client that speaks OAuth; Authlib has no types for it."""
    # Imported here, so that its warnings of coming changes reach only hospitals that use a provider.
    from authlib.integrations.httpx_client import OAuth2Client

    return OAuth2Client(
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        scope="openid profile",
        redirect_uri=redirect,
        code_challenge_method="S256",
        timeout=TIMEOUT,
    )


def metadata(settings: Settings) -> dict[str, Any]:
    """What the provider says of itself. LoginFailed when it does not answer, or is another."""
    address = settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration"
    try:
        found = _fetch(address)
    except (httpx.HTTPError, ValueError) as error:
        raise LoginFailed(type(error).__name__) from error
    if found.get("issuer") != settings.oidc_issuer:
        raise LoginFailed("utsteder")
    return found


def _fetch(address: str) -> Any:
    return httpx.get(address, timeout=TIMEOUT).raise_for_status().json()


def _username(settings: Settings, token: str, keys: Any, nonce: str, now: datetime) -> str:
    decoded = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
    jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=SLACK,
        iss={"essential": True, "value": settings.oidc_issuer},
        aud={"essential": True, "value": settings.oidc_client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    ).validate(decoded.claims)
    if decoded.claims.get("azp", settings.oidc_client_id) != settings.oidc_client_id:
        raise LoginFailed("azp")
    return str(decoded.claims[settings.oidc_claim])

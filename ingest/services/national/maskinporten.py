"""Maskinporten: access tokens for a signed grant (RFC 7523, 2.1), and questions put with them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

import httpx

from ingest.services.national import tokens
from ingest.services.national.calls import Answer, Caller
from ingest.services.national.keys import KeyFile
from ingest.services.national.tokens import Token
from ingest.standin import Refused

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIVES = 60  # seconds from a grant is made until it no longer counts; Maskinporten takes up to 120


class Maskinporten:
    """Gets a token for each scope, with the grant signed by our key."""

    def __init__(
        self, issuer: str, client_id: str, key: KeyFile, caller: Caller, clock: Callable[[], datetime]
    ) -> None:
        self._client_id, self._key, self._caller, self._clock = client_id, key, caller, clock
        self._metadata = tokens.Metadata(issuer, "/.well-known/oauth-authorization-server", caller, clock)
        self._kept = tokens.Kept(clock)

    def ask(self, caller: Caller, scope: str, request: Callable[[], httpx.Request]) -> Answer:
        """The answer of another service to a question with our token for ``scope``. A token that it refuses is fetched anew, once.

        Raises ServiceDown as ``Caller.ask``, Refused when the service refuses the new token too.
        """
        for _ in range(2):
            token = self.token(scope)
            answer = caller.ask(lambda token=token: _carrying(request(), token))
            if answer.code != 401:
                return answer
            self._kept.drop(token)
        raise Refused(
            f"{caller.service} godtar ikke tilgangen fra Maskinporten (401){tokens.clocks(answer, self._clock())}"
        )

    def token(self, scope: str) -> Token:
        """A token for a scope. Raises ServiceDown without one, Refused when we are to have none."""
        return self._kept.get(scope, self._fetch)

    def _fetch(self, scope: str) -> Token:
        address, audience = self._metadata.get("token_endpoint"), self._metadata.get("issuer")

        def question() -> httpx.Request:
            # A grant counts once: each try has its own.
            now = int(self._clock().timestamp())
            grant = self._key.signer().sign(
                {
                    "aud": audience,
                    "iss": self._client_id,
                    "scope": scope,
                    "iat": now,
                    "exp": now + LIVES,
                    "jti": secrets.token_urlsafe(24),
                }
            )
            return self._caller.client.build_request("POST", address, data={"grant_type": GRANT, "assertion": grant})

        return tokens.read(self._caller.ask(question), self._caller.service, scope, self._clock())


def _carrying(request: httpx.Request, token: Token) -> httpx.Request:
    request.headers["Authorization"] = f"Bearer {token.text}"
    return request

"""Maskinporten and the Kontaktregister (KRR), as their contracts say, and strict."""

from __future__ import annotations

import json
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from tests.mocks.helseid import TOKENS
from tests.mocks.server import Asked, Clock, Mock, Reply

CLIENT = "maskinporten-klient"
KNOWN = {"aud", "iss", "scope", "iat", "exp", "jti"}


class MaskinportenMock(Mock):
    """``keys`` are the public keys that it knows; ``refuses`` a code of its own that it answers with."""

    def __init__(self, clock: Clock, *keys: RSAKey) -> None:
        super().__init__(clock)
        self.keys = list(keys)
        self.refuses = ""
        self.lives = 599
        self.grants: list[dict[str, Any]] = []
        self._seen: set[str] = set()

    @property
    def issuer(self) -> str:
        return f"{self.address}/"

    def answer(self, asked: Asked) -> Reply:
        if asked.path == "/.well-known/oauth-authorization-server":
            return Reply(content={"issuer": self.issuer, "token_endpoint": f"{self.address}/token"})
        if (asked.method, asked.path) != ("POST", "/token"):
            return Reply(404)
        return self._token({name: values[0] for name, values in asked.form.items()})

    def _token(self, form: dict[str, str]) -> Reply:
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return _refusal("MP-011")
        if self.refuses:
            return _refusal(self.refuses)
        for key in self.keys:
            try:
                read = jwt.decode(form.get("assertion", ""), key, algorithms=["RS256"])
            except (JoseError, ValueError):
                continue
            wrong = self._wrong(read.claims)
            if read.header.get("kid") != key.kid or wrong:
                return _refusal(wrong or "MP-110")
            self._seen.add(read.claims["jti"])
            self.grants.append(read.claims)
            return Reply(content=self._granted(read.claims["scope"]))
        return _refusal("MP-124")

    def _wrong(self, claims: dict[str, Any]) -> str:
        now = self.clock().timestamp()
        if set(claims) - KNOWN:
            return "MP-010"
        if claims["iss"] != CLIENT:
            return "MP-100"
        if claims["aud"] != self.issuer:
            return "MP-110"
        if abs(claims["iat"] - now) > 10 or claims["exp"] <= now or claims["exp"] - claims["iat"] > 120:
            return "MP-130"
        return "MP-012" if claims["jti"] in self._seen else ""

    def _granted(self, scope: str) -> dict[str, Any]:
        claims = {"iss": self.issuer, "scope": scope, "exp": int(self.clock().timestamp()) + self.lives}
        token = jwt.encode({"alg": "ES256"}, claims, TOKENS)
        return {"access_token": token, "token_type": "Bearer", "expires_in": self.lives, "scope": scope}


def _refusal(code: str) -> Reply:
    return Reply(400, {"error": "invalid_grant", "error_description": f"{code}: refused"})


class KrrMock(Mock):
    """``people`` are what it knows by number. It answers in another order than it was asked, and leaves out whom it does not know."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.people: dict[str, dict[str, Any]] = {}
        self.spent: set[str] = set()

    def answer(self, asked: Asked) -> Reply:
        token = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            claims = jwt.decode(token, TOKENS, algorithms=["ES256"]).claims
        except (JoseError, ValueError):
            return Reply(401)
        if token in self.spent or claims["exp"] <= self.clock().timestamp():
            return Reply(401)
        if "krr:global/kontaktinformasjon.read" not in claims["scope"].split():
            return Reply(403)
        numbers = json.loads(asked.body)["personidentifikatorer"]
        if (asked.method, asked.path) != ("POST", "/rest/v2/personer") or not 0 < len(numbers) <= 1000:
            return Reply(400)
        found = [
            {"personidentifikator": number} | self.people[number]
            for number in reversed(numbers)
            if number in self.people
        ]
        return Reply(content={"personer": found})

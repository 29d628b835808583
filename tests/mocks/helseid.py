"""HelseID between machines, as its contract says, and strict: nothing may be used twice, and the clocks must agree."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

from tests.mocks.server import Asked, Clock, Mock, Reply

CLIENT = "smertereg-klient"
ALGORITHMS = ["RS256", "RS512", "PS256", "ES256", "ES384", "ES512"]
TOKENS = ECKey.generate_key("P-256", {"kid": "sts"}, private=True)


class HelseIdMock(Mock):
    """``keys`` are the public keys of the client that HelseID knows. ``refuses`` is a code of HelseID's own (HID-1002);
    ``less`` are scopes that the client asks for and does not get. A new nonce is demanded after ``nonce_lives`` questions.
    """

    def __init__(self, clock: Clock, *keys: RSAKey | ECKey) -> None:
        super().__init__(clock)
        self.client = CLIENT
        self.keys = list(keys)
        self.refuses = ""
        self.less: tuple[str, ...] = ()
        self.lives = 300
        self.nonce_lives = 1_000_000
        self.assertions: list[dict[str, Any]] = []
        self._nonce, self._nonce_used = "", 0
        self.seen: set[str] = set()

    def answer(self, asked: Asked) -> Reply:
        if asked.path == "/.well-known/openid-configuration":
            return Reply(content={"issuer": self.address, "token_endpoint": f"{self.address}/connect/token"})
        if asked.path != "/connect/token" or asked.method != "POST":
            return Reply(404)
        return self._token(asked)

    def _token(self, asked: Asked) -> Reply:
        form = {name: values[0] for name, values in asked.form.items()}
        expected = {
            "client_id": self.client,
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        }
        if any(form.get(name) != value for name, value in expected.items()):
            return _refusal("invalid_request")
        claims = self.assertion(form.get("client_assertion", ""))
        if claims is None:
            return _refusal("invalid_client")
        if self.refuses:
            return Reply(400, {"error": "invalid_request", "error_description": f"{self.refuses}: not allowed"})
        proof = check_proof(asked, self.clock(), self.seen)
        if proof is None:
            return _refusal("invalid_dpop_proof")
        if nonce := self.demands_nonce(proof):
            return nonce
        self.assertions.append(claims)
        return Reply(content=self._granted(form["scope"], proof["jkt"]))

    def demands_nonce(self, proof: dict[str, Any]) -> Reply | None:
        """The answer that hands out a nonce, when the proof has none that holds."""
        if not self._nonce or proof.get("nonce") != self._nonce or self._nonce_used >= self.nonce_lives:
            self._nonce, self._nonce_used = secrets.token_urlsafe(9), 0
            return Reply(400, {"error": "use_dpop_nonce"}, {"DPoP-Nonce": self._nonce})
        self._nonce_used += 1
        return None

    def _granted(self, asked: str, thumbprint: str) -> dict[str, Any]:
        scope = " ".join(one for one in asked.split() if one not in self.less)
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.address,
            "scope": scope,
            "exp": now + self.lives,
            "cnf": {"jkt": thumbprint},
            "jti": secrets.token_urlsafe(9),
        }
        token = jwt.encode({"alg": "ES256", "kid": "sts"}, claims, TOKENS)
        answer = {"access_token": token, "token_type": "DPoP", "expires_in": self.lives, "scope": scope}
        return answer | ({"rejected_scope": " ".join(self.less)} if self.less else {})

    def assertion(self, text: str) -> dict[str, Any] | None:
        for key in self.keys:
            try:
                read = jwt.decode(text, key, algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                continue
            claims, now = read.claims, self.clock().timestamp()
            right = (
                read.header.get("typ") == "client-authentication+jwt"
                and read.header.get("kid") == key.kid
                and claims["iss"] == claims["sub"] == self.client
                and claims["aud"] == self.address
                and claims["exp"] - now <= 60
                and claims["exp"] > now
                and abs(claims["iat"] - now) <= 10
                and claims["nbf"] <= now + 10
                and claims["jti"] not in self.seen
            )
            if right:
                self.seen.add(claims["jti"])
                return claims
        return None


def check_proof(asked: Asked, now: datetime, seen: set[str], token: str = "") -> dict[str, Any] | None:
    """The claims of a good proof for this question, with the thumbprint of its key as ``jkt`` (RFC 9449, 4.3)."""
    text = asked.headers.get("DPoP", "")
    try:
        header = _header(text)
        key = JWKRegistry.import_key(header["jwk"])
        read = jwt.decode(text, key, algorithms=ALGORITHMS)
    except (JoseError, ValueError, KeyError):
        return None
    claims = read.claims
    right = (
        header["typ"] == "dpop+jwt"
        and not key.is_private
        and "d" not in header["jwk"]
        and claims["htm"] == asked.method
        and claims["htu"] == asked.url.partition("?")[0]
        and abs(claims["iat"] - now.timestamp()) <= 6
        and claims["jti"] not in seen
        and (not token or claims.get("ath") == _hash(token))
    )
    if not right:
        return None
    seen.add(claims["jti"])
    return claims | {"jkt": key.thumbprint()}


def _header(text: str) -> dict[str, Any]:
    first = text.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))


def _hash(token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")


def _refusal(error: str) -> Reply:
    return Reply(400, {"error": error})

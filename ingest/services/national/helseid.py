"""HelseID between machines: client credentials with a signed assertion (RFC 7523) and proof of possession (DPoP, RFC 9449)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from ingest.services.national import tokens
from ingest.services.national.calls import Answer, Caller
from ingest.services.national.keys import Claims, KeyFile
from ingest.services.national.tokens import Token
from ingest.standin import Refused

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIVES = 30  # seconds from an assertion is made until it no longer counts; HelseID takes up to 60
NONCE, USE_NONCE = "DPoP-Nonce", "use_dpop_nonce"


@dataclass(frozen=True)
class Organisation:
    """On whose behalf the client asks: a supplier's customer (``parent``, ``child``), or a unit of the client's own (``child``)."""

    parent: str = ""
    child: str = ""
    claim: str = "assertion_details"

    def claims(self) -> Claims:
        """The claim that says so; none for a client that asks for itself."""
        if not (self.parent or self.child):
            return {}
        if self.parent:
            system, value = "urn:oid:1.0.6523", f"NO:ORGNR:{self.parent}:{self.child}"
        else:
            system, value = "urn:oid:2.16.578.1.12.4.1.4.101", self.child
        identifier = {"system": system, "type": "ENH", "value": value}
        role = {"organization": {"identifier": identifier}}
        return {self.claim: {"type": "helseid_authorization", "practitioner_role": role}}


class HelseId:
    """Gets tokens, and puts questions with them. The key that tokens are bound to is made anew with the process."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        key: KeyFile,
        organisation: Organisation,
        caller: Caller,
        clock: Callable[[], datetime],
    ) -> None:
        self._issuer, self._client_id, self._key = issuer, client_id, key
        self._organisation, self._caller, self._clock = organisation, caller, clock
        self._metadata = tokens.Metadata(issuer, "/.well-known/openid-configuration", caller, clock)
        self._kept, self._bound = tokens.Kept(clock), ECKey.generate_key("P-256", private=True)
        self._nonces: dict[str, str] = {}

    def ask(self, caller: Caller, scope: str, request: Callable[[], httpx.Request]) -> Answer:
        """The answer of another service to a question with our token for ``scope``. A token that it refuses is fetched anew, once.

        Raises ServiceDown as ``Caller.ask``, Refused when the service refuses the new token too.
        """
        renewed = proved = False
        while True:
            token = self.token(scope)
            answer = caller.ask(lambda token=token: self._sign(request(), token))
            told_nonce = self._new_nonce(answer)
            if answer.code != 401:
                return answer
            if told_nonce and not proved:
                proved = True
            elif not renewed:
                renewed = True
                self._kept.drop(token)
            else:
                raise Refused(
                    f"{caller.service} godtar ikke tilgangen fra HelseID (401){tokens.clocks(answer, self._clock())}"
                )

    def token(self, scope: str) -> Token:
        """A token for a scope. Raises ServiceDown without one, Refused when we are to have none."""
        return self._kept.get(scope, self._fetch)

    def _sign(self, request: httpx.Request, token: Token) -> httpx.Request:
        hashed = base64.urlsafe_b64encode(hashlib.sha256(token.text.encode()).digest()).decode().rstrip("=")
        proof = self._proof(request.method, request.url, ath=hashed)
        request.headers.update({"Authorization": f"DPoP {token.text}", "DPoP": proof})
        return request

    def _fetch(self, scope: str) -> Token:
        address = self._metadata.get("token_endpoint")
        answer = self._caller.ask(lambda: self._question(address, scope))
        # The first question is often refused only to hand out a nonce; the assertion and the proof are spent with it.
        if answer.code == 400 and self._new_nonce(answer) and self._wants_nonce(answer):
            answer = self._caller.ask(lambda: self._question(address, scope))
        self._new_nonce(answer)
        return tokens.read(answer, self._caller.service, scope, self._clock())

    def _wants_nonce(self, answer: Answer) -> bool:
        content = answer.json(self._caller.service)
        return isinstance(content, dict) and content.get("error") == USE_NONCE

    def _new_nonce(self, answer: Answer) -> bool:
        """Keep the nonce that an answer brings for the next proof to the same host; returns whether it brought one."""
        nonce = answer.headers.get(NONCE)
        if nonce:
            self._nonces[answer.host] = nonce
        return bool(nonce)

    def _question(self, address: str, scope: str) -> httpx.Request:
        """A question for a token. Each has an assertion and a proof of its own: none may be used twice."""
        now = int(self._clock().timestamp())
        assertion = self._key.signer().sign(
            {
                "iss": self._client_id,
                "sub": self._client_id,
                "aud": self._issuer,
                "iat": now,
                "nbf": now,
                "exp": now + LIVES,
                "jti": secrets.token_urlsafe(24),
            }
            | self._organisation.claims(),
            typ="client-authentication+jwt",
        )
        form = {
            "client_id": self._client_id,
            "scope": scope,
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        }
        proof = self._proof("POST", httpx.URL(address))
        return self._caller.client.build_request("POST", address, data=form, headers={"DPoP": proof})

    def _proof(self, method: str, address: httpx.URL, **more: object) -> str:
        """A proof that we hold the key which the token is bound to, for one question (RFC 9449, 4.2)."""
        claims: Claims = {
            "jti": secrets.token_urlsafe(24),
            "htm": method,
            "htu": str(address.copy_with(query=None, fragment=None)),
            "iat": int(self._clock().timestamp()),
        }
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": self._bound.as_dict(private=False)}
        nonce = self._nonces.get(address.netloc.decode())
        return jwt.encode(
            header, claims | ({"nonce": nonce} if nonce else {}) | more, self._bound, algorithms=["ES256"]
        )

"""HelseID between machines: client credentials with a signed assertion (RFC 7523) and proof of possession (DPoP, RFC 9449)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
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


class Client:
    """One client of HelseID: who it is, and how it proves it. The key that tokens are bound to is made anew with the process."""

    def __init__(
        self, issuer: str, client_id: str, key: KeyFile, caller: Caller, clock: Callable[[], datetime]
    ) -> None:
        self.issuer, self.client_id, self.caller, self.clock = issuer, client_id, caller, clock
        self.metadata = tokens.Metadata(issuer, "/.well-known/openid-configuration", caller, clock)
        self._key, self._bound = key, ECKey.generate_key("P-256", private=True)
        self._nonces: dict[str, str] = {}

    def post(self, endpoint: str, form: Mapping[str, str], claims: Claims | None = None) -> Answer:
        """The answer of an endpoint named in the metadata. Each try has an assertion (with ``claims`` beside its own) and a proof
        of its own: none may be used twice.
        """
        address = self.metadata.get(endpoint)

        def question() -> httpx.Request:
            said = {
                "client_id": self.client_id,
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": self._assertion(claims or {}),
            }
            proof = self.proof("POST", httpx.URL(address))
            return self.caller.client.build_request("POST", address, data={**form, **said}, headers={"DPoP": proof})

        answer = self.caller.ask(question)
        # The first question is often refused only to hand out a nonce.
        if answer.code == 400 and self.new_nonce(answer) and self._wants_nonce(answer):
            answer = self.caller.ask(question)
        self.new_nonce(answer)
        return answer

    def proof(self, method: str, address: httpx.URL, **more: object) -> str:
        """A proof that we hold the key which the token is bound to, for one question (RFC 9449, 4.2)."""
        claims: Claims = {
            "jti": secrets.token_urlsafe(24),
            "htm": method,
            "htu": str(address.copy_with(query=None, fragment=None)),
            "iat": int(self.clock().timestamp()),
        }
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": self._bound.as_dict(private=False)}
        nonce = self._nonces.get(address.netloc.decode())
        full = claims | ({"nonce": nonce} if nonce else {}) | more
        return jwt.encode(header, full, self._bound, algorithms=["ES256"])

    def new_nonce(self, answer: Answer) -> bool:
        """Keep the nonce that an answer brings for the next proof to the same host; returns whether it brought one."""
        nonce = answer.headers.get(NONCE)
        if nonce:
            self._nonces[answer.host] = nonce
        return bool(nonce)

    def _wants_nonce(self, answer: Answer) -> bool:
        content = answer.json(self.caller.service)
        return isinstance(content, dict) and content.get("error") == USE_NONCE

    def _assertion(self, claims: Claims) -> str:
        now = int(self.clock().timestamp())
        own: Claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer,
            "iat": now,
            "nbf": now,
            "exp": now + LIVES,
            "jti": secrets.token_urlsafe(24),
        }
        return self._key.signer().sign(own | claims, typ="client-authentication+jwt")


class HelseId:
    """Gets tokens for the client itself, and puts questions with them."""

    def __init__(self, client: Client, organisation: Organisation) -> None:
        self._client, self._organisation, self._kept = client, organisation, tokens.Kept(client.clock)

    def ask(self, caller: Caller, scope: str, request: Callable[[], httpx.Request]) -> Answer:
        """The answer of another service to a question with our token for ``scope``. A token that it refuses is fetched anew, once.

        Raises ServiceDown as ``Caller.ask``, Refused when the service refuses the new token too.
        """
        renewed = proved = False
        while True:
            token = self.token(scope)
            answer = caller.ask(lambda token=token: self._sign(request(), token))
            told_nonce = self._client.new_nonce(answer)
            if answer.code != 401:
                return answer
            if told_nonce and not proved:
                proved = True
            elif not renewed:
                renewed = True
                self._kept.drop(token)
            else:
                clocks = tokens.clocks(answer, self._client.clock())
                raise Refused(f"{caller.service} godtar ikke tilgangen fra HelseID (401){clocks}")

    def token(self, scope: str) -> Token:
        """A token for a scope. Raises ServiceDown without one, Refused when we are to have none."""
        return self._kept.get(scope, self._fetch)

    def _sign(self, request: httpx.Request, token: Token) -> httpx.Request:
        hashed = base64.urlsafe_b64encode(hashlib.sha256(token.text.encode()).digest()).decode().rstrip("=")
        proof = self._client.proof(request.method, request.url, ath=hashed)
        request.headers.update({"Authorization": f"DPoP {token.text}", "DPoP": proof})
        return request

    def _fetch(self, scope: str) -> Token:
        form = {"scope": scope, "grant_type": "client_credentials"}
        answer = self._client.post("token_endpoint", form, self._organisation.claims())
        return tokens.read(answer, self._client.caller.service, scope, self._client.clock())

"""HelseID for users: pushed requests, codes with PKCE, ID tokens with the number and the level, and sign-out from either side."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.mocks.helseid import HelseIdMock, check_proof
from tests.mocks.server import Asked, Clock, Reply

LOGIN_CLIENT = "smertereg-innlogging"
PID, LEVEL = "helseid://claims/identity/pid", "helseid://claims/identity/security_level"
SIGNING, NEXT = (RSAKey.generate_key(2048, {"kid": kid}, private=True) for kid in ("signerer", "neste"))


class HelseIdLoginMock(HelseIdMock):
    """``pid`` is whoever sits at the browser, at ``level``; ``claims`` replaces claims of the ID token (None removes one).
    ``published`` are the keys that are told of. ``says`` is an error that the browser brings back instead of a code.
    """

    def __init__(self, clock: Clock, *keys: Any) -> None:
        super().__init__(clock, *keys)
        self.client = LOGIN_CLIENT
        self.pid, self.level, self.sid = "", "4", "okt-1"
        self.claims: dict[str, Any] = {}
        self.signs_with, self.published = SIGNING, [SIGNING]
        self.says = ""
        self.pushed: dict[str, dict[str, str]] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.ended: list[dict[str, str]] = []

    def answer(self, asked: Asked) -> Reply:
        form = {name: values[0] for name, values in asked.form.items()} if asked.method == "POST" else {}
        match asked.path:
            case "/.well-known/openid-configuration":
                return Reply(content=self.metadata())
            case "/jwks":
                return Reply(content={"keys": [key.as_dict(private=False) for key in self.published]})
            case "/connect/par":
                return self._par(asked, form)
            case "/connect/authorize":
                return self._authorize(asked)
            case "/connect/token" if form.get("grant_type") == "authorization_code":
                return self._code(asked, form)
            case "/connect/endsession":
                self.ended.append(form)
                return Reply(200, raw=b"<p>Logget ut av HelseID</p>", headers={"Content-Type": "text/html"})
        return super().answer(asked)

    def metadata(self) -> Mapping[str, str]:
        paths = {
            "token_endpoint": "connect/token",
            "pushed_authorization_request_endpoint": "connect/par",
            "authorization_endpoint": "connect/authorize",
            "end_session_endpoint": "connect/endsession",
            "jwks_uri": "jwks",
        }
        return {"issuer": self.address} | {name: f"{self.address}/{path}" for name, path in paths.items()}

    def _par(self, asked: Asked, form: dict[str, str]) -> Reply:
        if self.assertion(form.get("client_assertion", "")) is None:
            return Reply(401, {"error": "invalid_client"})
        if (form.get("response_type"), form.get("code_challenge_method")) != ("code", "S256"):
            return Reply(400, {"error": "invalid_request"})
        urn = f"urn:ietf:params:oauth:request_uri:{secrets.token_urlsafe(9)}"
        self.pushed[urn] = form
        return Reply(201, {"request_uri": urn, "expires_in": 60})

    def _authorize(self, asked: Asked) -> Reply:
        pushed = self.pushed.pop(asked.query.get("request_uri", [""])[0], None)
        if pushed is None or asked.query.get("client_id") != [LOGIN_CLIENT] or len(asked.query) != 2:
            return Reply(400, {"error": "invalid_request_uri"})
        told: dict[str, str] = {"state": pushed["state"], "iss": self.address}
        if self.says:
            told |= {"error": self.says}
        else:
            code = secrets.token_urlsafe(9)
            self.codes[code] = pushed
            told |= {"code": code}
        return Reply(302, headers={"Location": f"{pushed['redirect_uri']}?{urlencode(told)}"})

    def _code(self, asked: Asked, form: dict[str, str]) -> Reply:
        if self.assertion(form.get("client_assertion", "")) is None:
            return Reply(401, {"error": "invalid_client"})
        proof = check_proof(asked, self.clock(), self.seen)
        if proof is None:
            return Reply(400, {"error": "invalid_dpop_proof"})
        if nonce := self.demands_nonce(proof):
            return nonce  # the code is not spent
        pushed = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if pushed is None or pushed["redirect_uri"] != form.get("redirect_uri"):
            return Reply(400, {"error": "invalid_grant"})
        if pushed["code_challenge"] != challenge.decode().rstrip("="):
            return Reply(400, {"error": "invalid_grant"})
        token = self.signed({"nonce": pushed["nonce"], PID: self.pid, LEVEL: self.level} | self.claims)
        return Reply(content={"access_token": "x", "token_type": "DPoP", "expires_in": 300, "id_token": token})

    def logout_token(self, **claims: Any) -> str:
        """What HelseID sends when its session has ended."""
        event = {"http://schemas.openid.net/event/backchannel-logout": {}}
        return self.signed({"events": event, "jti": secrets.token_urlsafe(9)} | claims)

    def signed(self, claims: Mapping[str, Any]) -> str:
        now = int(self.clock().timestamp())
        full = {"iss": self.address, "aud": LOGIN_CLIENT, "sub": "x", "sid": self.sid, "iat": now, "exp": now + 300}
        kept = {name: value for name, value in (full | dict(claims)).items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": self.signs_with.kid}, kept, self.signs_with)

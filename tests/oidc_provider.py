"""A small identity provider on localhost for tests: discovery, code with PKCE, token, keys. It can be told to cheat."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "smertereg", "leverandorens-hemmelighet"
KEY, FOREIGN_KEY = (RSAKey.generate_key(2048, {"kid": "en"}, private=True, auto_kid=False) for _ in range(2))


@dataclass
class Provider:
    """``username`` is signed in without being asked. ``claims`` replaces claims of the token (None removes one)."""

    issuer: str = ""
    username: str = "bruker1"
    now: int = 0
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey | OctKey = field(default_factory=lambda: KEY)
    algorithm: str = "RS256"
    other_issuer: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def metadata(self) -> dict[str, str]:
        return {
            "issuer": self.other_issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/inn",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/nokler",
        }

    def authorize(self, query: dict[str, str]) -> str:
        """The address that the browser is sent to with its code."""
        self.asked.append(query)
        code = f"kode-{len(self.asked)}"
        self.codes[code] = query
        return query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"]})

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, str]]:
        """(status, answer): an ID token for a code, only once, for the client with the secret and the code's verifier."""
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if (
            asked is None
            or authorization != basic
            or asked["redirect_uri"] != form["redirect_uri"]
            or asked["code_challenge"] != challenge.decode().rstrip("=")
            or asked["code_challenge_method"] != "S256"
        ):
            return 400, {"error": "invalid_grant"}
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "1",
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": asked["nonce"],
            "preferred_username": self.username,
        } | self.claims
        header = {"alg": self.algorithm, "kid": "en"}
        kept = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            token = ".".join(_part(piece) for piece in (header, kept)) + "."
        else:
            token = jwt.encode(header, kept, self.key, algorithms=[self.algorithm])
        return 200, {"access_token": "tilgang", "token_type": "Bearer", "id_token": token}


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@contextmanager
def serving(now: float) -> Iterator[Provider]:
    """Serve the provider over real HTTP on a free port until the block ends."""
    provider = Provider(now=int(now))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/inn":
                self.send_response(302)
                self.send_header("Location", provider.authorize(_flat(parts.query)))
                self.end_headers()
            elif parts.path == "/nokler":
                self._json(200, {"keys": [KEY.as_dict(private=False)]})
            else:
                self._json(200, provider.metadata())

        def do_POST(self) -> None:
            form = _flat(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._json(*provider.token(form, self.headers.get("Authorization", "")))

        def _json(self, status: int, content: object) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    return Handler


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}

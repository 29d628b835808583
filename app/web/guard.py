"""What every request passes: security headers out, no changes or sockets for pages of other sites, nothing too large in.

Referrer-Policy is same-origin rather than no-referrer: under no-referrer a browser sends «Origin: null» with our own
forms, and the Origin check would have nothing to go by. Other sites get no referrer either way. A patient's page,
whose address is its key, has strict-origin: no address at all is sent, also not to ourselves. It runs no script.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web import body_limit
from app.web.session import COOKIE
from checks.errors import CATALOGUE

VISITOR = "smertereg_skjema"
FIELD = "skjemanokkel"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Programs on this machine bring a token of their own (app/work/loopback_routes.py) and have no Origin.
JOBS = "/jobb/"
CSP = "; ".join(
    (
        "default-src 'self'",
        # blob: is where Streamlit puts the script of a component.
        "script-src 'self' blob:",
        # Streamlit styles its elements as it goes.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# The patient's page (app/eprom_page/).
PATIENT = "/e/"
PATIENT_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
    "Referrer-Policy": "strict-origin",
}


class Guard:
    """ASGI middleware around everything, Streamlit's own routes too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not _own_origin(Headers(scope=scope)):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in headers_for(scope["path"]).items():
                    headers[name] = value
                if scope.get("scheme") == "https":
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        if _foreign_change(scope):
            await PlainTextResponse(CATALOGUE["REG-129"], status_code=403)(scope, receive, with_headers)
            return
        try:
            if body_limit.announced(scope):
                raise body_limit.TooLarge
            await self.app(scope, body_limit.limited(scope, receive), with_headers)
        except body_limit.TooLarge:
            if begun:
                raise
            await PlainTextResponse(CATALOGUE["REG-141"], status_code=413)(scope, receive, with_headers)


def headers_for(path: str) -> dict[str, str]:
    """The security headers of an address."""
    return PATIENT_HEADERS if path.startswith(PATIENT) else HEADERS


def _foreign_change(scope: Scope) -> bool:
    if scope["method"] in SAFE:
        return False
    headers = Headers(scope=scope)
    if "origin" not in headers and scope["path"].startswith(JOBS):
        return False
    return not _own_origin(headers)


def _own_origin(headers: Headers) -> bool:
    """Whether Origin is there and names the host that was asked; behind a proxy the scheme may differ."""
    return bool(headers.get("host")) and urlsplit(headers.get("origin", "")).netloc == headers.get("host")


def form_key(secret: str) -> str:
    """What a form must bring: bound to the browser's secret cookie, which pages of other sites cannot read."""
    return hmac.new(secret.encode(), b"skjema", hashlib.sha256).hexdigest()


def browser_secret(request: Request) -> str:
    """The session's token, or the visitor's before there is one; empty when there is neither."""
    return request.cookies.get(COOKIE) or request.cookies.get(VISITOR, "")


def new_visitor() -> str:
    """A secret for a browser without a session."""
    return secrets.token_urlsafe(24)


def remember_visitor(response: Response, request: Request, secret: str) -> None:
    """Give the browser its visitor's secret."""
    response.set_cookie(VISITOR, secret, httponly=True, samesite="strict", secure=request.url.scheme == "https")


def right_key(request: Request, given: str) -> bool:
    """Whether a form was made for this browser."""
    secret = browser_secret(request)
    return bool(secret) and hmac.compare_digest(form_key(secret).encode(), given.encode())

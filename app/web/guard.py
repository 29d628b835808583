"""What every request passes: security headers are added; requests to another host, changes and sockets from pages of
other sites, and too large requests are refused.

Referrer-Policy is same-origin rather than no-referrer: under no-referrer a browser sends «Origin: null» with our own
forms, and the check of Origin could not work. Other sites get no referrer either way. The patient's page has
strict-origin, under which the browser sends its address to nobody, not even to us, because whoever has the address has
access. The patient's page runs no script. For the same reason a patient's answer needs no Origin, which a mail program's
browser may leave out or call null.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web import body_limit, resources, shell
from app.web.door import Door
from app.web.session import COOKIE, SIGNED_OUT
from checks.errors import CATALOGUE

VISITOR = "smertereg_skjema"
FIELD = "skjemanokkel"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Programs send no Origin; those on this machine have a token instead (app/work/loopback_routes.py), and ePROM a key
# (callbacks.py and personvern.py in app/eprom_page/).
PROGRAMS = ("/jobb/", "/api/")
CSP = "; ".join(
    (
        "default-src 'self'",
        # Streamlit puts the script of a component at a blob: address.
        "script-src 'self' blob:",
        # Streamlit sets styles on its elements while the page runs.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
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
# The beginning of the patient's page's addresses (app/eprom_page/).
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
    """ASGI middleware around all routes, also Streamlit's own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        door = resources.current().door
        settled = door.settle(scope)
        if settled is not None and scope["type"] == "websocket" and door.own_origin(Headers(scope=settled)):
            await self.app(settled, receive, send)
        elif scope["type"] == "websocket":
            await refuse_socket(receive, send)
        elif settled is None:
            await _unknown_host()(scope, receive, send)
        else:
            await self._answer(settled, receive, send, door)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, door: Door) -> None:
        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in headers_for(scope["path"]).items():
                    headers[name] = value
                _stay_here(headers, Headers(scope=scope)["host"])
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = "max-age=31536000"
                    _only_over_tls(message)
            await send(message)

        if _foreign_change(scope, door):
            await _not_our_page()(scope, receive, with_headers)
            return
        try:
            if body_limit.announced(scope):
                raise body_limit.TooLarge
            await self.app(scope, body_limit.limited(scope, receive), with_headers)
        except ClientDisconnect:
            return  # who went away in the middle of what was sent cannot be answered, and is no error of ours
        except body_limit.TooLarge:
            if begun:
                raise
            await PlainTextResponse(CATALOGUE["REG-141"], status_code=413)(scope, receive, with_headers)


def headers_for(path: str) -> dict[str, str]:
    """The security headers of an address. Only the page after signing out may send a form away, and only to HelseID."""
    if path == SIGNED_OUT and (url := resources.current().settings.helseid_url):
        parts = urlsplit(url)
        policy = CSP.replace("form-action 'self'", f"form-action 'self' {parts.scheme}://{parts.netloc}")
        return {**HEADERS, "Content-Security-Policy": policy}
    return PATIENT_HEADERS if path.startswith(PATIENT) else HEADERS


async def refuse_socket(receive: Receive, send: Send) -> None:
    """Close a socket that has not been accepted; the browser gets 403."""
    await receive()
    await send({"type": "websocket.close", "code": 1008})


def _unknown_host() -> Response:
    """The answer to a request for another host. It is text alone, since a page's own files would be refused too."""
    return PlainTextResponse(CATALOGUE["REG-246"], status_code=421, headers=HEADERS)


def _not_our_page() -> Response:
    """The page that meets a form whose Origin is not the app's own: another site's, or SMERTEREG_ADRESSE is wrong."""
    words = f'<p class="feil" role="alert">{CATALOGUE["REG-245"]}</p><p><a href="/">Til SmerteReg</a></p>'
    return HTMLResponse(shell.plain("Ikke sendt", words), status_code=403, headers={"Cache-Control": "no-store"})


def _foreign_change(scope: Scope, door: Door) -> bool:
    if scope["method"] in SAFE:
        return False
    headers = Headers(scope=scope)
    unsaid = headers.get("origin", "null") == "null"
    if unsaid and scope["path"].startswith(PATIENT):
        return False
    if "origin" not in headers and scope["path"].startswith(PROGRAMS):
        return False
    return not door.own_origin(headers)


def _stay_here(headers: MutableHeaders, host: str) -> None:
    """Make a redirect within the app a path alone, so that it leads to the address the visitor used."""
    parts = urlsplit(headers.get("location", ""))
    if parts.netloc == host:
        headers["location"] = urlunsplit(("", "", parts.path or "/", parts.query, parts.fragment))


def _only_over_tls(message: Message) -> None:
    """Mark every cookie Secure, also Streamlit's own."""
    message["headers"] = [
        (name, value + b"; Secure" if name.lower() == b"set-cookie" and b"; secure" not in value.lower() else value)
        for name, value in message["headers"]
    ]


def form_key(secret: str) -> str:
    """The key that a form must send with it, made of the browser's secret cookie, which other sites' pages cannot read."""
    return hmac.new(secret.encode(), b"skjema", hashlib.sha256).hexdigest()


def browser_secret(request: Request) -> str:
    """The token of the session, or before sign-in the visitor's secret; empty without either."""
    return request.cookies.get(COOKIE) or request.cookies.get(VISITOR, "")


def new_visitor() -> str:
    """A new secret for a browser without a session."""
    return secrets.token_urlsafe(24)


def remember_visitor(response: Response, request: Request, secret: str) -> None:
    """Give the browser the visitor's secret as a cookie."""
    response.set_cookie(VISITOR, secret, httponly=True, samesite="strict", secure=request.url.scheme == "https")


def right_key(request: Request, given: str) -> bool:
    """Whether ``given`` is the key of a form made for this browser."""
    secret = browser_secret(request)
    return bool(secret) and hmac.compare_digest(form_key(secret).encode(), given.encode())

"""Streamlit's own addresses: sockets, uploads and media are for browsers with a session, and only so many at a time.

A socket is also given to a session that only time has ended, because the page then tells that user so and keeps what was
typed (app/main.py).
"""

from __future__ import annotations

from collections import Counter

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web import body_limit, door, guard, resources, session
from checks.errors import CATALOGUE

CORE = "/_stcore/"
SOCKET = CORE + "stream"
# What a page asks for before it has a socket. The rest is closed: figures about the process, a run of the page's script, and
# addresses that Streamlit would answer with a page of its own.
OPEN = frozenset({CORE + "health", CORE + "host-config"})
FOR_SESSIONS = (body_limit.UPLOADS, "/media/")
# A tab is a socket. A whole hospital may have one address, so that limit is wide.
MOST_OF_SESSION, MOST_OF_ADDRESS, MOST_UPLOADING = 30, 400, 4


class StreamlitGate:
    """ASGI middleware inside the Guard, which has settled the visitor's address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._sockets: Counter[str] = Counter()
        self._uploading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif path == SOCKET:
            await self._no_socket(scope)(scope, receive, send)
        elif path in OPEN or not path.startswith((CORE, *FOR_SESSIONS)):
            await self.app(scope, receive, send)
        elif not path.startswith(FOR_SESSIONS):
            await PlainTextResponse("Ikke funnet", 404)(scope, receive, send)
        elif not await run_in_threadpool(session.signed_in, HTTPConnection(scope)):
            await PlainTextResponse(CATALOGUE["REG-062"], 401)(scope, receive, send)
        elif path.startswith(body_limit.UPLOADS) and scope["method"] == "PUT":
            await self._upload(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        resources.current().door.tell(door.NO_UPGRADE, False)
        mine = self._counted(scope)
        known = await run_in_threadpool(session.may_connect, _token(scope))
        if not known or self._full(mine):
            await guard.refuse_socket(receive, send)
            return
        self._sockets.update(mine)
        try:
            with resources.current().metrics.sockets.track_inprogress():
                await self.app(scope, receive, send)
        finally:
            self._sockets.subtract(mine)
            self._sockets += Counter()  # drops those that are zero

    def _no_socket(self, scope: Scope) -> PlainTextResponse:
        """The answer to what should have been a socket: why the page gets none, for app/static/oppstart.js to show.

        A socket whose upgrade a proxy has dropped still has its key.
        """
        if "sec-websocket-key" in Headers(scope=scope):
            resources.current().door.tell(door.NO_UPGRADE, True)
        full = self._full(self._counted(scope))
        why = CATALOGUE["REG-248" if full else door.NO_UPGRADE]
        return PlainTextResponse(why, 426, headers={"Upgrade": "websocket", "Cache-Control": "no-store"})

    def _full(self, mine: tuple[str, str]) -> bool:
        of_session, of_address = (self._sockets[name] for name in mine)
        return of_session >= MOST_OF_SESSION or of_address >= MOST_OF_ADDRESS

    def _counted(self, scope: Scope) -> tuple[str, str]:
        return f"økt {_token(scope)}", f"adresse {_address(scope)}"

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        often, token = resources.current().rates.uploads, _token(scope)
        if self._uploading >= MOST_UPLOADING or often.too_many(token):
            await PlainTextResponse(CATALOGUE["REG-250"], 429)(scope, receive, send)
            return
        often.add(token)
        self._uploading += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._uploading -= 1


def _token(scope: Scope) -> str:
    return HTTPConnection(scope).cookies.get(session.COOKIE, "")


def _address(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""

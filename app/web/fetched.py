"""Addresses that hand out a file to a user who is signed in and allowed to have it. It is logged, and no cache keeps it.

A handler gets the request and the actor, and refuses with a RegisterError, which is shown as a page of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from app.web import guard, session, shell
from checks.errors import CATALOGUE, RegisterError
from ingest.access import Actor

CSV, PDF, HTML = "text/csv; charset=utf-8", "application/pdf", "text/html; charset=utf-8"
NEVER_KEPT = {"Cache-Control": "no-store"}
_UNKNOWN = {"REG-027", "REG-046", "REG-085", "REG-092", "REG-093", "REG-220", "REG-221", "REG-391", "REG-420"}


@dataclass(frozen=True)
class File:
    """A file to hand out. ``name`` must identify no patient; ``saved`` asks the browser to save the file, not show it."""

    name: str
    content: bytes
    type: str
    saved: bool = True


Handler = Callable[[Request, Actor], File | Response]


def route(address: str, handler: Handler) -> Route:
    """A route for GET. The handler is not async; Starlette runs it in a thread."""

    def answer(request: Request) -> Response:
        return _answer(request, handler)

    return Route(address, answer, methods=["GET"])


def posted(address: str, handler: Callable[[Mapping[str, str], Actor], File]) -> Route:
    """A route for POST, for requests with texts that may not stand in an address, such as a name that was searched for.

    The handler gets the form's fields, and is run in a thread.
    """

    async def answer(request: Request) -> Response:
        async with request.form(max_files=0) as form:
            fields = {name: str(value) for name, value in form.items()}
        if not guard.right_key(request, fields.get(guard.FIELD, "")):
            return _refusal(CATALOGUE["REG-129"], 403)
        return await run_in_threadpool(_answer, request, lambda _request, actor: handler(fields, actor))

    return Route(address, answer, methods=["POST"])


def _answer(request: Request, handler: Handler) -> Response:
    found = session.of_request(request)
    if found is None or found.actor is None:
        return RedirectResponse(session.onward(found, session.address_of(request)), status_code=303)
    try:
        made = handler(request, found.actor)
    except RegisterError as error:
        status = 404 if error.code in _UNKNOWN else 403 if error.code in ("REG-060", "REG-061") else 400
        return _refusal(str(error), status)
    if isinstance(made, Response):
        return made
    how = "attachment" if made.saved else "inline"
    headers = NEVER_KEPT | {"Content-Disposition": f'{how}; filename="{made.name}"'}
    return Response(made.content, media_type=made.type, headers=headers)


def _refusal(sentence: str, status: int) -> Response:
    body = f'<p role="alert">{escape(sentence)}</p><p><a href="/">Til startsiden</a></p>'
    return HTMLResponse(shell.plain("Kan ikke hentes", body), status, headers=NEVER_KEPT)


def number(request: Request, name: str, code: str = "REG-046") -> int:
    """The whole number that the address has under ``name``. Raises RegisterError ``code`` when there is none."""
    text = request.query_params.get(name, "") or str(request.path_params.get(name, ""))
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise RegisterError(code, forlop="uten nummer", felt=name)
    return int(text)

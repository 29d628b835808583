"""Pages without Streamlit (sign-in, Ny bruker, passwords): their forms, and what all their routes do.

A handler gets the request and its fields, and returns a `Shown` page or a response. The key that every form must send is
put in and checked here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app.web import guard, shell
from checks.errors import CATALOGUE, RegisterError

# These pages have threads of their own, so that logins that wait for argon2 do not hold up searches and other pages.
_POOL = ThreadPoolExecutor(8, "innlogging")
# Replaced by the key. Users' texts cannot hold it, because they are escaped.
_KEY = f"<!--{guard.FIELD}-->"
MOST_FIELDS, MOST_BYTES = 40, 4000


@dataclass(frozen=True)
class Shown:
    """A page: its title and body (HTML). Its forms are made by `form()`, which leaves a place for the key. `ahead`: whether
    the browser is to fetch what the app's pages need while the user reads this one. ``forgets`` is a cookie (name, path) of the browser's that the
    page was the last to need.
    """

    title: str
    body: str
    status: int = 200
    script: str | None = None
    ahead: bool = False
    forgets: tuple[str, str] | None = None


Fields = Mapping[str, str]
Handler = Callable[[Request, Fields], Shown | Response]


def route(address: str, show: Handler | None = None, change: Handler | None = None) -> list[Route]:
    """The routes for GET (`show`) and POST (`change`) of an address. The handlers are not async, and run in threads."""
    found = []
    if show:
        found.append(Route(address, _route(show), methods=["GET"]))
    if change:
        found.append(Route(address, _route(change), methods=["POST"]))
    return found


def _route(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        fields = await _fields(request)
        if request.method == "POST" and not guard.right_key(request, fields.get(guard.FIELD, "")):
            return _page(
                request, Shown("Prøv igjen", f"{error(CATALOGUE['REG-129'])}{link('/', 'Til SmerteReg')}", 403)
            )
        try:
            result = await asyncio.get_running_loop().run_in_executor(_POOL, handler, request, fields)
        except RegisterError as refused:
            result = Shown("Prøv igjen", f"{error(str(refused))}{link('/', 'Til SmerteReg')}", 503)
        return result if isinstance(result, Response) else _page(request, result)

    return answer


async def _fields(request: Request) -> Fields:
    if request.method != "POST":
        return dict(request.query_params)
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        return {name: str(value)[:MOST_BYTES] for name, value in form.items()}


def _page(request: Request, shown: Shown) -> Response:
    secret = guard.browser_secret(request)
    fresh = "" if secret else guard.new_visitor()
    key = guard.form_key(secret or fresh)
    body = shown.body.replace(_KEY, f'<input type="hidden" name="{guard.FIELD}" value="{key}">')
    response = HTMLResponse(
        shell.plain(shown.title, body, script=shown.script, head=shell.ahead() if shown.ahead else ""),
        shown.status,
        headers={"Cache-Control": "no-store"},
    )
    if fresh:
        guard.remember_visitor(response, request, fresh)
    if shown.forgets:
        response.delete_cookie(shown.forgets[0], path=shown.forgets[1], httponly=True, samesite="lax")
    return response


def form(address: str, content: str, *, hidden: Mapping[str, str] | None = None, css: str = "skjema") -> str:
    """A form that is posted to one of our addresses, as HTML."""
    kept = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in (hidden or {}).items())
    return f'<form method="post" action="{escape(address)}" class="{css}">{_KEY}{kept}{content}</form>'


def field(name: str, label: str, value: str = "", *, problem: str = "", hint: str = "", **attributes: str) -> str:
    """A labelled text field as HTML. Attributes (type, autocomplete, maxlength …) are written with _ for -."""
    extra = "".join(f' {k.replace("_", "-")}="{escape(v)}"' for k, v in ({"type": "text"} | attributes).items())
    told, described = _about(name, problem, hint)
    return (
        f'<p class="felt"><label for="{name}">{escape(label)}</label>'
        f'<input id="{name}" name="{name}" value="{escape(value)}" required{described}{extra}>{told}</p>'
    )


def select(
    name: str,
    label: str,
    options: Iterable[tuple[str, str, str]],
    value: str = "",
    *,
    problem: str = "",
    hint: str = "",
) -> str:
    """A labelled list of (value, text, belongs to) as HTML. The browser shows only the options that belong to the choice
    made in another list.
    """
    inside = "".join(
        f'<option value="{escape(v)}"{f" data-hos={chr(34)}{escape(of)}{chr(34)}" if of else ""}'
        f"{' selected' if v == value else ''}>{escape(text)}</option>"
        for v, text, of in options
    )
    told, described = _about(name, problem, hint)
    return (
        f'<p class="felt"><label for="{name}">{escape(label)}</label>'
        f'<select id="{name}" name="{name}" required{described}><option value="">Velg …</option>{inside}</select>{told}</p>'
    )


def _about(name: str, problem: str, hint: str) -> tuple[str, str]:
    told = f'<span class="hint" id="{name}-hint">{escape(hint)}</span>' if hint else ""
    told += f'<span class="feltfeil" id="{name}-feil">{escape(problem)}</span>' if problem else ""
    ids = " ".join([f"{name}-hint"] * bool(hint) + [f"{name}-feil"] * bool(problem))
    invalid = ' aria-invalid="true"' if problem else ""
    return told, (f' aria-describedby="{ids}"' if ids else "") + invalid


def submit(text: str) -> str:
    """The form's button."""
    return f'<p class="knapper"><button class="hoved">{escape(text)}</button></p>'


def error(sentence: str) -> str:
    """The sentence of a refusal as HTML, which screen readers read at once; empty for an empty sentence."""
    return f'<p class="feil" role="alert">{escape(sentence)}</p>' if sentence else ""


def note(sentence: str) -> str:
    """A sentence with information, or about what was done, as HTML."""
    return f'<p class="merk" role="status">{escape(sentence)}</p>' if sentence else ""


def link(address: str, text: str) -> str:
    """A link on a line of its own, as HTML."""
    return f'<p><a href="{escape(address)}">{escape(text)}</a></p>'

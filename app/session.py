"""Sign-in of the demo: a choice among demo users, remembered by a random token in an HttpOnly cookie.

The whole of it is replaced when real sign-in comes; the rest of the app knows only `current_actor()`.
Tokens live in memory, so a restart of the server signs everybody out.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby
from urllib.parse import quote

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from app import shell
from ingest.access import Actor

COOKIE = "smertereg_demo"
SIGN_IN = "/logg-inn"
SIGN_OUT = "/logg-ut"
ROLE_NAMES = {"LU": "Lokal bruker (LU)", "LC": "Lokal koordinator (LC)", "SC": "System Coordinator (SC)"}

_sessions: dict[str, Actor] = {}


def current_actor() -> Actor | None:
    """Who is signed in in the browser that this script run belongs to; None when nobody is."""
    return _sessions.get(st.context.cookies.get(COOKIE, ""))


def signed_in(request: Request) -> bool:
    """Whether an HTTP request comes from a browser that is signed in."""
    return request.cookies.get(COOKIE, "") in _sessions


def sign_in_address(request: Request) -> str:
    """Where to send a browser that is not signed in; it comes back to where it was going."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{SIGN_IN}?til={quote(request.url.path + query, safe='')}"


def _safe_target(target: str) -> str:
    # Only a path of our own: «//host» and «/\host» would leave the app.
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"


def routes(actors: Callable[[], Sequence[Actor]], unit_name: Callable[[str], str]) -> list[Route]:
    """Routes for signing in and out. `actors` gives the demo users, `unit_name` the name of a RESH id."""

    async def page(request: Request) -> Response:
        return HTMLResponse(_page(actors(), unit_name, _safe_target(request.query_params.get("til", "/"))))

    async def sign_in(request: Request) -> Response:
        form = await request.form()
        chosen = (str(form.get("bruker", "")), str(form.get("rolle", "")), str(form.get("enhet", "")))
        actor = next((a for a in actors() if (a.bruker, a.rolle, a.enhet) == chosen), None)
        if actor is None:
            return RedirectResponse(SIGN_IN, status_code=303)
        token = secrets.token_urlsafe(32)
        _sessions[token] = actor
        response = RedirectResponse(_safe_target(str(form.get("til", "/"))), status_code=303)
        response.set_cookie(
            COOKIE, token, httponly=True, samesite="lax", secure=request.url.scheme == "https"
        )
        return response

    async def sign_out(request: Request) -> Response:
        _sessions.pop(request.cookies.get(COOKIE, ""), None)
        response = RedirectResponse(SIGN_IN, status_code=303)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return response

    return [
        Route(SIGN_IN, page),
        Route(SIGN_IN, sign_in, methods=["POST"]),
        Route(SIGN_OUT, sign_out, methods=["POST"]),
    ]


def _page(actors: Sequence[Actor], unit_name: Callable[[str], str], target: str) -> str:
    by_unit = groupby(sorted(actors, key=lambda a: (unit_name(a.enhet), a.enhet)), key=lambda a: a.enhet)
    units = "".join(_unit(unit_name(unit), list(members), target) for unit, members in by_unit)
    words = "Velg hvem du vil være. Ingen passord her: brukere og pasienter er oppdiktet."
    return shell.plain("Logg inn", f'<p>{words}</p><div class="enheter">{units}</div>')


def _unit(name: str, members: list[Actor], target: str) -> str:
    order = list(ROLE_NAMES)
    choices = "".join(
        _choice(a, target) for a in sorted(members, key=lambda a: (order.index(a.rolle), a.navn))
    )
    return f"<section><h2>{escape(name)}</h2>{choices}</section>"


def _choice(actor: Actor, target: str) -> str:
    fields = {"bruker": actor.bruker, "rolle": actor.rolle, "enhet": actor.enhet, "til": target}
    hidden = "".join(f'<input type="hidden" name="{k}" value="{escape(v)}">' for k, v in fields.items())
    return (
        f'<form method="post" action="{SIGN_IN}">{hidden}<button><b>{escape(actor.navn)}</b>'
        f"<span>{escape(ROLE_NAMES[actor.rolle])}</span></button></form>"
    )

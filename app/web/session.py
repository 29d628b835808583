"""Who is signed in, for pages (script runs) and for HTTP routes. The sessions are kept by ingest/people/sessions.py.

The browser holds a random token in an HttpOnly cookie. Every page run and every request asks the store about it, so that
a sign-out in one tab holds in all tabs at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.web import resources
from checks.errors import RegisterError
from ingest.access import GATE, ROLES, Actor
from ingest.capture.room import CANNOT_WRITE
from ingest.people import sessions
from ingest.people.sessions import Session

COOKIE = "smertereg_okt"
SIGN_IN, SIGN_OUT = "/logg-inn", "/logg-ut"
SIGNED_OUT = SIGN_IN + "/helseid/ut"  # after a session that began with HelseID
PASSWORD, PROJECTS = "/bytt-passord", "/prosjektoversikt"
ROLE_NAMES = {name: role.navn for name, role in ROLES.items()}
# Token -> the store, its access_changes when the session was read, and the session.
_known: dict[str, tuple[int, int, Session]] = {}
MOST_KNOWN = 1000
_QUIET = "uten_aktivitet"
_keeping: ContextVar[bool] = ContextVar("beholder_utkast", default=False)


def script_token() -> str:
    """The session token of the browser that this script run belongs to; empty when the browser has none."""
    return st.context.cookies.get(COOKIE, "")


def current_actor() -> Actor | None:
    """The user signed in in the browser that this script run belongs to, or None. Asking is no activity."""
    found = find(script_token())
    return found.actor if found else None


def enter() -> Session | None:
    """The session of this page run, which counts as activity unless `quiet_rerun` asked for the run."""
    found = find(script_token())
    if found is not None and not st.session_state.pop(_QUIET, False):
        active(found)
    return found


def quiet_rerun() -> None:
    """Run the page again, started by a clock, so that the run does not count as the user's activity."""
    st.session_state[_QUIET] = True
    st.rerun(scope="app")


def did_something() -> None:
    """Count an answer or a click in a fragment, which runs without the page, as the user's activity."""
    found = find(script_token())
    if found is not None:
        active(found)


def active(found: Session) -> None:
    """Write that the session is in use, at most once in ``sessions.TOUCH_EVERY``. A page that only reads is shown also when
    nothing can be written; the next run tries again.
    """
    store = resources.current().store
    if found.due(store.clock()):
        try:
            with store.write(GATE) as tx:
                sessions.touch(tx, found)
        except RegisterError as error:
            if error.code not in CANNOT_WRITE:
                raise


def find(token: str) -> Session | None:
    """The live session of a token, or None.

    A page run asks many times, so the session is remembered, and read again only after accounts, roles or sessions were changed.
    """
    if not token:
        return None
    store = resources.current().store
    changes, known = store.access_changes, _known.get(token)
    if known is not None and known[:2] == (id(store), changes) and known[2].live(store.clock()):
        return known[2]
    with store.read(GATE) as tx:
        found = sessions.find(tx, token)
    if found is None:
        _known.pop(token, None)
    else:
        if len(_known) > MOST_KNOWN:
            _known.clear()
        _known[token] = (id(store), changes, found)
    return found


def timed_out(actor: Actor, token: str) -> bool:
    """Whether the session of a token belonged to `actor` and has timed out, and was not ended by a sign-out."""
    if not token:
        return False
    with resources.current().store.read(GATE) as tx:
        return sessions.find(tx, token) is None and sessions.expired_of(tx, token) == actor.bruker


def admit(actor: Actor) -> None:
    """Refuse with REG-062 a script run whose session has ended or has another role now. For Store.admit.

    It is needed because Streamlit runs a button's callback before the page's script, with the actor of the run that drew
    the button.
    """
    person = actor.rolle in ROLES and not _keeping.get()
    if person and get_script_run_ctx(suppress_warning=True) and current_actor() != actor:
        raise RegisterError("REG-062")


@contextmanager
def keeping_draft(actor: Actor, token: str) -> Iterator[None]:
    """Let a draft of `actor` be stored inside although the session of the token has timed out. Raises REG-062 after a sign-out."""
    if not timed_out(actor, token):
        raise RegisterError("REG-062")
    before = _keeping.set(True)
    try:
        yield
    finally:
        _keeping.reset(before)


def may_connect(token: str) -> bool:
    """Whether a browser may have a socket: its session is live, or only time has ended it."""
    if not token or find(token) is not None:
        return bool(token)
    with resources.current().store.read(GATE) as tx:
        return sessions.expired_of(tx, token) is not None


def of_request(request: HTTPConnection) -> Session | None:
    """The live session of the browser that sent an HTTP request, or None."""
    return find(request.cookies.get(COOKIE, ""))


def signed_in(request: HTTPConnection) -> bool:
    """Whether an HTTP request comes from a user who is signed in and has nothing left to do before working."""
    found = of_request(request)
    return found is not None and found.actor is not None


def onward(found: Session | None, target: str) -> str:
    """The address to send a user to who wants `target`: sign-in, a new password, a choice of unit, or `target` itself."""
    for needed, address in (
        (found is None, SIGN_IN),
        (found is not None and found.maa_bytte, PASSWORD),
        (found is not None and found.actor is None, PROJECTS),
    ):
        if needed:
            return f"{address}?til={quote(safe_target(target), safe='')}"
    return safe_target(target)


def address_of(request: Request) -> str:
    """The path and query that a request asked for."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def script_address() -> str:
    """The path and query that this script run shows."""
    path = urlsplit(st.context.url or "/").path or "/"
    query = urlencode(st.query_params.to_dict())
    return f"{path}?{query}" if query else path


def safe_target(target: str) -> str:
    """`target` when it is a path of ours, else the start page: «//host» and «/\\host» would lead out of the app."""
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if inside else "/"


def set_cookie(response: Response, request: Request, token: str) -> Response:
    """Give the browser the token of its session in a cookie that ends when the browser closes (Secure over HTTPS)."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=request.url.scheme == "https")
    return response


def delete_cookie(response: Response) -> Response:
    """Delete the cookie of the session."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response

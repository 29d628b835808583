"""What every way of signing in ends with: the browser gets its session and is sent on."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.web import resources, session
from ingest.access import GATE
from ingest.people import sessions

# The cookie that the browser holds between password and code. It is no session and gives access to nothing.
STEP = "smertereg_steg"


def begin_session(request: Request, token: str, target: str) -> Response:
    """Give the browser the session ``token``, end the session it may have had, and send it on to ``target``."""
    store = resources.current().store
    with store.write(GATE) as tx:
        sessions.end(tx, request.cookies.get(session.COOKIE, ""))
    response = RedirectResponse(session.onward(session.find(token), target), status_code=303)
    response.delete_cookie(STEP, httponly=True, samesite="strict")
    return session.set_cookie(response, request, token)

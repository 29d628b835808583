"""«Logg inn med HelseID», to link it on Min side, and to sign out from either side (docs/tjenester.md).

What the browser must bring back is sealed in a cookie, as at other providers. The token that ends HelseID's own session has the
user's number: it is kept sealed with the browser, and given back in the body of a form, never in an address. Only the page after a
sign-out gets it, once and within two minutes: the next person at the machine does not.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import escape
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from app.signin.begin import begin_session
from app.web import plain, resources, session
from app.web.plain import Fields, Shown
from app.web.session import SIGN_IN, SIGN_OUT, SIGNED_OUT
from checks.errors import RegisterError
from ingest.people import helseid, oidc
from ingest.services.national import connected
from ingest.standin import ServiceDown

START = SIGN_IN + "/helseid"
BACK, LINK, UNLINK = (START + path for path in ("/tilbake", "/koble", "/koble-fra"))
OUT = "/api/helseid/utlogging"
COOKIE, ENDS, LIFE = "smertereg_helseid", "smertereg_helseid_slutt", timedelta(minutes=10)
MIN_SIDE, OFFERED = "/min_side", timedelta(minutes=2)
PERMITTED = timedelta(minutes=5)
# A HelseID that hangs holds no more of the app's threads than these: patients and those who are signed in need the others.
_asking = threading.BoundedSemaphore(8)
log = logging.getLogger("smertereg.helseid")


def routes() -> list[Route]:
    """The addresses to HelseID and back, to link and unlink it, and the one at which HelseID says that a session has ended."""
    return [
        *plain.route(START, _start),
        *plain.route(BACK, _back),
        *plain.route(LINK, _link),
        *plain.route(UNLINK, change=_unlink),
        *plain.route(SIGNED_OUT, _signed_out),
        Route(OUT, _out, methods=["POST"]),
    ]


def button(target: str) -> str:
    """The button of the sign-in page as HTML; empty when the settings do not turn it on."""
    if connected.sign_in(resources.current().settings) is None:
        return ""
    address = f"{START}?til={quote(session.safe_target(target), safe='')}"
    return f'<p class="oidc"><a class="knapp" href="{escape(address)}">Logg inn med HelseID</a></p>'


def permission(nokkel: str) -> str:
    """The address at which the user of a session, who has just given the password, goes on to HelseID to be linked."""
    proof = resources.current().store.vault.seal(json.dumps({"kobler": nokkel, "tid": _now()}))
    return f"{LINK}?bevis={quote(proof, safe='')}"


def _redirect(request: Request) -> str:
    told = resources.current().settings.adresse
    return f"{told or f'{request.url.scheme}://{request.url.netloc}'}{BACK}"


def _start(request: Request, fields: Fields) -> Shown | Response:
    return _begin(request, session.safe_target(fields.get("til", "/")), None)


def _link(request: Request, fields: Fields) -> Shown | Response:
    """Send a user who is signed in and has just given the password to HelseID to be linked. It is no form: a browser lets no form of
    ours lead to another site. What is changed, is changed when the browser comes back with what only it can have.
    """
    found = session.of_request(request)
    if connected.sign_in(resources.current().settings) is None:
        return _not_here()
    if found is None:
        return RedirectResponse(session.onward(None, MIN_SIDE), status_code=303)
    try:
        permitted = _opened(fields.get("bevis", ""), PERMITTED).get("kobler") == found.nokkel
    except (oidc.LoginFailed, RegisterError):
        permitted = False
    return _begin(request, MIN_SIDE, found.nokkel) if permitted else RedirectResponse(MIN_SIDE, status_code=303)


def _begin(request: Request, target: str, links: str | None) -> Shown | Response:
    """Send the browser to HelseID. ``links`` is the session whose user is to be linked, None for a sign-in."""
    held = resources.current()
    client = connected.sign_in(held.settings)
    if client is None:
        return _not_here()
    try:
        with _one_of_few():
            started = helseid.start(client, _redirect(request))
    except oidc.LoginFailed as error:
        return _failed(error)
    kept = vars(started) | {"til": target, "tid": _now(), "kobler": links}
    response = RedirectResponse(started.address, status_code=303)
    # Lax, not strict, because the browser must send the cookie when it comes back from HelseID's site.
    return _set(response, request, COOKIE, json.dumps(kept), START, int(LIFE.total_seconds()))


def _back(request: Request, fields: Fields) -> Shown | Response:
    held = resources.current()
    client = connected.sign_in(held.settings)
    if client is None:
        return _not_here()
    try:
        kept = _opened(request.cookies.get(COOKIE, ""), LIFE)
        target, links = kept.pop("til", None), kept.pop("kobler", None)
        if target is None:
            raise oidc.LoginFailed("en annen kapsel")
        with _one_of_few():
            vouched = helseid.finish(client, _redirect(request), oidc.Started(**kept), fields)
        if links is None:
            token = helseid.sign_in(held.store, vouched)
            response = begin_session(request, token, target)
        else:
            response = _linked(request, links, vouched)
    except (oidc.LoginFailed, RegisterError) as error:
        return _failed(error)
    response.delete_cookie(COOKIE, path=START, httponly=True, samesite="lax")
    return response if links else _set(response, request, ENDS, vouched.token, SIGN_OUT, None)


def _opened(sealed: str, life: timedelta) -> dict[str, Any]:
    """What we sealed for the browser to bring back. LoginFailed when it was sealed for something else, or longer ago than ``life``."""
    try:
        kept = json.loads(resources.current().store.vault.open(sealed))
        age = _now() - kept.pop("tid")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise oidc.LoginFailed("en annen kapsel") from error
    if age > life.total_seconds():
        raise oidc.LoginFailed("for sent")
    return kept


@contextmanager
def _one_of_few() -> Iterator[None]:
    """LoginFailed when as many as may are waiting for HelseID's answer already."""
    if not _asking.acquire(blocking=False):
        raise oidc.LoginFailed("for mange venter på HelseID")
    try:
        yield
    finally:
        _asking.release()


def _linked(request: Request, links: str, vouched: helseid.Vouched) -> Response:
    found = session.of_request(request)
    if found is None or found.nokkel != links or found.actor is None:
        raise oidc.LoginFailed("økten som skulle kobles, er over")
    helseid.link(resources.current().store, found.actor, vouched)
    return RedirectResponse(MIN_SIDE, status_code=303)


def _unlink(request: Request, fields: Fields) -> Shown | Response:
    found = session.of_request(request)
    if connected.sign_in(resources.current().settings) is None:
        return _not_here()
    if found is None or found.actor is None:
        return RedirectResponse(session.onward(found, MIN_SIDE), status_code=303)
    helseid.unlink(resources.current().store, found.actor)
    return RedirectResponse(MIN_SIDE, status_code=303)


def to_signed_out(request: Request) -> Response:
    """Send the browser, which has just signed out of a session that HelseID began, to the page that offers to end that one too."""
    response = RedirectResponse(SIGNED_OUT, status_code=303)
    response.delete_cookie(ENDS, path=SIGN_OUT, httponly=True, samesite="lax")
    try:
        token = resources.current().store.vault.open(request.cookies.get(ENDS, ""))
    except RegisterError:
        return response
    return _set(response, request, ENDS, token, SIGNED_OUT, int(OFFERED.total_seconds()))


def _signed_out(request: Request, fields: Fields) -> Shown | Response:
    """The page after signing out of a session that HelseID began: its own session may be ended too."""
    held = resources.current()
    client = connected.sign_in(held.settings)
    if client is None:
        return _not_here()
    try:
        token = held.store.vault.open(request.cookies.get(ENDS, ""))
        address = client.metadata.get("end_session_endpoint")
    except (RegisterError, ServiceDown):
        return RedirectResponse(SIGN_IN, status_code=303)
    hidden = {"id_token_hint": token, "post_logout_redirect_uri": _redirect(request).removesuffix(BACK) + SIGN_IN}
    values = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in hidden.items())
    form = f'<form method="post" action="{escape(address)}">{values}{plain.submit("Logg ut av HelseID også")}</form>'
    words = "<p>Du er logget ut av SmerteReg. Deler du maskinen med andre, logg ut av HelseID også.</p>"
    body = f'<div class="kort">{words}{form}{plain.link(SIGN_IN, "Til innlogging")}</div>'
    return Shown("Logget ut", body, forgets=(ENDS, SIGNED_OUT))


async def _out(request: Request) -> Response:
    """HelseID says that a session has ended. Whoever sends a token that HelseID has not signed, is refused."""
    async with request.form(max_files=0, max_fields=4) as form:
        token = str(form.get("logout_token", ""))
    return await run_in_threadpool(_end, token)


def _end(token: str) -> Response:
    held = resources.current()
    client = connected.sign_in(held.settings)
    if client is None:
        return _not_here()
    try:
        helseid.end(held.store, helseid.ended(client, token))
    except oidc.LoginFailed as error:
        log.warning("utlogging fra HelseID ble ikke forstått", extra={"grunn": str(error)})
        return PlainTextResponse("", 400, headers={"Cache-Control": "no-store"})
    return PlainTextResponse("", headers={"Cache-Control": "no-store"})


def _not_here() -> Response:
    return PlainTextResponse("Ikke funnet", status_code=404)


def _set(response: Response, request: Request, name: str, text: str, path: str, life: int | None) -> Response:
    response.set_cookie(
        name,
        resources.current().store.vault.seal(text),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        max_age=life,
        path=path,
    )
    return response


def _now() -> float:
    return resources.current().store.clock().timestamp()


def _failed(error: Exception) -> Shown:
    """The page with one sentence for every reason, so that it tells nobody who has an account."""
    log.warning("innlogging med HelseID", exc_info=error)
    taken = isinstance(error, RegisterError) and error.code == "REG-580"
    words = str(error) if taken else str(RegisterError("REG-154"))
    return Shown("Logg inn", plain.error(words) + plain.link(SIGN_IN, "Til innlogging"), 401)

"""«Logg inn med …»: send the browser to the identity provider that the settings name, and give it a session when it
comes back (docs/oidc.md).

What the browser must bring back (state, nonce, PKCE's verifier) is sealed in a cookie, so that nobody can finish a login
that was begun in another browser.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from html import escape
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from app.signin.begin import begin_session
from app.web import plain, resources, session
from app.web.plain import Fields, Shown
from app.web.session import SIGN_IN
from checks.errors import RegisterError
from ingest.people import login, oidc

START, BACK = SIGN_IN + "/oidc", SIGN_IN + "/oidc/tilbake"
COOKIE, LIFE = "smertereg_oidc", timedelta(minutes=10)
log = logging.getLogger("smertereg.oidc")


def routes() -> list[Route]:
    """The addresses to the provider and back; both answer 404 when the settings name no provider."""
    return [*plain.route(START, _start), *plain.route(BACK, _back)]


def button(target: str) -> str:
    """The button of the sign-in page as HTML; empty when the settings name no provider."""
    settings = resources.current().settings
    if not settings.oidc_issuer:
        return ""
    address = f"{START}?til={quote(session.safe_target(target), safe='')}"
    return (
        f'<p class="oidc"><a class="knapp" href="{escape(address)}">Logg inn med {escape(settings.oidc_navn)}</a></p>'
    )


def _redirect(request: Request) -> str:
    told = resources.current().settings.adresse
    return f"{told or f'{request.url.scheme}://{request.url.netloc}'}{BACK}"


def _start(request: Request, fields: Fields) -> Shown | Response:
    held = resources.current()
    if not held.settings.oidc_issuer:
        return PlainTextResponse("Ikke funnet", status_code=404)
    try:
        started = oidc.start(held.settings, _redirect(request))
    except oidc.LoginFailed as error:
        return _failed(error)
    kept = vars(started) | {"til": session.safe_target(fields.get("til", "/")), "tid": _now()}
    response = RedirectResponse(started.address, status_code=303)
    # Lax, not strict, because the browser must send the cookie when it comes back from the provider's site.
    response.set_cookie(
        COOKIE,
        held.store.vault.seal(json.dumps(kept)),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        max_age=int(LIFE.total_seconds()),
        path=START,
    )
    return response


def _back(request: Request, fields: Fields) -> Shown | Response:

    held = resources.current()
    if not held.settings.oidc_issuer:
        return PlainTextResponse("Ikke funnet", status_code=404)
    try:
        kept = json.loads(held.store.vault.open(request.cookies.get(COOKIE, "")))
        if _now() - kept.pop("tid") > LIFE.total_seconds():
            raise oidc.LoginFailed("for sent")
        target = kept.pop("til")
        name = oidc.finish(held.settings, _redirect(request), oidc.Started(**kept), fields, held.store.clock())
        token = login.by_provider(held.store, name)
    except (oidc.LoginFailed, RegisterError) as error:
        return _failed(error)
    response = begin_session(request, token, target)
    response.delete_cookie(COOKIE, path=START, httponly=True, samesite="lax")
    return response


def _now() -> float:
    return resources.current().store.clock().timestamp()


def _failed(error: Exception) -> Shown:
    """The page with one sentence for every reason, so that it tells nobody who has an account."""
    log.warning("innlogging hos identitetsleverandøren", exc_info=error)
    words = str(RegisterError("REG-154"))
    return Shown("Logg inn", plain.error(words) + plain.link(SIGN_IN, "Til innlogging"), 401)

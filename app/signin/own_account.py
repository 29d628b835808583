"""The pages between sign-in and work: «Bytt passord» and «Prosjektoversikt»."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.web import plain, resources, session
from app.web.plain import Fields, Shown
from app.web.session import PASSWORD, PROJECTS, ROLE_NAMES
from checks import passwords as rules
from checks.errors import RegisterError
from ingest.access import GATE, Actor
from ingest.people import accounts, login, sessions
from ingest.people.sessions import Session

RULES = {
    "tegn": f"Minst {rules.LEAST['tegn']} tegn, med store og små bokstaver, tall og tegn.",
    "lengde": f"Minst {rules.LEAST['lengde']} tegn, for eksempel flere ord etter hverandre.",
}


def routes() -> list[Route]:
    """The addresses of both pages; without a session they send the browser to sign-in."""
    return [*plain.route(PASSWORD, _show_password, _change_password), *plain.route(PROJECTS, _show_projects, _choose)]


def _to_sign_in(address: str) -> Response:
    return RedirectResponse(session.onward(None, address), status_code=303)


def _show_password(request: Request, fields: Fields) -> Shown | Response:
    found = session.of_request(request)
    return _password_page(found, fields.get("til", "/min_side")) if found else _to_sign_in(PASSWORD)


def _password_page(found: Session, target: str, problem: str = "") -> Shown:
    first = "Dette er et førstegangspassord. Velg et eget før du går videre." if found.maa_bytte else ""
    policy = resources.current().settings.passord
    content = (
        plain.field(
            "naavaerende",
            "Førstegangspassord" if found.maa_bytte else "Passordet du har nå",
            type="password",
            autocomplete="current-password",
            maxlength="200",
        )
        + plain.field(
            "nytt", "Nytt passord", type="password", autocomplete="new-password", maxlength="200", hint=RULES[policy]
        )
        + plain.field(
            "gjenta", "Nytt passord en gang til", type="password", autocomplete="new-password", maxlength="200"
        )
    )
    target = session.safe_target(target)
    form = plain.form(PASSWORD, content + plain.submit("Oppdater"), hidden={"til": target})
    back = "" if found.maa_bytte else plain.link(target, "Avbryt")
    return Shown(
        "Bytt passord",
        f'{plain.note(first)}{plain.error(problem)}<div class="kort">{form}{back}</div>',
        422 if problem else 200,
    )


def _change_password(request: Request, fields: Fields) -> Shown | Response:
    found, held = session.of_request(request), resources.current()
    if found is None:
        return _to_sign_in(PASSWORD)
    target = fields.get("til", "/min_side")
    try:
        accounts.change_password(
            held.store,
            _actor(found),
            held.settings.passord,
            fields.get("naavaerende", ""),
            fields.get("nytt", ""),
            fields.get("gjenta", ""),
            keep=found.nokkel,
        )
    except RegisterError as error:
        return _password_page(found, target, str(error))
    with held.store.read(_actor(found)) as tx:
        needs_app = login.needs_app(tx, found.bruker, reached=held.reaches_users)
    return RedirectResponse(
        session.onward(session.of_request(request), "/min_side" if needs_app else target), status_code=303
    )


def _actor(found: Session) -> Actor:
    return Actor(found.bruker, found.navn, found.rolle or "", found.enhet or "")


def _show_projects(request: Request, fields: Fields) -> Shown | Response:
    found = session.of_request(request)
    if found is None or found.maa_bytte:
        return RedirectResponse(session.onward(found, PROJECTS), status_code=303)
    return _project_page(found, fields.get("til", "/"))


def _project_page(found: Session, target: str, problem: str = "") -> Shown:
    held = resources.current()
    with held.store.read(GATE) as tx:
        roles = sessions.roles(tx, found.bruker)
    buttons = "".join(
        plain.form(
            PROJECTS,
            f"<button{' aria-current=true' if (found.enhet, found.rolle) == (enhet, rolle) else ''}>"
            f"<b>{escape(held.unit_name(enhet))}</b><span>{escape(ROLE_NAMES[rolle])}</span></button>",
            hidden={"enhet": enhet, "rolle": rolle, "til": session.safe_target(target)},
            css="valg",
        )
        for enhet, rolle in roles
    )
    words = "Velg organisasjonen og rollen du skal arbeide i. Du kan bytte når som helst."
    none = "Brukeren din har ingen tilgang nå. Kontakt lokal koordinator (LC)."
    body = f"<p>{words if roles else none}</p><section><h2>Smerteregister</h2>{buttons}</section>"
    return Shown("Prosjektoversikt", plain.error(problem) + body, 403 if problem else 200)


def _choose(request: Request, fields: Fields) -> Shown | Response:
    found = session.of_request(request)
    if found is None or found.maa_bytte:
        return RedirectResponse(session.onward(found, PROJECTS), status_code=303)
    target = fields.get("til", "/")
    try:
        with resources.current().store.write(_actor(found)) as tx:
            sessions.choose(tx, found, fields.get("enhet", ""), fields.get("rolle", ""))
    except RegisterError as error:
        return _project_page(found, target, str(error))
    return RedirectResponse(session.safe_target(target), status_code=303)

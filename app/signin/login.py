"""«Logg inn»: username and password, then a code; and «Logg ut» (manual: «Opprette ny bruker»)."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.signin import demo_login, oidc
from app.signin import helseid as helseid_login
from app.signin.begin import STEP, begin_session
from app.web import plain, resources, session
from app.web.metrics import LOCKED
from app.web.plain import Fields, Shown
from app.web.session import SIGN_IN, SIGN_OUT
from app.work import messages
from checks.errors import RegisterError
from ingest import audit
from ingest.access import GATE, Actor
from ingest.capture.room import CANNOT_WRITE
from ingest.people import attempts, helseid, login, sessions
from ingest.people.attempts import Source
from ingest.services import sending

CODE, NEW_CODE = SIGN_IN + "/kode", SIGN_IN + "/ny-kode"
# The cookie that makes a browser known (ingest/people/attempts.py). It gives access to nothing either.
KNOWN = "smertereg_kjent"
FORGOTTEN = "Be lokal koordinator (LC) ved enheten, eller nasjonal koordinator (SC), om et nytt førstegangspassord."
# Where the code comes from -> what the page says about it, and the field's label and attributes.
_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "7"}
_ASKED = {
    login.BY_SMS: ("Vi har sendt en kode på SMS til mobilen din. Den gjelder i 5 minutter.", "Engangskode", _CODE),
    login.BY_APP: ("Skriv koden fra appen din.", "Engangskode", _CODE),
    login.BY_KEY: (
        "Skriv engangsnøkkelen du fikk sammen med førstegangspassordet.",
        "Engangsnøkkel",
        {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "maxlength": "30"},
    ),
}


def routes() -> list[Route]:
    """The addresses of sign-in, of its code, and of sign-out."""
    return [
        *plain.route(SIGN_IN, _show, _password),
        *plain.route(CODE, _show_code, _code),
        *plain.route(NEW_CODE, change=_new_code),
        *plain.route(SIGN_OUT, change=_sign_out),
    ]


def _show(request: Request, fields: Fields) -> Shown | Response:
    found = session.of_request(request)
    target = fields.get("til", "/")
    if found is not None:
        return RedirectResponse(session.onward(found, target), status_code=303)
    return _sign_in_page(target)


def _sign_in_page(target: str, problem: str = "", status: int = 401) -> Shown:
    target = session.safe_target(target)
    content = plain.field(
        "brukernavn", "Brukernavn", autocomplete="username", autocapitalize="none", spellcheck="false", maxlength="60"
    )
    content += plain.field("passord", "Passord", type="password", autocomplete="current-password", maxlength="200")
    form = plain.form(SIGN_IN, content + plain.submit("Logg inn"), hidden={"til": target})
    new = plain.link("/ny-bruker", "Ny bruker")
    by_sms = " Det kommer på SMS." if resources.current().sends(sending.SMS) else ""
    forgotten = f"<p><b>Glemt passordet?</b> {FORGOTTEN}{by_sms}</p>"
    demo = demo_login.choices(target) if resources.current().settings.demo else ""
    return Shown(
        "Logg inn",
        f'{plain.error(problem)}<div class="kort">{form}{oidc.button(target)}{helseid_login.button(target)}{new}{forgotten}</div>{demo}',
        status if problem else 200,
        ahead=True,
    )


def _password(request: Request, fields: Fields) -> Shown | Response:
    target, name, source = session.safe_target(fields.get("til", "/")), fields.get("brukernavn", ""), _source(request)
    store, failed = resources.current().store, resources.current().rates.failed_sign_ins
    if failed.too_many(source.address) and not login.is_known(store, name, source):
        return _refused(target, source)
    try:
        step = login.check_password(store, name, fields.get("passord", ""), source)
    except RegisterError as error:
        if error.code == "REG-120":
            failed.add(source.address)
        return _sign_in_page(target, str(error))
    if step.melding is not None:
        messages.post(step.melding)
    return _to_code(request, step.token, target)


def _refused(target: str, source: Source) -> Shown:
    """What an address gets that has failed too often: nothing is looked up, and only the first refusal goes to the log."""
    held = resources.current()
    if held.rates.failed_sign_ins.is_first_refused(source.address):
        login.log_refused(held.store)  # counted when the log is read
    else:
        held.metrics.logins.labels(utfall=LOCKED).inc()
    return _sign_in_page(target, str(RegisterError("REG-331")), 429)


def _to_code(request: Request, token: str, target: str) -> Response:
    response = RedirectResponse(f"{CODE}?til={quote(target, safe='')}", status_code=303)
    response.set_cookie(
        STEP, token, httponly=True, samesite="strict", secure=request.url.scheme == "https", max_age=600
    )
    return response


def _show_code(request: Request, fields: Fields) -> Shown | Response:
    return _code_page(request, fields.get("til", "/"))


def _code_page(request: Request, target: str, problem: str = "") -> Shown | Response:
    target = session.safe_target(target)
    held = resources.current()
    try:
        with held.store.read(GATE) as tx:
            source = login.source_of_code(tx, request.cookies.get(STEP, ""))
    except RegisterError as error:
        return _sign_in_page(target, str(error))
    by_sms = source == login.BY_SMS
    if by_sms:
        try:
            messages.require(sending.SMS)
        except RegisterError as error:
            return _sign_in_page(target, str(error))
    words, label, attributes = _ASKED[source]
    content = plain.field("kode", label, autofocus="autofocus", **attributes)
    form = plain.form(CODE, content + plain.submit("Neste"), hidden={"til": target})
    again = plain.form(NEW_CODE, '<button class="lenke">Send ny kode</button>', hidden={"til": target}, css="")
    demo = demo_login.newest_message() if held.settings.demo and by_sms else ""
    body = f'{plain.error(problem)}<div class="kort"><p>{words}</p>{form}{again if by_sms else ""}</div>{demo}'
    return Shown("Engangskode", body, 401 if problem else 200, ahead=True)


def _code(request: Request, fields: Fields) -> Shown | Response:
    target, token = fields.get("til", "/"), request.cookies.get(STEP, "")
    held = resources.current()
    try:
        new = login.check_code(held.store, token, fields.get("kode", ""), _source(request))
    except RegisterError as error:
        if error.code == "REG-122":
            return _sign_in_page(target, str(error))
        return _code_page(request, target, str(error))
    return _known_browser(begin_session(request, new, target), request, new)


def _source(request: Request) -> Source:
    return Source(request.client.host if request.client else "", request.cookies.get(KNOWN, ""))


def _known_browser(response: Response, request: Request, token: str) -> Response:
    """Make this browser known, so that other people's failed logins elsewhere do not delay its user."""
    found = session.find(token)
    if found is not None:
        with resources.current().store.write(GATE) as tx:
            known = attempts.remember(tx, found.bruker, _source(request))
        response.set_cookie(
            KNOWN,
            known,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
            max_age=int(attempts.BROWSER_LIFE.total_seconds()),
            path=SIGN_IN,
        )
    return response


def _new_code(request: Request, fields: Fields) -> Shown | Response:
    target, token = session.safe_target(fields.get("til", "/")), request.cookies.get(STEP, "")
    held = resources.current()
    try:
        step = login.new_code(held.store, token)
    except RegisterError as error:
        if error.code == "REG-122":
            return _sign_in_page(target, str(error))
        return _code_page(request, target, str(error))
    if step.melding is not None:
        messages.post(step.melding)
    return _to_code(request, token, target)


def _sign_out(request: Request, _fields: Fields) -> Response:
    found, store, began = session.of_request(request), resources.current().store, False
    if found is not None:
        try:
            with store.read(GATE) as tx:
                began = helseid.began(tx, request.cookies[session.COOKIE])
            with store.write(Actor(found.bruker, found.navn, found.rolle or "", found.enhet or "")) as tx:
                sessions.end(tx, request.cookies[session.COOKIE])
                audit.log(tx, "logget ut")
        except RegisterError as error:
            if error.code not in CANNOT_WRITE:
                raise
            # The browser forgets the session all the same; nobody else has it, and time ends it.
    # What the tab keeps of the user's until the server has it (app/components/svar.js) is not for the next one.
    onward = helseid_login.to_signed_out(request) if began else RedirectResponse(SIGN_IN, status_code=303)
    onward.headers["Clear-Site-Data"] = '"storage"'
    return session.delete_cookie(onward)

"""The address of a patient form, /e/<token>: GET shows a page and changes nothing, POST takes an answer.

Whoever has the token has access to the form, so the token is never logged, and no page shows it.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.eprom_page import steps, views
from app.eprom_page.views import REVIEW
from app.web import resources, unexpected
from checks.errors import InvalidAnswers, RegisterError
from ingest.prom import patient_answers
from ingest.prom.patient_answers import VISITOR, Opened

log = logging.getLogger("smertereg.pasientside")
# Also what is left when a message breaks the link: a patient with half a link must meet the patient's page, which says
# that the link does not work, and not the staff's sign-in.
ADDRESSES = "/e", "/e/{token:path}"
MOST_FIELDS, MOST_LETTERS = 40, 200
STATUS = {"REG-176": 404, "REG-177": 200, "REG-185": 200, "REG-178": 410}
# Patients have threads of their own, so that they and the staff do not wait for each other's requests. Answers are
# written one at a time, and each waits for the disk, so pages that only read have threads apart from those that write.
_READERS, _WRITERS = ThreadPoolExecutor(8, "pasientside"), ThreadPoolExecutor(2, "pasientsvar")


def routes() -> list[Route]:
    """The addresses of the patient's page."""
    return [Route(address, _answer, methods=["GET", "POST"]) for address in ADDRESSES]


async def _answer(request: Request) -> Response:
    fields: dict[str, str] = {}
    if request.method == "POST":
        async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
            fields = {name: str(value)[:MOST_LETTERS] for name, value in form.items()}
    pool = _WRITERS if request.method == "POST" else _READERS
    return await asyncio.get_running_loop().run_in_executor(pool, _handle, request, fields)


def _handle(request: Request, fields: dict[str, str]) -> Response:
    source = request.client.host if request.client else ""
    token = request.path_params.get("token", "")
    try:
        if request.method == "POST":
            return _take(token, fields)
        return _show(_read(token), request.query_params.get("side", ""), request.query_params.get("fra", ""))
    except RegisterError as error:
        if error.code not in STATUS:
            return views.failed(unexpected.note(log, "pasientsiden", error), fields)
        if error.code == "REG-176":
            # Only wrong links are limited: a patient with a link that works is not shut out when others at the same
            # network address guess.
            wrong = resources.current().rates.wrong_links
            if wrong.too_many(source):
                return views.too_many()
            wrong.add(source)
        return views.message(error.code, str(error), STATUS[error.code])
    except Exception as error:
        return views.failed(unexpected.note(log, "pasientsiden", error), fields)


def _read(token: str) -> Opened:
    with resources.current().store.read(VISITOR) as tx:
        return patient_answers.open_link(tx, token)


def _show(opened: Opened, page: str, back: str) -> Response:
    if page == REVIEW:
        return views.review(opened)
    at = steps.step(steps.shown(opened.form, opened.svar), int(page)) if _number(page) else None
    return views.question(opened, at, back=_back(back)) if at else views.welcome(opened)


def _take(token: str, fields: dict[str, str]) -> Response:
    if fields.get("handling") == "send":
        return _send(token)
    with resources.current().store.write(VISITOR) as tx:
        opened = patient_answers.open_link(tx, token)
        at = next((s for s in steps.steps(opened.form) if str(s.nr) == fields.get("side")), None)
        if at is None:
            return _to("")
        given, problem = _given(opened, at, fields)
        back = _back(fields.get("fra", ""))
        if problem:
            return views.question(opened, at, given=opened.svar | given, problem=problem, back=back)
        target = _next(opened, at, opened.svar | given, fields.get("handling", ""), back)
        reached = int(target) if _number(target) else len(steps.steps(opened.form)) + 1
        patient_answers.keep(tx, opened, given, reached)
    return _to(target, back)


def _given(opened: Opened, at: steps.Step, fields: dict[str, str]) -> tuple[steps.Answers, str]:
    """The answers to the step (none when it is skipped), and a sentence when it has to be asked again."""
    given, problem = steps.take(opened.form, at, fields)
    match fields.get("handling"):
        case "hopp":
            return dict.fromkeys(given), ""
        case "tilbake":
            # A patient who wants to go back may do so, also from a step that is only half answered.
            return ({} if problem else given), ""
    return given, problem


def _next(opened: Opened, at: steps.Step, given: steps.Answers, handling: str, back: str) -> str:
    """The page after this answer. A patient who came from the review returns there, after any questions that the answer
    has opened.
    """
    asked = steps.shown(opened.form, {n: v for n, v in given.items() if v is not None})
    if handling == "tilbake":
        earlier = steps.before(asked, at.nr)
        return str(earlier.nr) if earlier else ""
    if back:
        seen = steps.shown(opened.form, opened.svar)
        asked = tuple(s for s in asked if s not in seen)
    later = steps.step(asked, at.nr + 1)
    return str(later.nr) if later else REVIEW


def _send(token: str) -> Response:
    try:
        with resources.current().store.write(VISITOR) as tx:
            patient_answers.send_in(tx, token)
    except InvalidAnswers as error:
        # Every step is checked when it is answered, so an answer that is wrong here was kept under an earlier version's
        # rules.
        return views.review(_read(token), str(error))
    except RegisterError as error:
        if error.code == "REG-179":
            return views.review(_read(token), str(error))
        if error.code != "REG-177":
            raise
    return _to("")


def _to(page: str, back: str = "") -> Response:
    """Send the browser on to a page of this form by GET, so that a reload does not send an answer twice."""
    query = f"?side={page}" + (f"&fra={back}" if back and page != REVIEW else "") if page else "?"
    return RedirectResponse(query, status_code=303, headers=views.HEADERS)


def _back(text: str) -> str:
    return REVIEW if text == REVIEW else ""


def _number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 4

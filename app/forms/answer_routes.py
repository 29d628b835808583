"""The answers' own way: the address that takes a user's answers as they are given, and says what the form shows then.

The browser numbers a tab's answers and sends them in order, again until it has a receipt (app/components/svar.js). What
has been taken is not taken twice.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.components.field import Question
from app.forms import answering, drawn, late, opened, po
from app.forms.answering import Open
from app.forms.commenting import COMMENT, keep_waiting
from app.forms.opened import Opened
from app.forms.po_form import FORM as PO
from app.web import fetched, guard, resources, session, unexpected
from checks.errors import CATALOGUE, RegisterError
from checks.forlop import ALL_FORMS
from ingest.access import Actor

log = logging.getLogger("smertereg.svar")
ADDRESS = "/skjema/svar"
JSON = "application/json"
MOST, LONGEST_TAB, LONGEST_TEXT, HIGHEST = 500, 40, 200, 2**53
FORMS = (PO, *ALL_FORMS)
NO_ANSWER = "Svarene kunne ikke leses. Last siden på nytt."


@dataclass(frozen=True)
class Answer:
    """One answer: its number in the tab, the id of the question, the browser's value, the text when that is no value, and the
    version of the form that it was typed on.
    """

    nr: int
    id: str
    verdi: Any
    tekst: str | None
    versjon: int | None


@dataclass(frozen=True)
class Sent:
    """What a tab sends: the page's key (app/web/guard.py), the form, the tab's own name, the rev it has seen, and its answers
    in order.
    """

    nokkel: str
    forlop_id: int
    skjema: str
    tab: str
    seen: int
    answers: tuple[Answer, ...]


def routes() -> list[Route]:
    """POST /skjema/svar, from our own pages only (app/web/guard.py): JSON in, JSON out."""
    return [Route(ADDRESS, _take, methods=["POST"])]


async def _take(request: Request) -> Response:
    content = await request.body()
    # A page of another site cannot send this content type unasked, whatever it says of its origin.
    if request.headers.get("content-type", "").partition(";")[0] != JSON:
        return _refused(NO_ANSWER, 415)
    try:
        sent = read(json.loads(content))
    except (ValueError, TypeError, KeyError, RecursionError):
        return _refused(NO_ANSWER, 400)
    token = request.cookies.get(session.COOKIE, "")
    if not token:
        return _refused(CATALOGUE["REG-062"], 401)
    # A page that was made for another session, such as that of the user before, answers nothing in this one.
    if not guard.right_key(request, sent.nokkel):
        return _refused(CATALOGUE["REG-129"], 403)
    return await run_in_threadpool(_answer, token, sent)


def read(body: Any) -> Sent:
    """What was sent. Raises ValueError, TypeError or KeyError for what no page of ours sends."""
    answers = tuple(_one(answer) for answer in body["svar"])
    sent = Sent(body["nokkel"], body["forlop"], body["skjema"], body["fane"], body["sett"], answers)
    numbers = all(type(n) is int and 0 <= n < HIGHEST for n in (sent.forlop_id, sent.seen, *(a.nr for a in answers)))
    if not numbers or sent.skjema not in FORMS or not isinstance(sent.tab, str) or len(sent.tab) > LONGEST_TAB:
        raise ValueError
    if len(answers) > MOST or not isinstance(sent.nokkel, str) or not sent.nokkel.isascii():
        raise ValueError
    return sent


def _one(answer: Any) -> Answer:
    found = Answer(answer["nr"], answer["id"], answer["verdi"], answer["tekst"], answer.get("versjon"))
    if not isinstance(found.id, str) or not isinstance(found.tekst, str | None):
        raise ValueError
    if found.versjon is not None and (type(found.versjon) is not int or not 0 <= found.versjon < HIGHEST):
        raise ValueError
    # The text is only told back; what no form can hold would keep the whole draft from being stored.
    return replace(found, tekst="".join(filter(str.isprintable, found.tekst or ""))[:LONGEST_TEXT] or None)


def _answer(token: str, sent: Sent) -> Response:
    try:
        found = session.find(token)
        actor = found.actor if found else None
        with _form(token, actor, sent) as form:
            if form is None:
                return _refused(CATALOGUE["REG-062"], 401)
            if found:
                session.active(found)
            with nullcontext() if actor else session.keeping_draft(form.actor, token):
                form.asleep = actor is None
                _give(form, sent)
                told = drawn.since(form, sent.tab, sent.seen) | {"nr": form.taken.get(sent.tab, 0)}
    except RegisterError as error:
        return _refused(str(error), 401 if error.code == "REG-062" else 403)
    except Exception as error:
        reference = unexpected.note(log, f"svar i {sent.skjema}", error)
        return _refused(f"Noe gikk galt. Oppgi referanse {reference} til brukerstøtte.", 500)
    if actor is None:
        return _refused(CATALOGUE["REG-062"], 401, nr=told["nr"])
    return JSONResponse(told, headers=fetched.NEVER_KEPT)


@contextmanager
def _form(token: str, actor: Actor | None, sent: Sent) -> Iterator[Opened | None]:
    """The form that is answered, locked: open in this session, or read anew when the program was started since. None for who
    is not signed in.
    """
    store, key = resources.current().store, (token, sent.forlop_id, sent.skjema)
    reopen = po.reopen if sent.skjema == PO else answering.reopen
    while True:
        form = opened.held(store, key, actor)
        if form is None and actor is not None:
            form = reopen(store, token, actor, sent.forlop_id, sent.skjema)
        if form is None:
            yield None
            return
        with form.lock:
            if not form.gone:  # read anew by the page while this waited
                yield form
                return


def _give(form: Opened, sent: Sent) -> None:
    with opened.guarded(form):
        keep_waiting(form)
    for answer in sent.answers:
        if answer.nr <= form.taken.get(sent.tab, 0):
            continue
        # A question that an answer before this one took off the screen is answered no more.
        asked = drawn.question(form, answer.id)
        if asked and asked.on_change and not asked.data["laast"]:
            # An answer that cannot be taken is told of, and does not stop those after it.
            with opened.guarded(form):
                if not _late(form, sent.tab, answer):
                    asked.on_change(_parsed(asked, answer.verdi))
        form.take(sent.tab, answer.nr)


def _parsed(asked: Question, verdi: Any) -> Any:
    """Python's value of the browser's. Raises REG-188 for one that no field sends."""
    try:
        return asked.parse(verdi)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RegisterError("REG-188") from error


def _late(form: Opened, tab: str, answer: Answer) -> bool:
    """Whether the answer comes too late to be taken, which the user is then told; otherwise note who gives it, and its text."""
    navn = answer.id.removeprefix(form.key(""))
    if isinstance(form, Open) and navn != COMMENT and late.overtaken(form, tab, navn, answer.versjon):
        late.refuse(form, navn, answer.verdi, answer.tekst)
        return True
    form.given[navn] = tab
    form.late.pop(navn, None)
    form.note(navn, answer.tekst)
    return False


def _refused(sentence: str, status: int, **more: int) -> Response:
    return JSONResponse({"melding": sentence, **more}, status, headers=fetched.NEVER_KEPT)

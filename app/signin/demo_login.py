"""What only a demo has: «Logg inn som …» and the outbox on the screen. Both need settings.demo."""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from app.signin.begin import begin_session
from app.web import plain, resources
from app.web.plain import Fields, Shown
from app.web.session import ROLE_NAMES, SIGN_IN
from checks.codebook import load
from checks.errors import RegisterError
from ingest import audit
from ingest.access import GATE, Actor
from ingest.capture.room import CANNOT_WRITE
from ingest.demo.places import PASSWORD
from ingest.people import sessions
from ingest.prom import links, outbox
from ingest.services import sending

CHOICE, OUTBOX = SIGN_IN + "/demo", "/demo/utboks"


def routes() -> list[Route]:
    """The addresses of the quick choice and the outbox; both answer 404 outside a demo."""
    return [*plain.route(CHOICE, change=_choose), *plain.route(OUTBOX, _outbox)]


def choices(target: str) -> str:
    """A button for every user, role and unit that a visitor can choose to be, as HTML."""
    held = resources.current()
    names = {a.enhet: held.unit_name(a.enhet) for a in held.actors()}
    actors = sorted(held.actors(), key=lambda a: (names[a.enhet], a.enhet))
    order = list(ROLE_NAMES)
    sections = ""
    for unit, members in groupby(actors, key=lambda a: a.enhet):
        inside = "".join(_button(a, target) for a in sorted(members, key=lambda a: (order.index(a.rolle), a.navn)))
        sections += f"<section><h3>{escape(names[unit])}</h3>{inside}</section>"
    return (
        '<section class="demofelt"><h2>Demo: logg inn som …</h2><p>Brukere og pasienter er oppdiktet. Velg hvem du vil være, '
        f"eller skriv brukernavn (for eksempel <code>bruker1</code>) og passordet <code>{escape(PASSWORD)}</code> over. "
        f'Meldinger som ellers ville gått ut, ligger i <a href="{OUTBOX}">demoens utboks</a>.</p>'
        f'<div class="enheter">{sections}</div></section>'
    )


def _button(actor: Actor, target: str) -> str:
    hidden = {"bruker": actor.bruker, "rolle": actor.rolle, "enhet": actor.enhet, "til": target}
    text = f"<button><b>{escape(actor.navn)}</b><span>{escape(ROLE_NAMES[actor.rolle])}</span></button>"
    return plain.form(CHOICE, text, hidden=hidden, css="valg")


def _choose(request: Request, fields: Fields) -> Shown | Response:
    held = resources.current()
    wanted = tuple(fields.get(name, "") for name in ("bruker", "rolle", "enhet"))
    actor = next((a for a in held.actors() if (a.bruker, a.rolle, a.enhet) == wanted), None)
    if not held.settings.demo:
        return PlainTextResponse("Ikke funnet", status_code=404)
    if actor is None:
        return RedirectResponse(SIGN_IN, status_code=303)
    try:
        with held.store.write(actor) as tx:
            token = sessions.start(tx, actor.bruker, (actor.enhet, actor.rolle))
            audit.log(tx, "logget inn", details={"med": "demoens valg"})
    except RegisterError as error:
        if error.code in CANNOT_WRITE:
            raise
        return RedirectResponse(SIGN_IN, status_code=303)
    return begin_session(request, token, fields.get("til", "/"))


def newest_message() -> str:
    """The newest message as HTML, for the page that asks for the code."""
    with resources.current().store.read(GATE) as tx:
        found = sending.latest(tx, 1)
    return f'<section class="demofelt"><h2>Demo: dette ville gått på SMS</h2>{_list(found)}</section>' if found else ""


def _outbox(_request: Request, _fields: Fields) -> Shown | Response:
    held = resources.current()
    if not held.settings.demo:
        return PlainTextResponse("Ikke funnet", status_code=404)
    with held.store.read(GATE) as tx:
        found, to_patients = sending.latest(tx), outbox.latest(tx)
    words = (
        "<p>Her ligger det som ellers ville gått på SMS og e-post. Et virkelig register viser aldri denne siden.</p>"
    )
    body = "<h2>Til pasienter</h2>" + (_to_patients(to_patients) or "<p>Ingen meldinger ennå.</p>")
    body += "<h2>Til brukere</h2>" + (_list(found) or "<p>Ingen meldinger ennå.</p>")
    return Shown(
        "Demoens utboks", f'<section class="demofelt">{words}{body}</section>{plain.link(SIGN_IN, "Til innlogging")}'
    )


def _to_patients(found: list[dict[str, Any]]) -> str:
    """The newest messages to patients as HTML, with links that open the patient's page."""
    here = resources.current().settings.public_address
    return "".join(
        f'<p class="melding"><b>{escape(outbox.CHANNELS[row["kanal"]].navn.capitalize())}, forløp {row["forlop_id"]}, '
        f"{escape(load().skjema[row['skjema']].navn)}</b><br>{_linked(row['tekst'].replace(outbox.PLACE, here))}</p>"
        for row in found
    )


def _linked(text: str) -> str:
    """The text as HTML, with the address in it as a link that works whatever address the app is reached by."""
    found = re.search(rf"\S*{links.ADDRESS}([\w-]+)", text)
    if found is None:
        return escape(text)
    link = f'<a href="{links.ADDRESS}{found[1]}">{escape(found[0])}</a>'
    return escape(text[: found.start()]) + link + escape(text[found.end() :])


def _list(found: list[dict[str, Any]]) -> str:
    kinds = {sending.SMS: "SMS", sending.EMAIL: "E-post"}
    return "".join(
        f'<p class="melding"><b>{kinds[row["kanal"]]} til {escape(row["til"])}</b><br>{escape(row["tekst"])}</p>'
        for row in found
    )

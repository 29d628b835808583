"""The open form as the browser is told it: everything when the page is drawn, and after an answer what has changed."""

from __future__ import annotations

from typing import Any

from app.components.field import Question
from app.forms import bar, po, sections
from app.forms.answering import Open
from app.forms.commenting import COMMENT, comment
from app.forms.opened import Opened
from app.forms.po import OpenPo
from app.forms.sections import Card


def cards(form: Opened) -> tuple[Card, ...]:
    """The open form as it looks for its answers now."""
    match form:
        case Open():
            return sections.cards(form)
        case OpenPo():
            return po.cards(form)
    raise TypeError


def question(form: Opened, element: str) -> Question | None:
    """The question with this id, if it may be answered now; the internal comment is one of them."""
    if element == form.key(COMMENT):
        return comment(form)
    match form:
        case Open():
            return sections.question(form, element)
        case OpenPo():
            asked = (placed.question for card in po.cards(form) for placed in card.placed)
            return next((one for one in asked if one.data["id"] == element), None)
    raise TypeError


def whole(form: Opened) -> dict[str, Any]:
    """The form: its cards in order with the ids of their questions, and what each question shows. ``rev`` is higher each time in
    the same ``run``: the browser keeps to the newest it has got. ``versjon`` is that of the answers it is shown with: the
    browser says it of each answer that is typed on it. «sagt» is what was just done, for who hears the page.
    """
    form.rev += 1
    found = cards(form)
    told = {"run": form.run, "rev": form.rev, "versjon": form.versjon, "sagt": form.done}
    return told | {"kort": [_card(card) for card in found], "felt": _data(form, found)}


def since(form: Opened, tab: str, seen: int) -> dict[str, Any]:
    """The form as ``whole`` has it, and what the bar says, with only the questions that look otherwise than when the tab was
    told last. ``seen`` is the rev of the last answer that reached it: an answer that was lost on the way is told again.
    """
    told = whole(form)
    rev, before = form.sent.get(tab, (0, {}))
    form.tell(tab, told["rev"], told["felt"])
    changed = {i: data for i, data in told["felt"].items() if rev != seen or before.get(i) != data}
    return told | {"felt": changed, "linje": _bar(form), "tegn": form.redraw}


def _bar(form: Opened) -> dict[str, Any]:
    match form:
        case Open():
            return bar.told(form)
        case OpenPo():
            return po.told(form)
    raise TypeError


def _card(card: Card) -> dict[str, Any]:
    heading = card.heading.data["id"] if card.heading else None
    return {"id": card.id, "tittel": heading, "felt": [[p.question.data["id"], p.level, p.group] for p in card.placed]}


def _data(form: Opened, found: tuple[Card, ...]) -> dict[str, Any]:
    asked = [
        q for card in found for q in (*([card.heading] if card.heading else []), *(p.question for p in card.placed))
    ]
    typed = {form.key(navn): text for navn, text in form.typed.items()}
    return {q.data["id"]: {**q.data, "tekst": typed.get(q.data["id"])} for q in asked}

"""The open form as the browser is told it: everything when the page is drawn, and after an answer what has changed."""

from __future__ import annotations

from typing import Any

from app.components.field import Question
from app.forms import bar
from app.forms.answering import Open
from app.forms.sections import Card, cards


def questions(found: tuple[Card, ...]) -> dict[str, Question]:
    """The questions that may be answered, by their ids."""
    return {p.question.data["id"]: p.question for card in found for p in card.placed}


def whole(form: Open, found: tuple[Card, ...] | None = None) -> dict[str, Any]:
    """The form: its cards in order with the ids of their questions, and what each question shows. ``rev`` is higher each time in
    the same ``run``: the browser keeps to the newest it has got. ``versjon`` is that of the answers it is shown with: the
    browser says it of each answer that is typed on it. ``found`` are the form's cards, when they are known. «sagt» is what was
    just done, for who hears the page.
    """
    form.rev += 1
    found = found or cards(form)
    told = {"run": form.run, "rev": form.rev, "versjon": form.state.versjon, "sagt": form.state.varsel}
    return told | {"kort": [_card(card) for card in found], "felt": _data(form, found)}


def since(form: Open, tab: str, seen: int, found: tuple[Card, ...]) -> dict[str, Any]:
    """The form as ``whole`` has it, and what the bar says, with only the questions that look otherwise than when the tab was
    told last. ``seen`` is the rev of the last answer that reached it: an answer that was lost on the way is told again.
    """
    told = whole(form, found)
    rev, before = form.sent.get(tab, (0, {}))
    form.sent[tab] = (told["rev"], told["felt"])
    changed = {i: data for i, data in told["felt"].items() if rev != seen or before.get(i) != data}
    return told | {"felt": changed, "linje": bar.told(form), "tegn": form.state.draw_all}


def _card(card: Card) -> dict[str, Any]:
    heading = card.heading.data["id"] if card.heading else None
    return {"id": card.id, "tittel": heading, "felt": [[p.question.data["id"], p.level, p.group] for p in card.placed]}


def _data(form: Open, found: tuple[Card, ...]) -> dict[str, Any]:
    asked = [
        q for card in found for q in (*([card.heading] if card.heading else []), *(p.question for p in card.placed))
    ]
    typed = {form.key(navn): text for navn, text in form.state.uleselig.items()}
    return {q.data["id"]: {**q.data, "tekst": typed.get(q.data["id"])} for q in asked}

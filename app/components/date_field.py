"""A date, typed as people type dates, picked in the browser's calendar, or set to today with one click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from app.components.field import Question, not_understood, question
from checks.errors import RegisterError
from checks.proposals import Proposal

STANDS = "Foreslått: {ord}. Blir svaret når skjemaet ferdigstilles, om du ikke skriver en annen dato."


def date_field(
    label: str,
    value: date | None,
    *,
    key: str,
    help: str | None = None,
    required: bool = False,
    error: str | None = None,
    disabled: bool = False,
    today: date | None = None,
    ask: str | None = None,
    proposal: Proposal | None = None,
    on_change: Callable[[date | None], None] | None = None,
    on_confirm: Callable[[str], None] = lambda _iso: None,
) -> Question:
    """A date shown as dd.mm.åååå; see `Question` for `value` and `on_change`.

    `2311`, `231126`, `23.11.26` and `23.11.2026` are understood. Text that is no date stays in the field with a sentence
    beside it, and the value is None meanwhile. `today` (default: the browser's) decides the year of `2311`: this year, or
    last year when this year's date would lie more than a month ahead. `ask` and `on_confirm` (which gets the date as ISO) as in
    `number_field`. A ``proposal`` is shown while the field is empty: one that stands says that it becomes the answer at the
    completion, another is a button that takes it.
    """

    def parsed(answer: Any) -> Any:
        if isinstance(answer, dict):
            return {"bekreftet": date.fromisoformat(answer["bekreftet"]).isoformat()}
        return date.fromisoformat(answer) if answer else None

    def taken(answer: Any) -> None:
        if isinstance(answer, dict):
            on_confirm(answer["bekreftet"])
        elif on_change:
            on_change(answer)

    return question(
        "dato",
        label,
        value.isoformat() if value else None,
        key=key,
        parse=parsed,
        on_change=taken if on_change else None,
        help=help,
        required=required,
        error=error,
        disabled=disabled,
        note=STANDS.format(ord=proposal.words) if proposal and proposal.staar else None,
        forslag=asdict(proposal) if proposal else None,
        idag=today.isoformat() if today else None,
        spoersmaal=ask,
    )


def require_date(label: str, key: str) -> None:
    """Raise REG-009 when the text in the field is no date, so that a search does not treat the field as empty."""
    if typed := not_understood(key):
        raise RegisterError("REG-009", felt=label, verdi=f"«{typed}»")

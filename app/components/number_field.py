"""Fields for a number and for a text, a value that is only shown, and the heading of a section."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.components.field import Question, question


def number_field(
    label: str,
    value: float | None,
    *,
    key: str,
    unit: str = "",
    ask: str | None = None,
    help: str | None = None,
    required: bool = False,
    error: str | None = None,
    disabled: bool = False,
    note: str | None = None,
    on_change: Callable[[float | None], None],
    on_confirm: Callable[[float], None] = lambda _value: None,
) -> Question:
    """A number with decimal comma, followed by its `unit`; it is sent when the user leaves the field.

    `ask` is a question about an unusual value, answered beside the field: Ja gives the value to `on_confirm`, Nei
    empties the field (manual, B 2.2: «Er du sikker på at gitt verdi er riktig?»).
    """

    def taken(answer: Any) -> None:
        if isinstance(answer, dict):
            on_confirm(answer["bekreftet"])
        else:
            on_change(answer)

    return question(
        "tall",
        label,
        value,
        key=key,
        on_change=taken,
        help=help,
        required=required,
        error=error,
        disabled=disabled,
        note=note,
        enhet=unit,
        spoersmaal=ask,
    )


def text_field(
    label: str,
    value: str | None,
    *,
    key: str,
    long: bool = False,
    max_length: int | None = None,
    help: str | None = None,
    required: bool = False,
    error: str | None = None,
    disabled: bool = False,
    on_change: Callable[[str | None], None],
) -> Question:
    """A line of text, or with `long` a block of lines, of at most `max_length` characters; it is sent when the user
    leaves the field.
    """
    return question(
        "tekst",
        label,
        value,
        key=key,
        on_change=on_change,
        help=help,
        required=required,
        error=error,
        disabled=disabled,
        lang=long,
        lengst=max_length,
    )


def section_title(title: str, *, key: str, help: str | None = None) -> Question:
    """The heading of a section, with an explanation of the whole section behind «?»."""
    return question("tittel", title, None, key=key, on_change=lambda _: None, help=help, disabled=True)


def shown_field(
    label: str,
    value: str | None,
    *,
    key: str,
    help: str | None = None,
    error: str | None = None,
    note: str | None = None,
) -> Question:
    """A computed value, which the user can only read. None is shown as a dash."""
    return question(
        "vist", label, value, key=key, on_change=lambda _: None, help=help, error=error, disabled=True, note=note
    )

"""Choosing one of a few answers, shown as buttons in a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.components.field import Question, question


def choice_row(
    label: str,
    options: Sequence[tuple[int, str]],
    value: int | None,
    *,
    key: str,
    help: str | None = None,
    required: bool = False,
    error: str | None = None,
    disabled: bool = False,
    numeric: bool = False,
    note: str | None = None,
    on_change: Callable[[int | None], None] | None = None,
) -> Question:
    """The code chosen among `options` (code, text), or None; see `Question` for `value` and `on_change`.

    A click on the chosen answer removes it. Keys: arrows; an answer's first letter; Delete. With `numeric` (NRS) the
    buttons have the width of a figure, typing 7 chooses 7, and typing 10 or t chooses 10.
    """
    return question(
        "valg",
        label,
        value,
        key=key,
        parse=lambda code: code,
        on_change=on_change,
        help=help,
        required=required,
        error=error,
        disabled=disabled,
        note=note,
        valg=[list(option) for option in options],
        tall=numeric,
    )

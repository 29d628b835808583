"""Choosing several of many answers, shown as pills; some answers rule out all the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from app.components.field import Question, question


def check_group(
    label: str,
    options: Sequence[tuple[str, str]],
    values: Collection[str],
    *,
    exclusive: Collection[str] = (),
    key: str,
    help: str | None = None,
    required: bool = False,
    error: str | None = None,
    disabled: bool = False,
    on_change: Callable[[set[str]], None] | None = None,
) -> Question:
    """The codes chosen among `options` (code, text); see `Question` for `values` and `on_change`.

    While an answer in `exclusive` (Ingen, Vet ikke) is chosen the others are removed and locked, and the group says so
    (manual, 4a: «låser alle øvrige valgmuligheter»).
    """
    return question(
        "flervalg",
        label,
        [code for code, _ in options if code in values],
        key=key,
        parse=set,
        on_change=on_change,
        help=help,
        required=required,
        error=error,
        disabled=disabled,
        valg=[list(option) for option in options],
        enevalg=[code for code, _ in options if code in exclusive],
    )

"""A field for one code of a long list, found by code, words or parts of words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.components.field import Question, question

Code = int | str


def search_field(
    label: str,
    value: Code | None,
    *,
    key: str,
    shown: str | None,
    options: Sequence[tuple[Code, str]] | None = None,
    source: str | None = None,
    with_code: bool = False,
    free: bool = False,
    often: Sequence[tuple[Code, str]] = (),
    placeholder: str = "",
    help: str | None = None,
    required: bool = False,
    error: str | None = None,
    disabled: bool = False,
    on_change: Callable[[Code | None], None],
) -> Question:
    """One code among `options`, or among those that the address `source` gives for `?q=` (app/forms/lookup_routes.py).

    `shown` is the text of the present value. With `with_code` the codes too are shown and searched. With `free` the user
    may give a code that is in no list; it is put in capitals. ``often`` are shown first, before anything is typed.
    """
    return question(
        "sok",
        label,
        value,
        key=key,
        on_change=on_change,
        help=help,
        required=required,
        error=error,
        disabled=disabled,
        vist=shown,
        valg=[list(o) for o in options] if options is not None else None,
        kilde=source,
        med_kode=with_code,
        fri=free,
        ofte=[list(o) for o in often],
        plassholder=placeholder,
    )

"""A long list of codes, found by code, words or fragments of words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.components.field import field

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
    placeholder: str = "",
    help: str | None = None,
    required: bool = False,
    error: str | None = None,
    disabled: bool = False,
    on_change: Callable[[Code | None], None],
) -> None:
    """One code among `options`, or among what the address `source` answers to `?q=` (see app/forms/lookup_routes.py).

    `shown` is the text of the present value. `with_code` shows and searches codes too; `free` takes what was
    typed, in capitals, when it is in no list.
    """
    field(
        "sok",
        label,
        value,
        key=key,
        parse=lambda raw: raw,
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
        plassholder=placeholder,
    )

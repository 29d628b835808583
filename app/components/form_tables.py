"""The three tables of the forms: clinicians with counts, opioids with doses, pain diagnoses with the buttons of their editor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from app.components.field import Question, question


def clinicians_field(
    label: str,
    rows: Sequence[tuple[str, str, str, str]],
    value: Mapping[str, Any],
    *,
    key: str,
    count_label: str,
    asks: Mapping[str, str],
    errors: Mapping[str, str],
    help: str | None = None,
    required: bool = False,
    error: str | None = None,
    note: str | None = None,
    disabled: bool = False,
    on_change: Callable[[dict[str, Any]], None],
    on_confirm: Callable[[str, float], None],
) -> Question:
    """Draw the table of behandlere: `rows` are (box, text, count, help), where a ticked box opens its count.

    `value`, `asks` (questions about unusual counts) and `errors` are by the name of a box or count.
    """

    def taken(answer: dict[str, Any]) -> None:
        if "bekreftet" in answer:
            on_confirm(*answer["bekreftet"])
        else:
            on_change(answer["svar"])

    return question(
        "behandlere",
        label,
        dict(value),
        key=key,
        on_change=taken,
        help=help,
        required=required,
        error=error,
        note=note,
        disabled=disabled,
        rader=[list(r) for r in rows],
        antall=count_label,
        spoersmaal=dict(asks),
        radfeil=dict(errors),
    )


def opioid_field(
    label: str,
    rows: Sequence[tuple[str, str, str, str, Sequence[float] | None, str]],
    doses: Mapping[str, float | None],
    equivalents: Mapping[str, float | None],
    total: float | None,
    *,
    key: str,
    opened: Collection[str],
    often: Sequence[str] = (),
    errors: Mapping[str, str],
    help: str | None = None,
    required: bool = False,
    error: str | None = None,
    disabled: bool = False,
    on_change: Callable[[dict[str, Any]], None],
) -> Question:
    """Draw the table of opioids: `rows` are (stem, drug, form, unit, the doses to choose from or None for any, help).

    `doses` are in the row's unit, `equivalents` and `total` in mg OMEQ. `opened` are the stems of rows that have no dose yet, `often`
    those that are offered first.
    `on_change` gets {doser: stem -> dose or None, aapne: [stem]}.
    """
    return question(
        "opioider",
        label,
        dict(doses),
        key=key,
        on_change=on_change,
        help=help,
        required=required,
        error=error,
        disabled=disabled,
        rader=[list(r) for r in rows],
        aapne=sorted(opened),
        ofte=list(often),
        omeq=dict(equivalents),
        sum=total,
        radfeil=dict(errors),
    )


def diagnoses_field(
    label: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    key: str,
    help: str | None = None,
    required: bool = False,
    error: str | None = None,
    disabled: bool = False,
    on_change: Callable[[dict[str, Any]], None],
) -> Question:
    """Draw the list of diagnoses: `rows` have id, kategori, kode, inndeling (shown on hover), tekst, hoved, redigeres.

    `on_change` gets {handling: rediger | slett, id}.
    """
    return question(
        "diagnoser",
        label,
        [dict(r) for r in rows],
        key=key,
        on_change=on_change,
        help=help,
        required=required,
        error=error,
        disabled=disabled,
    )


def buttons_field(
    buttons: Sequence[tuple[str, str]], *, key: str, error: str | None = None, on_change: Callable[[str], None]
) -> Question:
    """Draw buttons (name, text), the first one as the main one; `on_change` gets the name of the one that was clicked."""
    return question("knapper", "", [list(b) for b in buttons], key=key, on_change=on_change, error=error)

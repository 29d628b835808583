"""What our question components share: mounting, the way of a value to and from the browser, and help.

The value is controlled by Python: the browser shows what it is given. A change comes back with a
running number, so that an answer given while the last rerun was under way is not painted over by it. The
number that comes back is the receipt: an answer without one is sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.components.hosted import hosted_component

_component = hosted_component("smertereg_felt", "felt.js")


def field(
    kind: str,
    label: str,
    value: Any,
    *,
    key: str,
    parse: Callable[[Any], Any],
    on_change: Callable[[Any], None] | None,
    help: str | None,
    required: bool,
    error: str | None,
    disabled: bool,
    note: str | None = None,
    **options: Any,
) -> Any:
    """Mount one question and return its value.

    `note` is a quiet line under the answer. `value` is JSON; `parse` makes Python's value from the browser's.
    With `on_change` the new value is handed to it before the rerun, and the caller's next `value` is what is
    shown; without it the new value is returned in the rerun that follows the change, and the caller must keep it.
    """
    memory = st.session_state.setdefault(f"{key}:felt", {"nr": 0})

    def changed() -> None:
        answer = (st.session_state[key] or {}).get("svar")
        # An element that returns after having been away may bring an old answer along.
        if not answer or answer["nr"] <= memory["nr"]:
            return
        memory["nr"] = answer["nr"]
        memory["tekst"] = answer.get("tekst")
        if on_change is None:
            memory["ny"] = answer["verdi"]
        else:
            on_change(parse(answer["verdi"]))

    shown = memory.pop("ny", value)
    _component(
        key=key,
        data={
            "slag": kind,
            "id": key,
            "ledetekst": label,
            "verdi": shown,
            "nr": memory["nr"],
            "tekst": memory.get("tekst") if shown is None else None,
            "hjelp": help,
            "paakrevd": required,
            "feil": error,
            "laast": disabled,
            "merknad": note,
            **options,
        },
        on_svar_change=changed,
    )
    return parse(shown)


def not_understood(key: str) -> str:
    """What stands in the field and is no value of its kind, as it was typed; empty when there is nothing of the sort."""
    return st.session_state.get(f"{key}:felt", {}).get("tekst") or ""

"""What our question components share: the description of a question, and mounting one on a page by itself.

Python controls the value: the browser shows the value it is given. A form draws all its questions as one component
(form_fields.py); elsewhere a question is mounted alone, and then the browser numbers the user's changes, so that a rerun
that began before the last change does not overwrite it on the screen. Python sends the number of the last change back as
a receipt, and the browser sends a change again until it has the receipt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.components.hosted import hosted_component

_component = hosted_component("smertereg_felt", "felt.js")


@dataclass(frozen=True)
class Question:
    """A question as the browser draws it. ``data`` is JSON; its «id» is the question's own. ``parse`` makes Python's value of
    the browser's, and ``on_change`` takes that; without it, whoever mounts the question keeps the value.
    """

    data: dict[str, Any]
    parse: Callable[[Any], Any] = lambda raw: raw
    on_change: Callable[[Any], None] | None = None


def question(
    kind: str,
    label: str,
    value: Any,
    *,
    key: str,
    parse: Callable[[Any], Any] = lambda raw: raw,
    on_change: Callable[[Any], None] | None,
    help: str | None = None,
    required: bool = False,
    error: str | None = None,
    disabled: bool = False,
    note: str | None = None,
    **options: Any,
) -> Question:
    """Describe a question. `note` is a quiet line under the answer; `value` is JSON."""
    data = {
        "slag": kind,
        "id": key,
        "ledetekst": label,
        "verdi": value,
        "hjelp": help,
        "paakrevd": required,
        "feil": error,
        "laast": disabled,
        "merknad": note,
        **options,
    }
    return Question(data, parse, on_change)


def mount(asked: Question) -> Any:
    """Mount one question on the page and return its value.

    With `on_change` the new value is handed to that function before the rerun, and the field shows the caller's next `value`.
    Without it the new value is returned in the rerun that follows the change, and the caller must keep it.
    """
    key = asked.data["id"]
    memory = st.session_state.setdefault(f"{key}:felt", {"nr": 0})

    def changed() -> None:
        answer = (st.session_state[key] or {}).get("svar")
        # An element that was off the screen for a while may bring an old answer along when it returns.
        if not answer or answer["nr"] <= memory["nr"]:
            return
        memory["nr"] = answer["nr"]
        memory["tekst"] = answer.get("tekst")
        if asked.on_change is None:
            memory["ny"] = answer["verdi"]
        else:
            asked.on_change(asked.parse(answer["verdi"]))

    shown = memory.pop("ny", asked.data["verdi"])
    typed = memory.get("tekst") if shown is None else None
    _component(key=key, data={**asked.data, "verdi": shown, "tekst": typed, "nr": memory["nr"]}, on_svar_change=changed)
    return asked.parse(shown)


def not_understood(key: str) -> str:
    """The text in the field, as typed, when it is no value of the field's kind; otherwise empty."""
    return st.session_state.get(f"{key}:felt", {}).get("tekst") or ""

"""What our question components share: the description of a question, and mounting one on a page by itself.

Python controls the value: the browser shows the value it is given. A form draws all its questions as one component
(form_fields.py); elsewhere a question is mounted alone, and then the browser numbers the user's changes, so that a rerun
that began before the last change does not overwrite it on the screen.
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
    the browser's, and ``on_change`` takes that. A question that is mounted alone has none.
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


def mount(asked: Question, *, always: bool = False) -> Any:
    """Mount one question on the page and return the user's last answer; the question's own value until there is one. With
    ``always`` an answer cannot be taken away.

    The answer is read in the run that uses it, and no callback takes it: every run gets all the answers that the page holds.
    """
    key = asked.data["id"]
    memory = _memory(key, always)
    value = memory.get("verdi", asked.data["verdi"])
    typed = memory.get("tekst") if value is None else None
    _component(
        key=key, data={**asked.data, "verdi": value, "tekst": typed, "nr": memory["nr"]}, on_svar_change=_nothing
    )
    return asked.parse(value)


def answered(key: str, value: Any) -> Any:
    """The answer that ``mount`` is going to return for a choice with ``always``, for what stands above it; ``value`` until there
    is one.
    """
    return _memory(key, always=True).get("verdi", value)


def _memory(key: str, always: bool) -> dict[str, Any]:
    """The number of the last answer, the answer, and the text as typed when that is no answer."""
    memory = st.session_state.setdefault(f"{key}:felt", {"nr": 0})
    answer = (st.session_state.get(key) or {}).get("svar")
    # An element that was off the screen for a while may bring an old answer along when it returns.
    if answer and answer["nr"] > memory["nr"]:
        taken = {"nr": answer["nr"]} if always and answer["verdi"] is None else answer
        memory |= taken
    return memory


def _nothing() -> None:
    """Streamlit keeps an answer only for a component with a callback."""


def empty(key: str) -> None:
    """Let the question be as if it had not been answered."""
    memory = st.session_state.get(f"{key}:felt", {})
    memory.pop("verdi", None)
    memory.pop("tekst", None)


def not_understood(key: str) -> str:
    """The text in the field, as typed, when it is no value of the field's kind; otherwise empty."""
    return st.session_state.get(f"{key}:felt", {}).get("tekst") or ""

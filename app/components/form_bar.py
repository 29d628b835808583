"""The bar at the bottom of a form: Lagre, Forrige, Neste, «Ferdigstille skjema?», save state, internal comment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from secrets import token_hex
from typing import Any

import streamlit as st

from app.components.hosted import hosted_component

# The sentence that the bar's script shows by itself when the server has received an answer.
KEPT = "Endret – utkastet er beholdt"
NOT_KEPT = "Endret – ikke tatt vare på"

_component = hosted_component("smertereg_skjemalinje", "form_bar.js")


@contextmanager
def clicked(key: str) -> Iterator[dict[str, Any] | None]:
    """The click in this tab's bar that is to be dealt with inside, or None: {handling: lagre (ferdigstill) | forrige | neste |
    rett | kommentar (tekst, versjon)}.

    The browser sends a click until the bar has another number, which it gets when the click has been dealt with: a run that is
    cut off loses no click, and the second click of a double click is dropped.
    """
    event, memory = (st.session_state.get(key) or {}).get("hendelse"), _memory(key)
    if not event or event.get("nr") != _number(memory):
        yield None
        return
    yield event
    memory["nr"] += 1


def done(key: str) -> None:
    """Give the tab's bar another number, as a click does: what it says of the try before, such as what was missing, is over."""
    _memory(key)["nr"] += 1


def _memory(key: str) -> dict[str, Any]:
    return st.session_state.setdefault(f"{key}:nr", {"fane": token_hex(4), "nr": 0})


def _number(memory: dict[str, Any]) -> str:
    return f"{memory['fane']}-{memory['nr']}"


def form_bar(
    *,
    key: str,
    state: str,
    can_save: bool,
    next_: str | None,
    message: str,
    problems: Sequence[tuple[str | None, str]],
    comment: Mapping[str, Any],
    complete_box: bool = False,
    correct: bool = False,
    previous: str | None = None,
    quiet: str = "",
    go: str | None = None,
    refused_comment: tuple[str, str] | None = None,
) -> None:
    """Draw the bar, whose click ``clicked`` tells of.

    `problems` are (key of the field or None, sentence), each a link to its field. `comment` is the internal comment: «id», under
    which what is typed is sent as an answer; «versjoner», the first one first: (number, text, the writer's name, moment in
    words); «skrevet», (version it was written from, text) of what is typed and not saved, or None. `refused_comment` is
    the sentence about why the last one was not saved, and its text. `go` is an address that the browser is to follow now.
    """
    _component(
        key=key,
        data={
            "nr": _number(_memory(key)),
            "tilstand": state,
            "ikke_holdt": NOT_KEPT if state == NOT_KEPT else "",
            "kan_lagre": can_save,
            "ferdigboks": complete_box,
            "kan_rette": correct,
            "forrige": previous,
            "neste": next_,
            "melding": message,
            "rolig": quiet,
            "mangler": [list(p) for p in problems],
            "gaa": go,
            "kommentar": {
                **comment,
                "avslag": refused_comment[0] if refused_comment else "",
                "mitt": refused_comment[1] if refused_comment else "",
            },
        },
        on_hendelse_change=lambda: None,
    )

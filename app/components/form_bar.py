"""The bar at the bottom of a form: Lagre, Forrige, Neste, «Ferdigstille skjema?», save state, internal comment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from app.components.hosted import hosted_component

# The sentence that the bar's script shows by itself when the server has received an answer.
KEPT = "Endret – utkastet er beholdt"
NOT_KEPT = "Endret – ikke tatt vare på"

_component = hosted_component("smertereg_skjemalinje", "form_bar.js")


def form_bar(
    *,
    key: str,
    number: int | str,
    state: str,
    can_save: bool,
    next_: str | None,
    message: str,
    problems: Sequence[tuple[str | None, str]],
    comments: Sequence[tuple[int, str, str, str]],
    on_event: Callable[[dict[str, Any]], None],
    complete_box: bool = False,
    correct: bool = False,
    previous: str | None = None,
    quiet: str = "",
    go: str | None = None,
    refused_comment: tuple[str, str] | None = None,
) -> None:
    """Draw the bar. `number` is another when an event has been dealt with; a second click carries an old number.

    `problems` are (key of the field or None, sentence), each a link to its field. `comments` are the versions of the
    internal comment, the first one first: (number, text, the writer's name, moment in words). `refused_comment` is the
    sentence about why the last one was not saved, and its text. `go` is an address that the browser is to follow now.
    `on_event` gets {handling: lagre (ferdigstill) | forrige | neste | rett | kommentar (tekst, versjon), nr}.
    """

    def happened() -> None:
        event = (st.session_state[key] or {}).get("hendelse")
        if event:
            on_event(event)

    _component(
        key=key,
        data={
            "nr": number,
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
                "versjoner": [list(c) for c in comments],
                "avslag": refused_comment[0] if refused_comment else "",
                "mitt": refused_comment[1] if refused_comment else "",
            },
        },
        on_hendelse_change=happened,
    )

"""What pages tell the user: headings, what was done, and refusals as Norwegian sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from app.components.goto import leaving
from checks.errors import RegisterError

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_LATER = "beskjed"
_PLACED = "beskjed_vist"


def heading(title: str, lead: str = "") -> None:
    """Draw the page's title and a short line under it, so small that there is room for the page."""
    below = f'<p class="sr-ingress">{escape(lead)}</p>' if lead else ""
    st.html(f'<h1 class="sr-tittel">{escape(title)}</h1>{below}')


def later(message: str) -> None:
    """Keep a message for the next page or rerun, where `place` shows it once."""
    st.session_state[_LATER] = message
    st.session_state[_PLACED] = False


def place() -> DeltaGenerator:
    """Make a place for messages on the page, and show there the message that `later` kept."""
    spot = st.empty()
    if _LATER in st.session_state and not leaving():
        done(st.session_state[_LATER], spot)
        st.session_state[_PLACED] = True
    return spot


def placed() -> None:
    """Forget the message that `place` showed. Called last, so that the message is shown again when a run is cut off."""
    if st.session_state.pop(_PLACED, False):
        st.session_state.pop(_LATER, None)


def done(message: str, spot: DeltaGenerator | None = None) -> None:
    """Say on the page that something was done, in `spot` or else here."""
    (spot or st).html(f'<p class="sr-gjort" role="status">✓ {escape(message)}</p>')


def remark(sentence: str) -> None:
    """Draw a sentence that the user should know of before going on."""
    st.html(f'<p class="sr-merknad">{escape(sentence)}</p>')


@contextmanager
def refusals(spot: DeltaGenerator | None = None) -> Iterator[None]:
    """Show a RegisterError raised inside as its sentence, and go on with the page."""
    try:
        yield
    except RegisterError as error:
        refused(str(error), spot)


def refused(sentence: str, spot: DeltaGenerator | None = None) -> None:
    """Say that something was refused. The sentence may repeat what stood in a file that somebody else has made, so no part of it
    becomes a link or a picture, which the browser would fetch in the user's name.
    """
    (spot or st).error(re.sub(r"([\\\[\]])", r"\\\1", sentence))


def plain(text: str) -> str:
    """The text, escaped so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]()<>#+.!|:$~-])", r"\\\1", text)

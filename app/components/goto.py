"""Send the browser to another of our pages when something is done, as one step in its history."""

from __future__ import annotations

from itertools import count

import streamlit as st

from app.components.hosted import hosted_component

_component = hosted_component("smertereg_gaa_til", "goto.js")
_numbers = count(1)
_TARGET = "gaa_til"


def follow(href: str) -> None:
    """Let the browser go to `href` when this run reaches `arrive()`; may be called from a callback."""
    st.session_state[_TARGET] = href


def arrive() -> None:
    """Send the browser where `follow` said, once. Called last on a page, so that nothing on it moves meanwhile."""
    href = st.session_state.pop(_TARGET, None)
    if href is not None:
        _component(key="gaa_til_side", data={"href": href, "nr": next(_numbers)})


def leaving() -> bool:
    """Whether this run ends by sending the browser to another page."""
    return _TARGET in st.session_state

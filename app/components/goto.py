"""Sends the browser to another page of ours after something was done, with one step in its history."""

from __future__ import annotations

from itertools import count

import streamlit as st

from app.components.hosted import hosted_component

_component = hosted_component("smertereg_gaa_til", "goto.js")
_numbers = count(1)
_TARGET = "gaa_til"


def follow(href: str) -> None:
    """Ask for the page at `href` when this run reaches `arrive()`; may be called from a callback."""
    st.session_state[_TARGET] = href


def arrive() -> None:
    """Go where `follow` said, once. Last on a page, so that nothing on it moves meanwhile."""
    href = st.session_state.pop(_TARGET, None)
    if href is not None:
        _component(key="gaa_til_side", data={"href": href, "nr": next(_numbers)})


def leaving() -> bool:
    """Whether this run ends with going to another page."""
    return _TARGET in st.session_state

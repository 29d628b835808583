"""A part of a page that is drawn again alone, in a place that the page keeps for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

P = ParamSpec("P")


def fragment(run_every: float | None = None) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """``st.fragment`` inside a container of the page's own.

    A run of a fragment drops what the run before it has not yet sent, the fragment's own container with it
    (Streamlit 1.67, ``ForwardMsgQueue.clear``). What the page draws after it is then past the end of what the browser
    has, is refused («Bad delta path index») and is lost; the container kept here leaves no such hole.

    Args:
        run_every: seconds between runs of its own; None: only when something in it is used.
    """

    def placed(draw: Callable[P, None]) -> Callable[P, None]:
        alone = st.fragment(draw, run_every=run_every)  # noqa: TID251

        @wraps(draw)
        def show(*args: P.args, **kwargs: P.kwargs) -> None:
            with st.container():
                alone(*args, **kwargs)

        return show

    return placed

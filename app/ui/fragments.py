"""A part of a page that can be redrawn alone, in a place that the page keeps for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

P = ParamSpec("P")


def fragment(run_every: float | None = None) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """``st.fragment`` inside a container of the page's own.

    A run of a fragment drops the messages that the run before has not sent yet, also the one that makes the fragment's own
    container (Streamlit 1.67, ``ForwardMsgQueue.clear``). The browser then refuses what the page draws after the fragment
    («Bad delta path index»), because its place is past the end of what the browser has. With the container made here
    there is no such gap.

    Args:
        run_every: seconds between runs that the fragment starts by itself; None: it runs only when the user uses it.
    """

    def placed(draw: Callable[P, None]) -> Callable[P, None]:
        alone = st.fragment(draw, run_every=run_every)  # noqa: TID251

        @wraps(draw)
        def show(*args: P.args, **kwargs: P.kwargs) -> None:
            with st.container():
                alone(*args, **kwargs)

        return show

    return placed

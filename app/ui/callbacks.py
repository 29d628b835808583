"""Callbacks of fields and buttons are run to their end, and one run's before the next run's.

Streamlit takes a new value as the widget's, then runs its callback. Every look into the session's state is a place where
a run may be cut off by the next click, and the run of that click does not wait for it. So a callback may be cut off and
never run: the value is no longer new to the next run, and the answer stays on the screen without being kept. Or it runs
after the click has been dealt with, and «Lagre» saves without it (Streamlit 1.67, ``SafeSessionState``).
"""

from __future__ import annotations

import threading
from typing import Any

from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState

as_streamlit_has_it = SafeSessionState.on_script_will_rerun
_TURN, _making = "tilbakekall:tur", threading.Lock()


def run_whole() -> None:
    """Let no run be cut off between a new value and the end of its callback; before and after it may be, as ever."""
    SafeSessionState.on_script_will_rerun = _whole


def _whole(self: SafeSessionState, *args: Any, **kwargs: Any) -> None:
    may_be_cut_off = self._yield_callback
    with _turn(self._state):
        may_be_cut_off()
        # Its own __setattr__ writes to the session's state.
        object.__setattr__(self, "_yield_callback", lambda: None)
        try:
            as_streamlit_has_it(self, *args, **kwargs)
        finally:
            object.__setattr__(self, "_yield_callback", may_be_cut_off)


def _turn(session: SessionState) -> threading.Lock:
    """The session's own lock, as each run has a wrapper of its own around the session's state."""
    with _making:
        if _TURN not in session:
            session[_TURN] = threading.Lock()
        return session[_TURN]

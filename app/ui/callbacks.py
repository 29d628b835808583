"""Let the callbacks of fields and buttons run to their end, and those of one run before those of the next.

Streamlit gives a widget its new value and then runs the widget's callback. The next click may cut a run off wherever the
run looks into the session's state, and the run of that click does not wait for the first run to end. A callback may
therefore never run: the next run does not see the value as new, so the answer stays on the screen without being kept. Or
it may run after the click was dealt with, so that «Lagre» saves without it (Streamlit 1.67, ``SafeSessionState``).
"""

from __future__ import annotations

import threading
from typing import Any

import streamlit as st
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState

from checks.errors import RegisterError

as_streamlit_has_it = SafeSessionState.on_script_will_rerun
_TURN, _making = "tilbakekall:tur", threading.Lock()
_REFUSED = "tilbakekall:avslag"


def run_whole() -> None:
    """Let no run be cut off between a widget's new value and the end of its callback; elsewhere it may be, as before."""
    SafeSessionState.on_script_will_rerun = _whole


def _whole(self: SafeSessionState, *args: Any, **kwargs: Any) -> None:
    may_be_cut_off = self._yield_callback
    with _turn(self._state):
        may_be_cut_off()
        # An ordinary assignment would call the class's own __setattr__, which writes to the session's state.
        object.__setattr__(self, "_yield_callback", lambda: None)
        try:
            as_streamlit_has_it(self, *args, **kwargs)
        except RegisterError as error:
            # Streamlit runs no page after a callback that raises.
            self._state[_REFUSED] = str(error)
        finally:
            object.__setattr__(self, "_yield_callback", may_be_cut_off)


def told() -> None:
    """Show why a callback of this run was refused, if one was that did not say so itself."""
    if sentence := st.session_state.pop(_REFUSED, None):
        st.error(sentence)


def _turn(session: SessionState) -> threading.Lock:
    """The lock of the session. It is kept in the session's state, since each run has a new wrapper around that."""
    with _making:
        if _TURN not in session:
            session[_TURN] = threading.Lock()
        return session[_TURN]

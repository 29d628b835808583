"""An answer that the next click comes in the middle of is kept: its callback is run to the end, and before the click's."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState

from app.ui import callbacks


class Answered(SessionState):
    """A session whose state has just been given a new answer; its callback looks at it and keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self.callback: Callable[[], None] = lambda: None

    def on_script_will_rerun(self, *_: object, **__: object) -> None:
        self.callback()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Run a callback that the next click comes in the middle of; what was done, in order."""
    # Undone after the test. Another may have made the app, which runs them whole.
    monkeypatch.setattr(SafeSessionState, "on_script_will_rerun", callbacks.as_streamlit_has_it)

    def ran() -> list[str]:
        done, clicked = [], []

        def may_be_cut_off() -> None:
            if clicked:
                raise StopException

        def callback() -> None:
            clicked.append("neste")
            done.append(state["svar"])

        session = Answered()
        state = SafeSessionState(session, may_be_cut_off)
        state["svar"] = "Nygata 1"
        session.callback = callback
        try:
            state.on_script_will_rerun(None)
            done.append("ferdig")
            state["svar"]
        except StopException:
            done.append("avbrutt")
        return done

    return ran


def test_et_klikk_midt_i_tilbakekallet_tar_ikke_svaret_med_seg(run: Callable[[], list[str]]) -> None:
    callbacks.run_whole()
    assert run() == ["Nygata 1", "ferdig", "avbrutt"]


def test_uten_vern_gaar_svaret_tapt(run: Callable[[], list[str]]) -> None:
    """Says when Streamlit no longer needs it."""
    assert run() == ["avbrutt"]


def order(session: Answered) -> list[str]:
    """What is done first when a click comes, in a run of its own, while an answer is being kept."""
    done: list[str] = []
    under_way, go_on = threading.Event(), threading.Event()

    def answer() -> None:
        under_way.set()
        go_on.wait(10)
        done.append("svar")

    def start(callback: Callable[[], None]) -> threading.Thread:
        session.callback = callback
        run = SafeSessionState(session, lambda: None)
        thread = threading.Thread(target=run.on_script_will_rerun, args=(None,))
        thread.start()
        return thread

    answering = start(answer)
    assert under_way.wait(10)
    clicking = start(lambda: done.append("klikk"))
    # As long as a click that waits for nothing could need.
    clicking.join(0.3)
    go_on.set()
    for thread in (answering, clicking):
        thread.join(10)
    return done


def test_klikket_venter_til_svaret_er_tatt_vare_paa(run: Callable[[], list[str]]) -> None:
    callbacks.run_whole()
    assert order(Answered()) == ["svar", "klikk"]


def test_uten_vern_gaar_klikket_foran(run: Callable[[], list[str]]) -> None:
    """Says when Streamlit no longer needs it."""
    assert order(Answered()) == ["klikk", "svar"]

"""What is published, and «Publiser nå»: publish in a thread, so that the user who started it may leave the page, and show
how far it has come.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from html import escape

import duckdb
import streamlit as st

from app.ui import notices
from app.ui.fragments import fragment
from app.web import resources, session
from app.web.resources import Resources
from app.work.operations import publish_now
from checks.errors import RegisterError
from exports.published import connect
from ingest.access import Actor, may, require


@dataclass
class _Run:
    """One publishing: the step it has come to, and how it ended."""

    steps: list[str] = field(default_factory=list)
    error: str | None = None
    done: bool = False


_lock = threading.Lock()
_latest: list[_Run] = []


def start(actor: Actor) -> None:
    """Begin to publish, unless this app is publishing already. Raises REG-060 for a role that may not."""
    require(actor, "publisere")
    session.admit(actor)
    with _lock:
        if _latest and not _latest[-1].done:
            return
        run = _Run()
        _latest[:] = [run]
    threading.Thread(target=_publish, args=(run, resources.current(), actor), name="publisering", daemon=True).start()


def _publish(run: _Run, held: Resources, actor: Actor) -> None:
    try:
        publish_now(held.store, held.settings, run.steps.append, actor)
    except RegisterError as error:
        run.error = str(error)
    except Exception:
        run.error = "Publiseringen stoppet uventet. De forrige tallene står. Se loggen."
        raise
    finally:
        run.done = True


def button(actor: Actor) -> None:
    """Draw «Publiser nå» for users who may publish, and the progress while it runs."""
    if not may(actor, "publisere"):
        return
    running = bool(_latest) and not _latest[-1].done
    if st.button("Publiser nå", disabled=running, key="publiser"):
        with notices.refusals():
            start(actor)
            st.rerun()
    if running:
        st.session_state["publisering_sett"] = False
        _progress()
    elif _latest and _latest[-1].error and not st.session_state.get("publisering_sett", True):
        st.error(_latest[-1].error)


def published(actor: Actor) -> duckdb.DuckDBPyConnection | None:
    """The published figures; None, with a sentence and «Publiser nå» on the page, when nothing is published."""
    try:
        return connect(resources.current().settings.data)
    except RegisterError as error:
        st.info(str(error))
        button(actor)
        return None


@fragment(run_every=1.0)
def _progress() -> None:
    run = _latest[-1]
    if run.done:
        st.rerun()
    st.html(f'<p class="sr-ingress" role="status">{escape(run.steps[-1] if run.steps else "Starter …")}</p>')

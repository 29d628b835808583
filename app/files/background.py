"""Work that takes long, done in a thread while the page shows how far it has come: one at a time of each kind for a user."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

import streamlit as st

from app.ui.fragments import fragment
from app.web import session, unexpected
from checks.errors import RegisterError
from ingest.access import Actor

Progress = Callable[[str], None]
_MOST = 20  # results that are remembered; the oldest are forgotten


@dataclass
class Run:
    """One piece of work: the step it has come to, and how it ended: with a result, or with an error and its sentence.

    ``stop`` ends it, where it can be ended.
    """

    step: str = "Starter …"
    result: Any = None
    refused: RegisterError | None = None
    error: str | None = None
    done: threading.Event = field(default_factory=threading.Event)
    stop: Callable[[], None] | None = None


_lock = threading.Lock()
_runs: dict[tuple[str, str, str, str], Run] = {}


def _key(actor: Actor, kind: str) -> tuple[str, str, str, str]:
    return actor.bruker, actor.rolle, actor.enhet, kind


def newest(actor: Actor, kind: str) -> Run | None:
    """The user's last work of a kind, done or not."""
    return _runs.get(_key(actor, kind))


def running(actor: Actor, kind: str) -> bool:
    """Whether the user's last work of a kind is still being done."""
    run = newest(actor, kind)
    return run is not None and not run.done.is_set()


def start(
    actor: Actor,
    kind: str,
    work: Callable[[Progress], Any],
    log: logging.Logger,
    otherwise: str,
    stop: Callable[[], None] | None = None,
) -> None:
    """Begin ``work``, unless the user has work of the kind going. It is called with a function that takes a step's sentence.

    ``log`` and ``otherwise`` are for an error nobody foresaw: where it is noted, and what the user is told.
    """
    session.admit(actor)
    with _lock:
        if running(actor, kind):
            return
        _runs.pop(_key(actor, kind), None)
        run = _runs[_key(actor, kind)] = Run(stop=stop)
        for old in [key for key, found in _runs.items() if found.done.is_set()][: max(0, len(_runs) - _MOST)]:
            del _runs[old]
    threading.Thread(target=_do, args=(run, kind, work, log, otherwise), name=kind, daemon=True).start()


def _do(run: Run, kind: str, work: Callable[[Progress], Any], log: logging.Logger, otherwise: str) -> None:
    def step(sentence: str) -> None:
        run.step = sentence

    try:
        run.result = work(step)
    except RegisterError as error:
        run.refused, run.error = error, str(error)
    except Exception as error:
        run.error = otherwise
        unexpected.note(log, kind, error)
    finally:
        run.done.set()


@fragment(run_every=0.5)
def progress(actor: Actor, kind: str) -> None:
    """Draw the step that the user's work of a kind has come to; the page is drawn anew when it is done."""
    run = newest(actor, kind)
    if run is None or run.done.is_set():
        st.rerun()
    else:
        st.html(f'<p class="sr-ingress" role="status">{escape(run.step)}</p>')

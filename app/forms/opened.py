"""The forms that are open in the browser sessions. The page and the answers' address look at the same one, and hold its
lock while they look at it or change it.
"""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from secrets import token_hex
from typing import Any
from weakref import WeakValueDictionary

from app.forms import words
from app.web import unexpected
from checks.errors import RegisterError
from ingest.access import Actor
from ingest.capture.room import CANNOT_WRITE
from ingest.store import OSLO, Store

log = logging.getLogger("smertereg.skjema")
MOST_OPEN = 500
# Of the tabs that have answered a form, those whose last number is remembered, and those that are told only what has changed.
MOST_TABS, MOST_TOLD = 40, 4
# (The session's token, forløp, form).
Key = tuple[str, int, str]


@dataclass
class Opened(ABC):
    """A form that is open in a session, and what its tabs have sent and been told.

    ``rev`` counts the times it was described for a browser, and ``run`` tells this reading of the form from others. For each
    tab that has answered, ``taken`` is the number of its last answer, and ``sent`` the rev and the questions it was told last.
    ``given`` is the tab that answered each question last, and ``late`` has the sentence about an answer that came too late
    (late.py), by question. ``comment_waits`` is an internal comment that could not be written to its draft: its text, and the
    version it was written from. ``gone`` is set when the form has been read anew, and this reading takes no more answers.
    ``asleep`` is set while answers are taken from a user whose session has timed out: they are kept as a draft, and nothing is
    saved.
    """

    store: Store
    actor: Actor
    lock: threading.RLock = field(default_factory=threading.RLock, kw_only=True)
    run: str = field(default_factory=lambda: token_hex(4), kw_only=True)
    rev: int = field(default=0, kw_only=True)
    taken: OrderedDict[str, int] = field(default_factory=OrderedDict, kw_only=True)
    given: dict[str, str] = field(default_factory=dict, kw_only=True)
    late: dict[str, str] = field(default_factory=dict, kw_only=True)
    sent: OrderedDict[str, tuple[int, dict[str, Any]]] = field(default_factory=OrderedDict, kw_only=True)
    comment_waits: tuple[str, int] | None = field(default=None, kw_only=True)
    asleep: bool = field(default=False, kw_only=True)
    gone: bool = field(default=False, kw_only=True)

    @property
    @abstractmethod
    def place(self) -> tuple[int, str]:
        """The forløp and the form."""

    @property
    @abstractmethod
    def unsaved(self) -> bool:
        """Whether the screen has answers that are not saved."""

    @property
    @abstractmethod
    def typed(self) -> dict[str, str]:
        """The texts on the screen that are no answers, by variable."""

    @property
    def today(self) -> date:
        """Today, also in a form that was opened before midnight."""
        return self.store.clock().astimezone(OSLO).date()

    @property
    def redraw(self) -> bool:
        """Whether an answer has changed what is outside the form, so that the page must be drawn anew."""
        return False

    @property
    def versjon(self) -> int:
        """The version of the answers that the form is shown with; 0 for PO, which has none."""
        return 0

    @property
    def done(self) -> str:
        """What was just done in the form, for who hears the page."""
        return ""

    @abstractmethod
    def refuse(self, sentence: str) -> None:
        """Say in the bar why something was not done."""

    @abstractmethod
    def note(self, navn: str, text: str | None) -> None:
        """Note the text as typed of the answer that is taken next, when that is no answer of its question; None when it is one."""

    def key(self, navn: str) -> str:
        """The id of the form's question."""
        return words.element_key(self.place[0], navn)

    def take(self, tab: str, nr: int) -> None:
        """Note that the tab's answer ``nr`` has been taken."""
        _newest(self.taken, tab, nr, MOST_TABS)

    def tell(self, tab: str, rev: int, questions: dict[str, Any]) -> None:
        """Note what the tab is told."""
        _newest(self.sent, tab, (rev, questions), MOST_TOLD)


def _newest(kept: OrderedDict[str, Any], tab: str, value: Any, most: int) -> None:
    """A tab may call itself anything, so only so many are remembered; for one that is not, the browser is told everything."""
    kept[tab] = value
    kept.move_to_end(tab)
    while len(kept) > most:
        kept.popitem(last=False)


# The one used last at the end. One lock for each key, which successive readings of the form share.
_open: OrderedDict[Key, Opened] = OrderedDict()
_locks: WeakValueDictionary[Key, threading.RLock] = WeakValueDictionary()
_book = threading.Lock()  # held while these two are looked up, and never while something is read or written


def lock_of(key: Key) -> threading.RLock:
    """The lock of a form in a session, for who reads it anew."""
    with _book:
        return _locks.setdefault(key, threading.RLock())


def held(store: Store, key: Key, actor: Actor | None) -> Opened | None:
    """The form if it is open in this session: as this actor, or as any when the session has timed out (None)."""
    with _book:
        form = _open.get(key)
        if form is None or form.store is not store or actor not in (None, form.actor):
            return None
        _open.move_to_end(key)
        return form


def put(key: Key, form: Opened) -> None:
    """Let the form be open, in place of the reading before. The caller holds its lock."""
    with _book:
        before = _open.get(key)
        if before is not None:
            before.gone = True
            if before.store is form.store and before.actor == form.actor:
                form.taken, form.given, form.late = before.taken, before.given, before.late
                form.comment_waits = before.comment_waits
        _open[key] = form
        _open.move_to_end(key)
        while len(_open) > MOST_OPEN:
            _open.popitem(last=False)[1].gone = True


def close(form: Opened) -> None:
    """Forget the open form, because its draft was discarded."""
    with _book:
        form.gone = True
        for key in [key for key, found in _open.items() if found is form]:
            del _open[key]


def forget() -> None:
    """Forget every open form, as a new start of the program does."""
    with _book:
        _open.clear()


@contextmanager
def guarded(form: Opened) -> Iterator[None]:
    """Show a refusal raised inside as its sentence, and an unexpected error as a reference number; the answers stay."""
    try:
        yield
    except RegisterError as error:
        unwritten = error.code in CANNOT_WRITE and (form.unsaved or form.comment_waits)
        form.refuse(str(RegisterError("REG-311", melding=error) if unwritten else error))
    except Exception as error:
        reference = unexpected.note(log, f"skjema {form.place[1]}", error)
        form.refuse(f"Noe gikk galt. Det du skrev er beholdt. Oppgi referanse {reference} til brukerstøtte.")

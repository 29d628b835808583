"""Tries whether the register can be read and written, without letting whoever asks wait for a register that hangs."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Waited
from datetime import datetime, timedelta

from app.web import unexpected
from checks.errors import RegisterError
from ingest.access import JOB
from ingest.store import Store

log = logging.getLogger("smertereg.prove")
# A try is a save in the journal, and makes pages read anew, so it is not done each time somebody asks.
HOLDS = timedelta(seconds=30)
PATIENCE = 5.0  # seconds


class Probe:
    """One try at a time. What the last one found holds for a while, unless it failed. ``refused`` is why the last was refused,
    when the register said so.
    """

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, threading.Lock()
        self._pool = ThreadPoolExecutor(1, "prove")
        self._trying: Future[None] | None = None
        self._answered: datetime | None = None
        self.refused: RegisterError | None = None

    def answers(self, patience: float = PATIENCE) -> bool:
        """Whether the register could be read and written now, or a moment ago. Waits ``patience`` seconds at most."""
        with self._lock:
            now = self._store.clock()
            if self._answered is not None and timedelta() <= now - self._answered < HOLDS:
                return True
            if self._trying is None:
                self._trying = self._pool.submit(self._try)
            trying = self._trying
        try:
            trying.result(patience)
        except Waited:
            self.refused = None
            return False
        except RegisterError as error:
            log.warning("prøven av registeret ble avvist", extra={"kode": error.code})
        except Exception as error:
            unexpected.note(log, "prøven av registeret", error)
        failure = trying.exception()
        self.refused = failure if isinstance(failure, RegisterError) else None
        with self._lock:
            if self._trying is trying:
                self._trying = None
                self._answered = now if failure is None else None
        return failure is None

    def _try(self) -> None:
        with self._store.write(JOB) as tx:
            # There and back: DuckDB writes nothing for a value that stays as it is.
            for step in (1, -1):
                tx.run("update register.teller set neste = neste + ? where navn = 'forlop'", step)

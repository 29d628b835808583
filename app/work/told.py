"""Work off what ePROM has told us, in a thread of its own: soon after it was told, and giving way to those who save.

What a stopped program left is worked off by the next one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.web import unexpected
from app.web.resources import Resources
from ingest.prom import inbox

log = logging.getLogger("smertereg.eprom")
TICK = 0.5  # seconds between looks at an empty inbox
BATCH = 20  # between looks at whether the program is to stop, or more is being told


@contextmanager
def worked_off(held: Resources) -> Iterator[None]:
    """Work until the block ends, and then wait for the batch under way, because it uses the register."""
    stop = threading.Event()

    def work_on() -> None:
        pause = TICK
        while not stop.wait(pause):
            try:
                busy = inbox.is_calm(held.store) and inbox.work_off(held.store, BATCH) == BATCH
                pause = 0.0 if busy else TICK
            except Exception as error:  # what waits stays, and the next tick tries again
                unexpected.note(log, "det ePROM fortalte", error)
                pause = TICK

    thread = threading.Thread(target=work_on, name="eprom-innboks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()

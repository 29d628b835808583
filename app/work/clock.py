"""The app's own clock: sends what waits in the outbox, and starts the scheduled jobs unless cron or systemd does.

Each job finds out for itself what is due and not done, so that a restart or a tick too many does no harm.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from app.web.resources import Resources
from app.work import operations, scheduled
from checks import eprom
from ingest.prom import delivery
from ingest.prom.outside import services
from ingest.store import OSLO

log = logging.getLogger("smertereg.klokke")
TICK = 5.0  # seconds; a form ordered by hand goes out within one
AGAIN = timedelta(minutes=10)  # after a run that something kept from being complete
FETCH, PUBLISH = time(5, 0), time(2, 0)


class Clock:
    """What has been started since the app began; ``tick`` starts what it is time for.

    Locking comes after sending: what turns out not to reach the patient is closed at the run when it was due.
    """

    def __init__(self, held: Resources) -> None:
        self.held, self.services = held, services(held.settings)
        self.run: datetime | None = None
        self.again: datetime | None = None
        self.fetched: date | None = None
        # A new day's publishing begins when its hour comes, not when the app does.
        self.published = self._today_after(PUBLISH)

    def tick(self) -> None:
        """Everything it is time for."""
        store, settings = self.held.store, self.held.settings
        if settings.jobber == "app":
            self._plan(store.clock())
        delivery.send_due(store, self.services)

    def _plan(self, now: datetime) -> None:
        day = self._today_after(FETCH)
        if day != self.fetched:
            self._start(scheduled.POPULATION)
            self.fetched = day
        run = eprom.last_run(now)
        if run != self.run or (self.again is not None and now >= self.again):
            outcomes = [self._start(n) for n in (scheduled.EPROM, scheduled.REMINDERS, scheduled.LOCK)]
            left = any(outcome.feil or "utsatt" in outcome.gjort for outcome in outcomes)
            self.run, self.again = run, now + AGAIN if left else None
        day = self._today_after(PUBLISH)
        if day != self.published:
            self.published = day
            operations.publish_now(self.held.store, self.held.settings, lambda _: None)

    def _start(self, name: str) -> scheduled.jobs.Outcome:
        outcome = scheduled.run(self.held.store, self.held.settings, name)
        if outcome.gjort or outcome.feil:
            log.info("%s: %s %s", name, outcome.gjort, outcome.feil)
        return outcome

    def _today_after(self, hour: time) -> date:
        """The newest day whose ``hour`` has come, in Norway."""
        now = self.held.store.clock().astimezone(OSLO)
        return now.date() if now.time() >= hour else now.date() - timedelta(days=1)


@contextmanager
def running(held: Resources) -> Iterator[None]:
    """Tick until the block ends; a tick under way is waited for, because it holds the register."""
    stop, clock = threading.Event(), Clock(held)

    def work_on() -> None:
        while not stop.wait(TICK):
            try:
                clock.tick()
            except Exception as error:  # the next tick tries again; the message could hold what a patient wrote
                log.error("klokken: %s", type(error).__name__)

    thread = threading.Thread(target=work_on, name="klokke", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()

"""The app's own clock: it sends what waits in the outbox, and starts the scheduled jobs unless cron or systemd does.

Each job finds out for itself what is due and not done, so that a restart or a tick too many does no harm.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from app.web import unexpected
from app.web.resources import Resources
from app.work import operations, scheduled
from checks import eprom
from checks.timetable import BACKUP, BOUNCES, EPROM, HOURS, LOCK, OFTEN, POPULATION, PUBLISH, REMINDERS, SUBSCRIPTIONS
from ingest.prom import delivery
from ingest.prom.outside import services
from ingest.safekeeping.opening import wants_journal
from ingest.store import OSLO

log = logging.getLogger("smertereg.klokke")
TICK = 5.0  # seconds between ticks
AGAIN = timedelta(minutes=10)  # how long to wait before a run that could not do everything is tried again


class Clock:
    """Starts jobs when it is time, and remembers which it has started since the app began.

    Locking comes after sending, so that a form that turns out not to reach the patient is closed in the same run.
    """

    def __init__(self, held: Resources) -> None:
        self.held, self.services = held, services(held.settings)
        self.run: datetime | None = None
        self.again: datetime | None = None
        self.fetched: date | None = None
        self.often: dict[str, datetime] = {}
        # The first publishing and backup come at their next hour, not when the app starts.
        self.published, self.backed_up = self._today_after(HOURS[PUBLISH]), self._today_after(HOURS[BACKUP])

    def tick(self) -> None:
        """Do everything that it is time for."""
        store, settings = self.held.store, self.held.settings
        if settings.jobber == "app":
            self._plan(store.clock())
        delivery.send_due(store, self.services)

    def _plan(self, now: datetime) -> None:
        day = self._today_after(HOURS[POPULATION])
        if day != self.fetched:
            self._start(POPULATION)
            self.fetched = day
        for name in (SUBSCRIPTIONS, BOUNCES):
            if name not in self.often or now >= self.often[name] + OFTEN[name]:
                self._start(name)
                self.often[name] = now
        run = eprom.last_run(now)
        if run != self.run or (self.again is not None and now >= self.again):
            outcomes = [self._start(n) for n in (EPROM, REMINDERS, LOCK)]
            left = any(outcome.feil or "utsatt" in outcome.gjort for outcome in outcomes)
            self.run, self.again = run, now + AGAIN if left else None
        day = self._today_after(HOURS[PUBLISH])
        if day != self.published:
            self.published = day
            operations.publish_now(self.held.store, self.held.settings, lambda _: None)
        day = self._today_after(HOURS[BACKUP])
        if day != self.backed_up:
            self.backed_up = day
            if wants_journal(self.held.store, self.held.settings):
                self._start(BACKUP)

    def _start(self, name: str) -> scheduled.jobs.Outcome:
        return scheduled.run(self.held.store, self.held.settings, name)

    def _today_after(self, hour: time) -> date:
        """The latest day in Norway on which the clock has passed ``hour``."""
        now = self.held.store.clock().astimezone(OSLO)
        return now.date() if now.time() >= hour else now.date() - timedelta(days=1)


@contextmanager
def running(held: Resources) -> Iterator[None]:
    """Tick in a thread until the block ends, and then wait for a tick under way, because it uses the register."""
    stop, clock = threading.Event(), Clock(held)

    def work_on() -> None:
        while not stop.wait(TICK):
            try:
                clock.tick()
            except Exception as error:  # the next tick tries again
                unexpected.note(log, "klokken", error)

    thread = threading.Thread(target=work_on, name="klokke", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()

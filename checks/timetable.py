"""When the scheduled jobs run, which of them it is time for, and which are late (docs/drift.md, «Planlagte jobber»)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta

from checks.eprom import OSLO, RUN

EPROM, REMINDERS, LOCK, POPULATION, PUBLISH, BACKUP = "eprom", "reminders", "lock", "population", "publish", "backup"
SUBSCRIPTIONS, BOUNCES = "subscriptions", "bounces"
# The hour in Norway, in the order in which jobs of the same hour run: a form that turns out not to reach the patient is
# locked in the same run.
HOURS = {
    PUBLISH: time(2, 0),
    BACKUP: time(3, 30),
    POPULATION: time(5, 0),
    SUBSCRIPTIONS: time(6, 0),
    BOUNCES: time(7, 0),
    EPROM: RUN,
    REMINDERS: RUN,
    LOCK: RUN,
}
# What an outside service, or a publishing that is not there yet, kept the job from doing is tried again, and mail may come back
# at any time.
OFTEN = {EPROM: timedelta(minutes=30), SUBSCRIPTIONS: timedelta(minutes=30), BOUNCES: timedelta(minutes=30)}
GRACE = timedelta(hours=2)
AHEAD = timedelta(minutes=2)  # by how much something may seem to be from the future


def ahead(moment: datetime, now: datetime) -> bool:
    """Whether a moment in the past was noted by a clock that has been set back since."""
    return moment > now + AHEAD


def latest(job: str, now: datetime) -> datetime:
    """The newest hour of the job that is not after ``now``."""
    today = now.astimezone(OSLO).date()
    for day in (today, today - timedelta(days=1)):
        hour = datetime.combine(day, HOURS[job], OSLO)
        if hour <= now:
            return hour
    raise AssertionError(job)


def due(jobs: Iterable[str], now: datetime, succeeded: Mapping[str, datetime]) -> list[str]:
    """Those of the jobs that it is time for, when each has last succeeded as told. A success ahead of ``now`` does not count:
    the clock has been set back since.
    """
    wanted = set(jobs)
    return [job for job in HOURS if job in wanted and _is_due(job, now, succeeded.get(job))]


def _is_due(job: str, now: datetime, succeeded: datetime | None) -> bool:
    if succeeded is None or ahead(succeeded, now) or succeeded < latest(job, now):
        return True
    return job in OFTEN and now - succeeded >= OFTEN[job]


def late(jobs: Iterable[str], now: datetime, succeeded: Mapping[str, datetime], since: datetime) -> list[str]:
    """Those of the jobs whose last hour went by more than `GRACE` ago without a success after it.

    ``since`` is when the register was made: nothing is late before its first hour after that. A success ahead of ``now`` does
    not count.
    """
    wanted = set(jobs)
    found = []
    for job in HOURS:
        hour, done = latest(job, now - GRACE), succeeded.get(job, since)
        if job in wanted and max(since if ahead(done, now) else done, since) < hour:
            found.append(job)
    return found

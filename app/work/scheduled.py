"""The scheduled jobs by name, for those who start them: the command line, cron (through the running app), and the app's
own clock.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from app.web import unexpected
from app.work import job_runs, operations, readiness
from checks.errors import RegisterError
from checks.timetable import BACKUP, BOUNCES, EPROM, LOCK, POPULATION, PUBLISH, REMINDERS, SUBSCRIPTIONS, due
from exports import subscribed
from exports.publish import published_at
from ingest.access import JOB
from ingest.prom import arrivals, jobs, outbox, pvk, returns
from ingest.prom.outside import services
from ingest.registration import population
from ingest.safekeeping.opening import wants_journal
from ingest.services.moments import reading
from ingest.services.national import connected
from ingest.settings import Settings
from ingest.store import Store

log = logging.getLogger("smertereg.jobber")
DUE, SCHEDULED = "due", "scheduled"
Order = dict[str, Any]


def run(store: Store, settings: Settings, name: str, at: datetime | None = None) -> jobs.Outcome:
    """Do the job ``name`` now, or as if it were ``at``. Raises REG-174 for another moment than now in a real register."""
    settings = settings.over(demo=store.demo)
    if at is not None and not settings.demo:
        raise RegisterError("REG-174")
    with job_runs.noted(settings, store.clock, name) as trying:
        outcome = _do(store, settings, name, at)
        trying.failed = bool(outcome.feil)
    return outcome


def _do(store: Store, settings: Settings, name: str, at: datetime | None) -> jobs.Outcome:
    if name == EPROM:
        return jobs.send(store, services(settings), at)
    if name == REMINDERS:
        return jobs.remind(store, services(settings), at)
    if name == POPULATION:
        outcome = population.update(store, population.folkeregister(store, settings, at), at)
        closed = jobs.lock(store, at)  # so that a death closes open forms at once, and not at the next run
        personvern = connected.personvern(settings)
        asked = pvk.update(store, personvern, at) if personvern else jobs.Outcome(name)
        outcome.count("utsatt", asked.gjort.pop("utsatt", 0))
        return jobs.Outcome(name, outcome.gjort | closed.gjort | asked.gjort, outcome.feil + closed.feil + asked.feil)
    if name == SUBSCRIPTIONS:
        return subscribed.make_due(store, settings, lambda error: unexpected.note(log, name, error), at)
    if name == BOUNCES:
        read = returns.read(store, settings.retur)
        return arrivals.read(store, connected.altinn(settings).values(), read)
    if name == BACKUP:
        try:
            operations.back_up(store, settings, settings.backup_folder)
        except RegisterError as error:
            return jobs.Outcome(name, {}, [str(error)])
        return jobs.Outcome(name, {"skrevet": 1})
    return jobs.lock(store, at)


def run_due(store: Store, settings: Settings) -> list[jobs.Outcome]:
    """Do the jobs that it is time for and that have not succeeded since. One that fails does not keep the others from
    running.
    """
    succeeded = job_runs.succeeded(job_runs.read(settings))
    return [
        _tried(store, settings, name)
        for name in due(readiness.jobs(wants_journal(store, settings)), store.clock(), succeeded)
    ]


def _tried(store: Store, settings: Settings, name: str) -> jobs.Outcome:
    try:
        if name != PUBLISH:
            return run(store, settings, name)
        done = operations.publish_now(store, settings, lambda _: None)
        return jobs.Outcome(name, {"forløp": done.n_forlop})
    except RegisterError as error:
        return jobs.Outcome(name, {}, [str(error)])
    except Exception as error:
        return jobs.Outcome(name, {}, [f"uventet feil {unexpected.note(log, name, error)}"])


def address(name: str) -> str:
    """The loopback address of a job in the running app."""
    return f"/jobb/{name}"


def _moment(order: Order) -> datetime | None:
    return datetime.fromisoformat(order["tid"]) if order.get("tid") else None


def _run(name: str, store: Store, settings: Settings, order: Order) -> Order:
    return asdict(run(store, settings, name, _moment(order)))


def _due(store: Store, settings: Settings, order: Order) -> Order:
    with reading(store, JOB, _moment(order)) as tx:
        forms = [asdict(one) | {"tid": one.tid.isoformat()} for one in jobs.due(tx)]
        lookups = population.due(tx) if population.asks(store, settings) else 0
        reports = subscribed.ready(tx, published_at(settings.data))
        return {"venter": forms, "meldinger": outbox.due(tx), "oppslag": lookups, "rapporter": reports}


def _scheduled(store: Store, settings: Settings, _: Order) -> Order:
    return {"utfall": [asdict(outcome) for outcome in run_due(store, settings)]}


WORK: dict[str, Callable[[Store, Settings, Order], Order]] = {
    **{
        address(name): partial(_run, name)
        for name in (EPROM, REMINDERS, LOCK, POPULATION, SUBSCRIPTIONS, BOUNCES, BACKUP)
    },
    address(DUE): _due,
    address(SCHEDULED): _scheduled,
}

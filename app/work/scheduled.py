"""The scheduled jobs by name, for those who start them: the command line, cron (through the running app), and the app's
own clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from app.work import operations
from checks.errors import RegisterError
from ingest.access import JOB
from ingest.prom import jobs, outbox
from ingest.prom.outside import services
from ingest.registration import population
from ingest.services.moments import reading
from ingest.settings import Settings
from ingest.store import Store

EPROM, REMINDERS, LOCK, POPULATION, DUE, BACKUP = "eprom", "reminders", "lock", "population", "due", "backup"
Order = dict[str, Any]


def run(store: Store, settings: Settings, name: str, at: datetime | None = None) -> jobs.Outcome:
    """Do the job ``name`` now, or as if it were ``at``. Raises REG-174 for another moment than now in a real register."""
    settings = settings.over(demo=store.demo)
    if at is not None and not settings.demo:
        raise RegisterError("REG-174")
    if name == EPROM:
        return jobs.send(store, services(settings), at)
    if name == REMINDERS:
        return jobs.remind(store, services(settings), at)
    if name == POPULATION:
        outcome = population.update(store, population.folkeregister(store, settings), at)
        closed = jobs.lock(store, at)  # so that a death closes open forms at once, and not at the next run
        return jobs.Outcome(name, outcome.gjort | closed.gjort, outcome.feil + closed.feil)
    if name == BACKUP:
        try:
            operations.back_up(store, settings, settings.backup_folder)
        except RegisterError as error:
            return jobs.Outcome(name, {}, [str(error)])
        return jobs.Outcome(name, {"skrevet": 1})
    return jobs.lock(store, at)


def address(name: str) -> str:
    """The loopback address of a job in the running app."""
    return f"/jobb/{name}"


def _moment(order: Order) -> datetime | None:
    return datetime.fromisoformat(order["tid"]) if order.get("tid") else None


def _run(name: str, store: Store, settings: Settings, order: Order) -> Order:
    return asdict(run(store, settings, name, _moment(order)))


def _due(store: Store, _: Settings, order: Order) -> Order:
    with reading(store, JOB, _moment(order)) as tx:
        forms = [asdict(one) | {"tid": one.tid.isoformat()} for one in jobs.due(tx)]
        lookups = population.due(tx) if store.demo else 0  # there is no Folkeregister to ask in operation
        return {"venter": forms, "meldinger": outbox.due(tx), "oppslag": lookups}


WORK: dict[str, Callable[[Store, Settings, Order], Order]] = {
    **{address(name): partial(_run, name) for name in (EPROM, REMINDERS, LOCK, POPULATION, BACKUP)},
    address(DUE): _due,
}

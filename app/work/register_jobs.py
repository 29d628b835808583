"""What commands need the register for: a line in its log, what that log documents, its contents at an earlier moment, an
import, a scheduled job.

The command does it itself when no app runs; otherwise it asks the app, which then holds the register.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from app.web import resources
from app.work import loopback, operations, scheduled
from checks.codebook import load
from checks.errors import RegisterError
from exports.codebook_tables import codebook_tables
from exports.history import take_as_of
from exports.scope import require_none_erased
from ingest.access import JOB
from ingest.oqr import import_package
from ingest.results.documented import documented
from ingest.safekeeping import compare, shelf
from ingest.safekeeping.opening import opened
from ingest.settings import Settings
from ingest.store import Store

EXPORTED, AS_OF, IMPORT = "/jobb/eksportert", "/jobb/historikk", "/jobb/importer"
DOCUMENTED, UNERASED = "/jobb/dokumentert", "/jobb/ingen-slettet"
BACKUP, COMPARE = "/jobb/sikkerhetskopi", "/jobb/sammenlign"
Order = dict[str, Any]


def do(settings: Settings, address: str, order: Order) -> Order:
    """Do a job here, or let the running app do it; returns the answer. Raises REG-081 without a register, and REG-006 with
    the app's own sentence.
    """
    try:
        store = opened(settings, lost_journal=bool(order.get("ny_journal")))
    except RegisterError as error:
        done = loopback.ask(settings, address, order) if error.code == "REG-082" else None
        if done is None:
            raise
        return done
    try:
        return _WORK[address](store, settings, order)
    finally:
        store.close()


def _exported(store: Store, _: Settings, details: Order) -> Order:
    operations.log_export(store, JOB, details)
    return {}


def _unerased(store: Store, settings: Settings, _: Order) -> Order:
    """Raise REG-420 when what is published still has a patient who is erased."""
    with store.read(JOB) as tx:
        require_none_erased(tx, settings.data)
    return {}


def _as_of(store: Store, settings: Settings, order: Order) -> Order:
    """Write a snapshot as of the moment `tid` to the file `fil` inside the data folder."""
    data = settings.data.resolve()
    path = (data / order["fil"]).resolve()
    # The order comes from another process, so its path is checked to lie inside the data folder.
    if not (path.is_relative_to(data) and path.parent.parent.name.startswith("historikk-")):
        raise RegisterError("REG-191", mappe=path.parent, melding="ikke en mappe for historikk")
    with store.cursor() as con:
        take_as_of(con, path, codebook_tables(load()), datetime.fromisoformat(order["tid"]))
    return {}


def _documented(store: Store, _: Settings, order: Order) -> Order:
    with store.read(JOB) as tx:
        return documented(tx, order["aar"])


def _import(store: Store, _: Settings, order: Order) -> Order:
    paths = [Path(name) for name in order["filer"]]
    begin = store.read if order["prove"] else store.write
    with begin(JOB) as tx:
        done = import_package(tx, paths, dry_run=order["prove"], accept_valid=order["godta"])
    return asdict(done)


def _backup(store: Store, settings: Settings, order: Order) -> Order:
    folder = Path(order["mappe"]) if order.get("mappe") else settings.backup_folder
    return {"fil": str(operations.back_up(store, settings, folder, new_journal=bool(order.get("ny_journal"))))}


def _compare(store: Store, settings: Settings, _: Order) -> Order:
    damaged = shelf.damaged(settings.backup_folder, store.vault)
    return {"ulike": list(compare.differing(store, settings)), "skadde": damaged}


_WORK: dict[str, Callable[[Store, Settings, Order], Order]] = {
    EXPORTED: _exported,
    AS_OF: _as_of,
    IMPORT: _import,
    DOCUMENTED: _documented,
    UNERASED: _unerased,
    BACKUP: _backup,
    COMPARE: _compare,
    **scheduled.WORK,
}


def _in_the_app(address: str, order: Order) -> Order:
    held = resources.current()
    return _WORK[address](held.store, held.settings, order)


JOBS = {address: partial(_in_the_app, address) for address in _WORK}

"""What exports need of the register: a line in its log, and what it held at an earlier moment.

Done by the command itself when no app runs, otherwise by the app, which then holds the register.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from app import jobs, resources, work
from checks.codebook import load
from checks.errors import RegisterError
from exports.codebook_tables import codebook_tables
from exports.history import take_as_of
from ingest.settings import Settings
from ingest.store import Store

EXPORTED, AS_OF = "/jobb/eksportert", "/jobb/historikk"


def log_export(settings: Settings, details: dict[str, Any]) -> None:
    """Log what left the register; nothing is logged for published files copied here without their register."""
    try:
        store = Store(settings.register)
    except RegisterError as error:
        if error.code == "REG-081":
            return
        if error.code != "REG-082" or jobs.ask(settings, EXPORTED, details) is None:
            raise
        return
    try:
        _log(store, details)
    finally:
        store.close()


def _log(store: Store, details: dict[str, Any]) -> None:
    work.log_event(store, work.SYSTEM, "eksportert", details)


def _exported(details: dict[str, Any]) -> dict[str, Any]:
    _log(resources.current().store, details)
    return {}


def snapshot_as_of(settings: Settings, moment: datetime, path: Path) -> None:
    """Write to `path`, inside the data folder, what the register held at `moment`. Raises REG-081 without a register."""
    try:
        store = Store(settings.register)
    except RegisterError as error:
        order = {"tid": moment.isoformat(), "fil": str(path.relative_to(settings.data))}
        if error.code != "REG-082" or jobs.ask(settings, AS_OF, order) is None:
            raise
        return
    try:
        _take(store, moment, path)
    finally:
        store.close()


def _take(store: Store, moment: datetime, path: Path) -> None:
    with store.cursor() as con:
        take_as_of(con, path, codebook_tables(load()), moment)


def _as_of(order: dict[str, Any]) -> dict[str, Any]:
    held = resources.current()
    data = held.settings.data.resolve()
    path = (data / order["fil"]).resolve()
    # The order comes from a process of ours, but no word of it may lead out of the data folder.
    if path.is_relative_to(data) and path.parent.parent.name.startswith("historikk-"):
        _take(held.store, datetime.fromisoformat(order["tid"]), path)
    return {}


JOBS = {EXPORTED: _exported, AS_OF: _as_of}

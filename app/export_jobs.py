"""What exports need of the register: a line in its log, and what it held at an earlier moment.

Done by the command itself when no app runs, otherwise by the app, which then holds the register.
"""

from __future__ import annotations

from typing import Any

from app import jobs, resources, work
from checks.errors import RegisterError
from ingest.settings import Settings
from ingest.store import Store

EXPORTED = "/jobb/eksportert"


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


JOBS = {EXPORTED: _exported}

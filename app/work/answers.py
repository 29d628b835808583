"""What the register says of itself when `smertereg doctor` asks: through the running app, or from the file."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from app.work import loopback, readiness
from checks.errors import RegisterError
from ingest.capture import connection, reconcile
from ingest.journal.reading import Reader
from ingest.safekeeping.opening import require_no_traces
from ingest.settings import Settings
from ingest.store import DEMO, MEMORY_LIMIT
from ingest.vault import FILE, Vault


@dataclass(frozen=True)
class Answers:
    """What the register says of itself: whether it is a demo, and what readiness found."""

    demo: bool
    checks: list[readiness.Check]


def asked(settings: Settings, question: str) -> tuple[dict[str, Any] | None, str]:
    """What the running app answers (None without one), and why it does not («» when it does)."""
    try:
        return loopback.ask(settings, question, patience=loopback.SHORT), ""
    except RegisterError as error:
        return None, str(error)


def of_app(answer: Mapping[str, Any]) -> Answers:
    """What the running app says."""
    checks = answer.get("kontroller", [])
    return Answers(bool(answer.get("demo")), [readiness.Check(**check) for check in checks])


def of_file(settings: Settings, now: datetime) -> Answers:
    """The same from the file and its journal, read only. Raises REG-081 and REG-298 without a register, and what would keep the
    app from opening it.
    """
    path = settings.register
    require_no_traces(settings)
    with connection.connect(path, MEMORY_LIMIT, read_only=True) as con:
        try:
            since = con.execute("select min(kjort) from register.migrering").fetchall()[0][0]
            if held := reconcile.held(con):
                vault = Vault(path.with_name(FILE), settings.nokkel.get_secret_value())
                reconcile.unanswered(Reader(settings.journal_folder, vault, *held))
            with suppress(duckdb.CatalogException):  # a register from before it said what it is
                kind = con.execute("select slag from register.om").fetchall()
                return _register(settings, now, since, kind == [(DEMO,)])
        except duckdb.Error as error:
            raise connection.explained(error, path) from error
    return _register(settings, now, since, False)


def _register(settings: Settings, now: datetime, since: datetime, demo: bool) -> Answers:
    journalled = not demo or settings.journal is not None
    full = readiness.room_for(settings, journalled)
    found = [readiness.Check(readiness.REGISTER, full)] if full else []
    return Answers(demo, [*found, *readiness.of_files(settings, now, since, journalled)])

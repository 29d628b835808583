"""Opens the register as the settings say, and begins its journal when it is to have one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ingest import audit
from ingest.access import JOB
from ingest.safekeeping import backup, rights
from ingest.settings import Settings
from ingest.store import Store


def opened(settings: Settings, **options: Any) -> Store:
    """The register in the data folder. Raises as Store, and REG-288 when the backup that a new journal needs fails."""
    rights.tighten(settings)
    store = Store(settings.register, key=settings.nokkel.get_secret_value(), journal=settings.journal, **options)
    if wants_journal(store, settings) and not store.journalled:
        begin_journal(store, settings)
    if store.given_up:
        with store.write(JOB) as tx:
            audit.log(tx, "ufullført lagring forkastet")
    return store


def wants_journal(store: Store, settings: Settings) -> bool:
    """Whether what is written is to go to a journal: always in a real register, in a demo when a folder is named."""
    return settings.journal is not None or not store.demo


def begin_journal(store: Store, settings: Settings) -> Path:
    """Begin a journal, and take the backup that it continues; returns the backup's file."""
    store.begin_journal()
    return backup.take(store, settings.backup_folder)

"""Compares the register with what its journal says: the oldest backup, and every record after it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from checks.errors import RegisterError
from ingest.capture import connection, contents, reconcile
from ingest.journal.reading import Reader
from ingest.journal.segments import segments
from ingest.safekeeping import backup, shelf
from ingest.safekeeping.replay import replay
from ingest.settings import Settings
from ingest.store import MEMORY_LIMIT, Store

# When a migration was run is not the same the second time.
_ELSEWHERE = {"register.migrering"}


def differing(store: Store, settings: Settings) -> Iterator[str]:
    """The tables (schema.table) in which the open register holds other rows than its backup and journal lead to.

    Raises REG-291 when no backup goes with the journal, and as Reader.records where it is damaged.
    """
    copy, rebuilt = (store.path.with_name(f"{store.path.name}.{end}") for end in (backup.COPY, backup.REBUILT))
    with store.keeping:
        try:
            store.copy(copy)
            with connection.connect(copy, MEMORY_LIMIT, read_only=True) as con:
                held, there = reconcile.held(con), contents.digests(con, copy)
            if held is None:
                raise RegisterError("REG-291", mappe=settings.backup_folder, melding="Registeret har ingen journal.")
            register, place = held
            about = backup.unpack(_oldest(settings, register), store.vault, rebuilt)
            records = Reader(store.journal_folder, store.vault, register, about.place).records()
            with connection.connect(rebuilt, MEMORY_LIMIT) as con:
                replay(con, takewhile(lambda record: record.place.nr <= place.nr, records))
                found = contents.digests(con, rebuilt)
        finally:
            contents.remove(copy)
            contents.remove(rebuilt)
    yield from sorted(
        table
        for table in there.keys() | found.keys()
        if table not in _ELSEWHERE and there.get(table) != found.get(table)
    )


def _oldest(settings: Settings, register: str) -> Path:
    """The oldest backup from which the journal goes on."""
    first = min((segment.before.nr for segment in segments(settings.journal_folder)), default=0)
    for file, about in reversed(shelf.kept(settings.backup_folder)):
        if about is not None and about.register == register and about.nr >= first:
            return file
    raise RegisterError("REG-291", mappe=settings.backup_folder, melding="Ingen av dem går foran journalen.")

"""Backup of a large register, and getting it back when the file is gone: the newest backup and the journal after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, Sizes, register, seconds
from benchmarks.save import completed, save
from ingest import wall_clock
from ingest.safekeeping import backup, shelf
from ingest.safekeeping.opening import opened
from ingest.safekeeping.restore import restore
from ingest.settings import Settings

TIMES, FORM, MOST = 10, "b22", 60


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Seconds of a backup and of a restore (at most 60) of ten times as many forløp as are published, with saves in the
    journal after the backup; and the backup's size.
    """
    forlop = TIMES * sizes.forlop
    settings = Settings(data=folder, journal=folder / "journal")
    register(settings.register, forlop).close()
    store = opened(settings)
    took = seconds(lambda: backup.take(store, settings.backup_folder))
    yield Figure(f"Sikkerhetskopi av {forlop} forløp", took, "s")
    newest = shelf.files(settings.backup_folder)[0]
    yield Figure(f"Sikkerhetskopi av {forlop} forløp, størrelse", newest.stat().st_size / 2**20, "MB")
    ready = completed(store, FORM, TIMES * sizes.saves)
    for one in ready:
        save(store, FORM, one)
    store.close()
    settings.register.unlink()
    done = []
    took = seconds(lambda: done.append(restore(settings, wall_clock.now())))
    assert [found.fra_journal.antall for found in done] == [len(ready)]
    yield Figure(f"Gjenoppretting av {forlop} forløp og {len(ready)} lagringer etter kopien", took, "s", MOST)

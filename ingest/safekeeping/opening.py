"""Opens the register as the settings say, and sees to it that its journal and a backup go together."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from checks.errors import RegisterError
from ingest import audit
from ingest.access import JOB
from ingest.journal.segments import SUFFIX, Place, segments
from ingest.safekeeping import backup, rights, shelf
from ingest.settings import Settings
from ingest.store import Store

log = logging.getLogger("smertereg.register")


def opened(settings: Settings, *, lost_journal: bool = False, **options: Any) -> Store:
    """The register in the data folder. Raises as Store, REG-288 when the backup that a new journal needs fails, and REG-296
    for a register that is older than a backup of it, and REG-298 when only its journal or backups are left.

    With `lost_journal` it is opened also when its journal is damaged or gone, and the caller begins a new one.
    """
    require_no_traces(settings)
    rights.tighten(settings)
    store = Store(
        settings.register,
        key=settings.nokkel.get_secret_value(),
        journal=settings.journal,
        lost_journal=lost_journal,
        **options,
    )
    try:
        if not lost_journal:
            _safeguard(store, settings)
        if store.given_up:
            with store.write(JOB) as tx:
                audit.log(tx, "ufullført lagring forkastet")
    except BaseException:
        store.close()
        raise
    return store


def require_no_traces(settings: Settings) -> None:
    """Refuse to begin anew, or to say that nothing is there, where a register has been: REG-298 when its journal or backups are
    left and the file is gone.
    """
    left = [*settings.journal_folder.glob(f"*{SUFFIX}"), *shelf.files(settings.backup_folder)]
    if left and not settings.register.exists():
        raise RegisterError("REG-298", fil=settings.register, mappe=left[0].parent)


def wants_journal(store: Store, settings: Settings) -> bool:
    """Whether what is written is to go to a journal: always in a real register, in a demo when a folder is named."""
    return settings.journal is not None or not store.demo


def begin_journal(store: Store, settings: Settings, *, new: bool = False) -> Path | None:
    """Begin a journal, and take the backup that it continues. With `new`, a journal that is there is set aside, and its new
    folder returned.
    """
    aside = store.begin_journal(new=new)
    backup.take(store, settings.backup_folder, make=True)
    return aside


def _safeguard(store: Store, settings: Settings) -> None:
    held = store.held
    if held is not None:
        _goes_with_backups(store, settings, *held)
    elif wants_journal(store, settings):
        begin_journal(store, settings)


def _goes_with_backups(store: Store, settings: Settings, register: str, place: Place) -> None:
    """Refuse a register that is older than a backup of it: a journal that was put back with it cannot tell. Take a backup when
    none is there that the journal goes on from, as when a program was stopped between beginning one and the other.
    """
    ours = [(file, about) for file, about in shelf.kept(settings.backup_folder) if about and about.register == register]
    if ours and ours[0][1].nr > place.nr:
        raise RegisterError("REG-296", fil=ours[0][0].name)
    begun = segments(store.journal_folder)[0].before.nr
    if any(about.nr >= begun for _, about in ours):
        return
    try:
        backup.take(store, settings.backup_folder)
    except RegisterError as error:
        # The journal is whole all the same, and the nightly backup says what is wrong too.
        log.error("ingen sikkerhetskopi som journalen går videre fra", extra={"kode": error.code})

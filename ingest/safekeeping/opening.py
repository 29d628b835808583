"""Opens the register as the settings say, and sees to it that its journal and a backup go together."""

from __future__ import annotations

import glob
import logging
from pathlib import Path
from typing import Any

from checks.errors import RegisterError
from ingest import audit
from ingest.access import JOB
from ingest.capture.reconcile import require_all
from ingest.journal.segments import SUFFIX, Place, registers, segments
from ingest.registration import editions
from ingest.safekeeping import backup, rights, shelf
from ingest.settings import Settings
from ingest.store import Store
from ingest.vault import Vault

log = logging.getLogger("smertereg.register")


def rebuilt(register: Path) -> Path:
    """The file that a restore builds beside the register."""
    return register.with_name(f"{register.name}.gjenopprettet")


def opened(settings: Settings, *, lost_journal: bool = False, **options: Any) -> Store:
    """The register in the data folder. Raises as Store, REG-288, REG-299 or REG-336 when the backup that a new journal needs
    fails, REG-296 for a register that is older than a backup of it, and REG-298 when only its journal or backups are left.

    With `lost_journal` it is opened also when its journal is damaged, gone, or among the files of its earlier ones, and the
    caller begins a new one. Such a register must be the newest (REG-280, REG-285, REG-296).
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
        _remove_left(settings.register)
        if not lost_journal:
            _safeguard(store, settings)
        elif not store.journalled and (held := store.held):
            _require_newest(store, settings, *held)
        editions.use_reservation(store, settings.reservasjon_fra)
        if store.given_up:
            with store.write(JOB) as tx:
                audit.log(tx, "ufullført lagring forkastet")
    except BaseException:
        store.close()
        raise
    return store


def _remove_left(register: Path) -> None:
    """Remove what a killed restore, backup or comparison left: the whole register, unsealed. A restore under way holds the
    journal, the others the register, so they are not met here.
    """
    for end in (rebuilt(register).name, *(f"{register.name}.{end}" for end in (backup.COPY, backup.REBUILT))):
        for path in register.parent.glob(f"{glob.escape(end)}*"):
            path.unlink(missing_ok=True)


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


def _require_newest(store: Store, settings: Settings, register: str, place: Place) -> None:
    """Refuse to go on without the journal in a register that is not the newest, or where another register's journal lies."""
    with store.cursor() as con:
        laget = backup.made(con)
    known = [one for one in shelf.kept(settings.backup_folder) if one[1] and one[1].laget in (laget, None)]
    journals = [about.register for _, about in known if about]
    others = registers(store.journal_folder) - {register, *journals}
    if others or (register in journals and journals[0] != register):
        raise RegisterError("REG-280", mappe=store.journal_folder)
    _require_not_older(known, register, place, store.vault)
    require_all(store.journal_folder, store.vault, register, place)


def _require_not_older(backups: list[shelf.Kept], register: str, place: Place, vault: Vault) -> None:
    for file, about in backups:
        if about and about.register == register and about.nr > place.nr and backup.is_genuine(file, vault):
            raise RegisterError("REG-296", fil=file.name)


def _goes_with_backups(store: Store, settings: Settings, register: str, place: Place) -> None:
    """Refuse a register that is older than a backup of it: a journal that was put back with it cannot tell. Take a backup when
    none is there that the journal goes on from, as when a program was stopped between beginning one and the other.

    A journal that nothing was ever written in is taken into use only with its backup (REG-336): without it, what is saved could
    never be restored. One that has been in use has had a backup, which may lie on a disk that is not mounted now; the app then
    starts all the same, and the nightly backup says what is wrong.
    """
    ours = [one for one in shelf.kept(settings.backup_folder) if one[1] and one[1].register == register]
    _require_not_older(ours, register, place, store.vault)
    begun = segments(store.journal_folder)[0].before.nr
    if any(about and about.nr >= begun for _, about in ours):
        return
    try:
        backup.take(store, settings.backup_folder)
    except RegisterError as error:
        if place.nr == 0:
            raise RegisterError("REG-336", melding=str(error)) from error
        log.error("ingen sikkerhetskopi som journalen går videre fra", extra={"kode": error.code})

"""Work that both the command line and the running app do with an open store: publish, check, erase, log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from app.work import job_runs
from checks.codebook import load
from checks.errors import CATALOGUE, RegisterError
from checks.timetable import PUBLISH
from exports.codebook_tables import codebook_tables
from exports.integrity import Finding, check_published, check_register
from exports.publish import PublishResult, forget_before, publish, published_at
from exports.published import connect
from exports.snapshot import take
from ingest import audit
from ingest.access import JOB, Actor, require
from ingest.people import accounts, helseid
from ingest.registration import erasure, reservation_cases
from ingest.results import quality
from ingest.safekeeping import backup, shelf
from ingest.settings import Settings
from ingest.store import OSLO, Store

BACKED_UP = "sikkerhetskopi"

__all__ = [
    "PublishResult",
    "back_up",
    "check_files",
    "check_store",
    "delete_reserved",
    "erase_now",
    "log_event",
    "log_export",
    "publish_now",
]


def publish_now(store: Store, settings: Settings, progress: Callable[[str], None], actor: Actor = JOB) -> PublishResult:
    """Publish the register as it is now, for `actor`, and log it.

    Raises REG-060, and REG-086 or REG-087; the earlier files then stay, and the failure is logged.
    """
    require(actor, "publisere")
    with job_runs.noted(settings, store.clock, PUBLISH):
        return _publish(store, settings, progress, actor)


def _publish(store: Store, settings: Settings, progress: Callable[[str], None], actor: Actor) -> PublishResult:
    codebook, before = load(), published_at(settings.data)

    def snapshot(path: Path) -> None:
        with store.cursor() as con:
            take(con, path, codebook_tables(codebook), before)

    def moment() -> datetime:
        return store.clock().astimezone(OSLO)

    try:
        done = publish(
            take_snapshot=snapshot,
            data=settings.data,
            clock=moment,
            progress=progress,
            smallest=settings.minste_celle,
            group=settings.lesegruppe,
        )
    except RegisterError as error:
        log_event(store, actor, "publisering stoppet", {"kode": error.code})
        raise
    keep_quality(store, settings, done.id)
    with store.read(actor) as tx:
        erased = erasure.last(tx)
    if erased is not None:
        forget_before(settings.data, erased.astimezone(OSLO))
    counts = {"forlop": done.n_forlop, "nasjonalt": done.n_national, "satt_til_side": done.n_aside}
    counts |= {"slått_sammen": done.n_merged} if done.n_merged else {}
    log_event(store, actor, "publisert", {"id": done.id, **counts})
    return done


def keep_quality(store: Store, settings: Settings, run: str) -> None:
    """Store what the checks of data quality found at every unit in the publishing `run`. Done as the program itself."""
    found = connect(settings.data).execute("select * from datakvalitet").pl()
    with store.write(JOB) as tx:
        quality.record(tx, run, found.iter_rows(named=True))


def erase_now(store: Store, settings: Settings, actor: Actor, pasient_id: int, bekreftet: str, grunn: str) -> int:
    """Erase a patient, also from the file itself and from its journal; returns how many forløp there were. Raises as
    erasure.erase, REG-110 and REG-288.
    """
    with store.write(actor) as tx:
        count = erasure.erase(tx, pasient_id, bekreftet, grunn)
    _take_out(store, settings)
    return count


def delete_reserved(store: Store, settings: Settings, actor: Actor, sak_id: int, bekreftet: str) -> int:
    """Delete a reserved patient as ``erase_now`` does; returns how many forløp there were. Raises as
    reservation_cases.carry_out, REG-110 and REG-288.
    """
    with store.write(actor) as tx:
        count = reservation_cases.carry_out(tx, sak_id, bekreftet)
    _take_out(store, settings)
    return count


def _take_out(store: Store, settings: Settings) -> None:
    """Take what was erased out of the file itself, and out of its journal."""
    store.rewrite()
    if store.journalled:
        back_up(store, settings, settings.backup_folder)


def back_up(store: Store, settings: Settings, folder: Path, *, new_journal: bool = False) -> Path:
    """Let the journal go on in a new file, write a backup to `folder`, delete what is too old, and log it; returns the file.

    After an erasure the journal from before it is deleted too, also when the erasure's own backup failed. `new_journal` begins
    the journal again, when the old one is lost; nothing is saved before its backup is there. Raises REG-288 and REG-299, and
    as Store.next_segment.
    """
    with store.keeping:
        backup.require(store, folder)
        if new_journal:
            store.begin_journal(new=True, waiting=True)
        elif store.journalled:
            store.next_segment()
        file, gone, ours = backup.take(store, folder), [], folder.resolve() == settings.backup_folder.resolve()
        store.backed_up()
        if ours:
            gone = shelf.rotate(folder, store.journal_folder, store.path, store.clock(), settings.backup_dager)
            if store.journalled and _erased_since_backup(store):
                gone += shelf.cut(store.journal_folder, backup.read(file).nr)
        log_event(
            store, JOB, BACKED_UP if ours else "sikkerhetskopi et annet sted", {"fil": file.name, "slettet": gone}
        )
    return file


def _erased_since_backup(store: Store) -> bool:
    """Whether a patient was erased after the last backup that was finished, by the order of the log and not of a clock."""
    with store.read(JOB) as tx:
        row = tx.row(
            "select coalesce(max(nr) filter (hendelse = ?), 0) > coalesce(max(nr) filter (hendelse = ?), 0) as slettet "
            "from tilgang.logg",
            audit.ERASED,
            BACKED_UP,
        )
    return bool(row and row["slettet"])


def change_key(store: Store, settings: Settings) -> Path:
    """Begin to seal with a new key: secrets, journal, and a new backup, whose file is returned. The old key still opens
    what it sealed. Raises REG-276 and REG-288.
    """
    store.vault.renew()
    with store.write(JOB) as tx:
        accounts.reseal(tx)
        helseid.reseal(tx)
        audit.log(tx, "nøkkel byttet", details={"nøkkel": store.vault.name})
    return back_up(store, settings, settings.backup_folder)


def log_export(store: Store, actor: Actor, details: dict[str, Any]) -> None:
    """Log that files left the register. Raises REG-060."""
    require(actor, "eksportere")
    log_event(store, actor, "eksportert", details)


def log_event(store: Store, actor: Actor, event: str, details: dict[str, Any]) -> None:
    """Log an event with its details, as `actor`."""
    with store.write(actor) as tx:
        audit.log(tx, event, details=details)


def check_store(store: Store) -> Iterator[Finding]:
    """Run the controls of the capture file, one at a time."""
    with store.read(JOB) as tx:
        yield from check_register(tx)


def check_files(settings: Settings) -> Iterator[Finding]:
    """Run the controls of the published files, one at a time; none when nothing was ever published."""
    folder, found = settings.data / "published", False
    for finding in check_published(folder):
        found = True
        yield finding
    if folder.is_symlink() and not found:
        yield Finding("Publiserte filer", 0, CATALOGUE["REG-092"].format(fil=folder.readlink().name))

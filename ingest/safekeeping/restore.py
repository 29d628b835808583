"""Gets the register back: the newest backup that is whole, and the journal after it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from checks.errors import RegisterError
from ingest import audit
from ingest.access import JOB, Actor
from ingest.capture import connection, contents
from ingest.journal.reading import Reader
from ingest.journal.segments import SUFFIX, Record
from ingest.registration import erasure
from ingest.safekeeping import backup, opening
from ingest.safekeeping.replay import Erasure, Replayed, replay
from ingest.settings import Settings
from ingest.store import MEMORY_LIMIT, OSLO
from ingest.vault import FILE, Vault


@dataclass
class Restored:
    """What a restore did: the backup it began from, what came from the journal, the backups that were passed over, the
    patients who were erased later and so are erased again, what the journal had of damage, and where the files that were in the way lie now.
    """

    sikkerhetskopi: str
    fra_journal: Replayed
    forbigaatt: list[str] = field(default_factory=list)
    slettet_igjen: set[Erasure] = field(default_factory=set)
    skade: str = ""
    lagt_til_side: list[str] = field(default_factory=list)


def restore(
    settings: Settings,
    now: datetime,
    *,
    until: datetime | None = None,
    set_aside: bool = False,
    accept_loss: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Restored:
    """Rebuild the register in the data folder as it was at the last save, or at the moment `until`.

    What was erased after `until` is erased again. A register that is there is never overwritten: REG-290, or it is set aside
    with `set_aside`. Raises REG-291 when no backup can be used, and where the journal is damaged REG-279 or REG-281, unless
    `accept_loss`, which keeps what comes before the damage.
    """
    register, vault = settings.register, Vault(settings.register.with_name(FILE), settings.nokkel.get_secret_value())
    if register.exists() and not set_aside:
        raise RegisterError("REG-290", fil=register.name)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    rebuilt = register.with_name(f"{register.name}.gjenopprettet")
    try:
        begun, passed = _unpacked(settings.backup_folder, vault, rebuilt, until)
        about = backup.read(begun)
        progress(f"Pakket ut {begun.name}, fra {about.moment.astimezone(OSLO):%d.%m.%Y %H.%M}.")
        done = Restored(begun.name, Replayed(), passed)
        _follow(settings.journal_folder, vault, about, rebuilt, until, done, accept_loss)
        progress(f"{done.fra_journal.antall} lagringer hentet fra journalen.")
        done.slettet_igjen = {*done.fra_journal.slettet_siden, *_known_erasures(settings, vault, rebuilt)}
        stamp = f"{now.astimezone(OSLO):%Y%m%dT%H%M%S}"
        for path in (register, register.with_name(f"{register.name}.wal")):
            if path.exists():
                done.lagt_til_side.append(_set_aside(path, stamp).name)
        rebuilt.replace(register)
    finally:
        contents.remove(rebuilt)
    _finish(settings, until, stamp, done)
    return done


def _unpacked(folder: Path, vault: Vault, to: Path, until: datetime | None) -> tuple[Path, list[str]]:
    """The newest whole backup that is not later than `until`, unpacked to `to`, and what is wrong with those passed over."""
    passed = []
    for file in backup.files(folder):
        try:
            if until is not None and backup.read(file).moment > until:
                continue
            backup.unpack(file, vault, to)
        except RegisterError as error:
            passed.append(str(error))
            continue
        return file, passed
    raise RegisterError("REG-291", mappe=folder, melding=" ".join(passed))


def _follow(
    folder: Path,
    vault: Vault,
    about: backup.Backup,
    rebuilt: Path,
    until: datetime | None,
    done: Restored,
    accept_loss: bool,
) -> None:
    """Carry out the journal after the backup on the rebuilt file."""
    if about.register is None:
        done.skade = "Registeret hadde ingen journal. Det er som da sikkerhetskopien ble tatt."
        return
    records: list[Record] = []
    try:
        records.extend(Reader(folder, vault, about.register, about.place).records())
    except RegisterError as error:
        if not accept_loss:
            raise
        done.skade = str(error)
    with connection.connect(rebuilt, MEMORY_LIMIT) as con:
        done.fra_journal = replay(con, records, until)
        con.execute("checkpoint")


def _known_erasures(settings: Settings, vault: Vault, rebuilt: Path) -> set[Erasure]:
    """The erasures that the register in the way and the newest backup know of, when they can be read.

    A journal that was cut after an erasure does not tell of it, and an older backup still has the patient.
    """
    found, other = set(_erasures_of(settings.register)), rebuilt.with_name(f"{rebuilt.name}.annen")
    for file in backup.files(settings.backup_folder):
        with suppress(RegisterError):
            backup.unpack(file, vault, other)
            found.update(_erasures_of(other))
            break
    contents.remove(other)
    return found


def _erasures_of(file: Path) -> list[Erasure]:
    try:
        with connection.connect(file, MEMORY_LIMIT, read_only=True) as con:
            rows = con.execute("select pasient_id, bruker, grunn from register.sletting").fetchall()
    except (RegisterError, duckdb.Error):
        return []
    return [Erasure(*row) for row in rows]


def _set_aside(path: Path, stamp: str) -> Path:
    aside = path.with_name(f"{path.name}.{stamp}")
    return path.rename(aside)


def _finish(settings: Settings, until: datetime | None, stamp: str, done: Restored) -> None:
    """Open the register, erase again what was erased later, and log what was done.

    A register that does not go on from the end of its journal gets a new one: the old journal is set aside.
    """
    if until is not None or done.skade:
        journal = settings.journal_folder
        if any(journal.glob(f"*{SUFFIX}")):
            done.lagt_til_side.append(_set_aside(journal, stamp).name)
        with connection.connect(settings.register, MEMORY_LIMIT) as con:
            con.execute("delete from register.journal")
    store = opening.opened(settings)
    try:
        with store.read(JOB) as tx:
            there = {row["pasient_id"] for row in tx.rows("select pasient_id from identitet.person")}
        done.slettet_igjen = {erased for erased in done.slettet_igjen if erased.pasient_id in there}
        for erased in sorted(done.slettet_igjen):
            _erase_again(store, erased)
        with store.write(JOB) as tx:
            details = {"sikkerhetskopi": done.sikkerhetskopi, "fra_journal": done.fra_journal.antall}
            audit.log(tx, "gjenopprettet", details=details | ({"til": until.isoformat()} if until else {}))
    finally:
        store.close()


def _erase_again(store: opening.Store, erased: Erasure) -> None:
    actor = Actor(erased.bruker, erased.bruker, "SC", "")
    with store.write(actor) as tx:
        erasure.erase(tx, erased.pasient_id, str(erased.pasient_id), erased.grunn)
    store.rewrite()

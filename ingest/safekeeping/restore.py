"""Gets the register back: the newest backup that is whole, and the journal after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from checks.errors import RegisterError
from ingest import audit, disk
from ingest.access import JOB, Actor
from ingest.capture import connection, contents, reconcile, upgrade
from ingest.journal import segments, steps
from ingest.journal.reading import Reader
from ingest.journal.segments import Journal, Record
from ingest.people import sessions
from ingest.registration import erasure
from ingest.safekeeping import backup, opening, shelf
from ingest.safekeeping.replay import Erasure, Replayed, replay
from ingest.safekeeping.shelf import Kept
from ingest.settings import Settings
from ingest.store import MEMORY_LIMIT, OSLO, Store
from ingest.vault import FILE, Vault


@dataclass
class Restored:
    """What a restore did: the backup it began from and when that was taken, what came from the journal, the backups that were
    passed over, the patients who were erased later and so are erased again, what the journal had of damage, what the files that
    were in the way are called now, and why the new journal has no backup, if it has none.
    """

    sikkerhetskopi: str
    kopiert: datetime
    fra_journal: Replayed
    forbigaatt: list[str] = field(default_factory=list)
    slettet_igjen: set[Erasure] = field(default_factory=set)
    skade: str = ""
    lagt_til_side: list[str] = field(default_factory=list)
    uten_kopi: str = ""


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
    with `set_aside`; REG-300 for a moment that has not come; REG-082 or REG-294 while an app uses it. Raises REG-291 when no
    backup can be used. Unless `accept_loss`, which keeps what can be had, raises REG-279 or REG-281 where the journal is
    damaged, and REG-320 when it goes on from a backup that cannot be used. A restore that is stopped can be begun again:
    nothing is taken away before the register is whole. When only the new journal or its backup fails, the register is back and
    `uten_kopi` says so.
    """
    register, vault = settings.register, Vault(settings.register.with_name(FILE), settings.nokkel.get_secret_value())
    if until is not None and until > now:
        raise RegisterError("REG-300", tid=f"{until.astimezone(OSLO):%d.%m.%Y %H.%M}")
    if register.exists() and not set_aside:
        raise RegisterError("REG-290", fil=register.name)
    if disk.is_held(register):
        raise RegisterError("REG-082", fil=register.name)
    settings.make_data_folder()
    rebuilt = opening.rebuilt(register)
    try:
        with _alone_with_journal(settings, vault):
            begun, passed = _unpacked(settings, vault, rebuilt, until)
            about = backup.read(begun)
            progress(f"Pakket ut {begun.name}, fra {about.moment.astimezone(OSLO):%d.%m.%Y %H.%M}.")
            done = Restored(begun.name, about.moment, Replayed(), passed)
            try:
                _require_followed(settings, vault, about, until)
            except RegisterError as error:
                if not accept_loss:
                    raise
                done.skade = str(error)
            _follow(settings, vault, about, rebuilt, until, done, accept_loss)
            progress(f"{done.fra_journal.antall} lagringer hentet fra journalen.")
            erased = {*done.fra_journal.slettet_siden, *_known_erasures(settings, vault, rebuilt)}
            done.slettet_igjen = _still_there(rebuilt, erased)
            forks = bool(until is not None or done.skade or done.slettet_igjen)
            if forks:
                _prepare(rebuilt, settings, done.slettet_igjen, now)
            done.lagt_til_side += _out_of_the_way(register, now)
            disk.swap(rebuilt, register)
    except OSError as error:
        refused = connection.refused(error, register)
        if refused is None:
            raise
        raise refused from error
    finally:
        contents.remove(rebuilt)
        contents.remove(upgrade.previous(rebuilt))
    _finish(settings, now, until, done, forks=forks, had_journal=about.register is not None)
    return done


@contextmanager
def _alone_with_journal(settings: Settings, vault: Vault) -> Iterator[None]:
    """Keep an app that still runs from writing the journal. Raises REG-294 when one does."""
    with closing(Journal(settings.journal_folder, vault, "")) as held:
        held.hold()
        yield


def _unpacked(settings: Settings, vault: Vault, to: Path, until: datetime | None) -> tuple[Path, list[str]]:
    """The newest whole backup that is not later than `until`, unpacked to `to`, and what is wrong with those passed over."""
    passed = []
    found = _of_one_register(settings, vault, shelf.kept(settings.backup_folder))
    for file, about in found:
        if until is not None and about is not None and about.moment > until:
            continue
        try:
            backup.unpack(file, vault, to)
        except RegisterError as error:
            if error.code in backup.DISK:
                raise
            if str(error) not in passed:
                passed.append(str(error))
            continue
        return file, passed
    early = until is not None and found and not passed
    said = f"Ingen av dem er fra før {until.astimezone(OSLO):%d.%m.%Y %H.%M}." if early and until else " ".join(passed)
    raise RegisterError("REG-291", mappe=settings.backup_folder, melding=said)


def _of_one_register(settings: Settings, vault: Vault, found: list[Kept]) -> list[Kept]:
    """The backups of the register that the journal is of, or else of the file that is there; those that go with the journal
    first. Raises REG-303 when they are of several registers and neither tells which.
    """
    current = set[str]()
    with suppress(RegisterError):
        current = {segment.register for segment in segments.segments(settings.journal_folder)}
    known = [(file, about) for file, about in found if about and about.laget]
    ours = {about.laget for _, about in known if about.register in current} or {_made(settings.register)} - {None}
    if not ours and len({about.laget for file, about in known if backup.is_genuine(file, vault)}) > 1:
        raise RegisterError("REG-303", mappe=settings.backup_folder)
    left = [(file, about) for file, about in found if not (ours and about and about.laget) or about.laget in ours]
    return sorted(left, key=lambda one: one[1] is not None and one[1].register not in current)


def _require_followed(settings: Settings, vault: Vault, about: backup.Backup, until: datetime | None) -> None:
    """Raise REG-320 when the journal in the folder goes on from another backup than this one, and has saves that are wanted:
    they cannot be carried out on it.
    """
    found = segments.segments(settings.journal_folder)
    if not found or about.register in {segment.register for segment in found}:
        return
    records, times = Reader(settings.journal_folder, vault, found[0].register, found[0].before).records(), []
    with suppress(RegisterError):
        times.extend(steps.from_bytes(one.content).tid for one in records if one.kind == segments.TRANSACTION)
    wanted = [moment.astimezone(OSLO) for moment in times if until is None or moment <= until]
    if wanted:
        first, last = (f"{moment:%d.%m.%Y %H.%M}" for moment in (wanted[0], wanted[-1]))
        raise RegisterError("REG-320", mappe=settings.journal_folder, antall=len(wanted), fra=first, til=last)


def _follow(
    settings: Settings,
    vault: Vault,
    about: backup.Backup,
    rebuilt: Path,
    until: datetime | None,
    done: Restored,
    accept_loss: bool,
) -> None:
    """Carry out the journal after the backup on the rebuilt file."""
    if about.register is None:
        done.skade = done.skade or "Registeret hadde ingen journal. Det er som da sikkerhetskopien ble tatt."
        return
    records: list[Record] = []
    folder = segments.where(settings.journal_folder, about.register)
    try:
        records.extend(Reader(folder, vault, about.register, about.place).records())
    except RegisterError as error:
        if not accept_loss:
            raise
        done.skade = str(error)
    if folder != settings.journal_folder and (until is None or done.forbigaatt):
        # Up to a moment that is asked for, it has everything; the register went on in another journal only after it.
        done.skade = done.skade or f"Registeret følger journalen i {folder.name}, som var lagt til side."
    with connection.connect(rebuilt, MEMORY_LIMIT) as con:
        done.fra_journal = replay(con, records, until)
        con.execute("checkpoint")
    if done.fra_journal.utelatt:
        done.skade = done.skade or str(RegisterError("REG-339", antall=done.fra_journal.utelatt))


def _known_erasures(settings: Settings, vault: Vault, rebuilt: Path) -> set[Erasure]:
    """The erasures that the register in the way and its newest backup know of, when they can be read.

    A journal that was cut after an erasure does not tell of it, and an older backup still has the patient. The numbers of
    another register are of other patients.
    """
    found, other, ours = set[Erasure](), rebuilt.with_name(f"{rebuilt.name}.annen"), _made(rebuilt)
    if _made(settings.register) in (ours, None):
        found.update(_erasures_of(settings.register))
    for file in shelf.files(settings.backup_folder):
        with suppress(RegisterError):
            backup.unpack(file, vault, other)
            if _made(other) == ours:
                found.update(_erasures_of(other))
                break
    contents.remove(other)
    return found


def _made(file: Path) -> str | None:
    """When a register was made, None when it cannot be read."""
    try:
        with connection.connect(file, MEMORY_LIMIT, read_only=True) as con:
            return backup.made(con)
    except (RegisterError, duckdb.Error):
        return None


def _erasures_of(file: Path) -> list[Erasure]:
    try:
        with connection.connect(file, MEMORY_LIMIT, read_only=True) as con:
            rows = con.execute("select pasient_id, bruker, grunn from register.sletting").fetchall()
    except (RegisterError, duckdb.Error):
        return []
    return [Erasure(*row) for row in rows]


def _still_there(rebuilt: Path, erased: set[Erasure]) -> set[Erasure]:
    with connection.connect(rebuilt, MEMORY_LIMIT, read_only=True) as con:
        there = {row[0] for row in con.execute("select pasient_id from identitet.person").fetchall()}
    return {one for one in erased if one.pasient_id in there}


def _prepare(rebuilt: Path, settings: Settings, erased: set[Erasure], now: datetime) -> None:
    """Let the rebuilt file be without a journal, because it does not go on from the end of the old one, without those who were
    erased, and without sessions. Before it is swapped in, so that what fails afterwards leaves nobody signed in.
    """
    with connection.connect(rebuilt, MEMORY_LIMIT) as con:
        if reconcile.held(con):
            con.execute("delete from register.journal")
            con.execute("checkpoint")
    store = Store(rebuilt, clock=lambda: now, key=settings.nokkel.get_secret_value(), journal=settings.journal_folder)
    try:
        for one in sorted(erased):
            with store.write(Actor(one.bruker, one.bruker, "SC", "")) as tx:
                if not erasure.is_there(tx, one.pasient_id):
                    continue  # erased with the one that it was merged into
                erasure.erase(tx, one.pasient_id, str(one.pasient_id), one.grunn, of_two=True)
        with store.write(JOB) as tx:
            sessions.end_everyones(tx)
        if erased:
            store.rewrite()
    finally:
        store.close()


def _out_of_the_way(register: Path, now: datetime) -> list[str]:
    """Give the register that is there another name, and the log beside it the name that goes with it; returns both."""
    aside = disk.free(register.with_name(f"{register.name}.{now.astimezone(OSLO):%Y%m%dT%H%M%S}"))
    moved = []
    for end in (".wal", ""):
        path = register.with_name(f"{register.name}{end}")
        if path.exists():
            moved.append(path.rename(aside.with_name(f"{aside.name}{end}")).name)
    return sorted(moved)


def _finish(
    settings: Settings, now: datetime, until: datetime | None, done: Restored, *, forks: bool, had_journal: bool
) -> None:
    """Open the register, log what was done, and begin its new journal when it `forks` and is to have one, with the backup that
    the journal goes on from. Nothing is written in a new journal before that backup, so that it is not taken for one in use.
    """
    with closing(opening.opened(settings, clock=lambda: now, lost_journal=forks)) as store:
        new_journal = forks and (had_journal or opening.wants_journal(store, settings))
        with store.write(JOB) as tx:
            details = {"sikkerhetskopi": done.sikkerhetskopi, "fra_journal": done.fra_journal.antall}
            audit.log(tx, "gjenopprettet", details=details | ({"til": until.isoformat()} if until else {}))
        if new_journal:
            with _said(done):
                aside = store.begin_journal(new=True)
                done.lagt_til_side += [aside.name] if aside else []
                backup.take(store, settings.backup_folder, make=True)


@contextmanager
def _said(done: Restored) -> Iterator[None]:
    """Keep what fails for the answer: the register is back all the same."""
    try:
        yield
    except RegisterError as error:
        done.uten_kopi = str(error)

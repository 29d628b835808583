"""The capture file: one owner process, one write lock, one transaction per service call, and a journal of them."""

from __future__ import annotations

import secrets
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from checks.codebook.loader import take_into_use
from checks.errors import RegisterError
from ingest import migrations, wall_clock
from ingest.access import JOB, Actor
from ingest.capture import connection, contents, reconcile, room, upgrade
from ingest.capture.handle import READERS, Handle
from ingest.capture.transaction import OSLO, Tx
from ingest.capture.turns import Turns
from ingest.journal import steps
from ingest.journal.segments import MIGRATION, TRANSACTION, Entry, Journal, Place
from ingest.vault import FILE, Vault

__all__ = ["OSLO", "Store", "Tx", "create"]

MEMORY_LIMIT = "512MB"
PATIENCE = 1.0  # for how many seconds a job lets others write first
JOURNAL = "journal"  # the folder beside the file, when no other is given
# What a register is, as it says itself (register.om): invented patients, or a hospital's own.
DEMO, DRIFT = "demo", "drift"


class Store:
    """Holds the capture file open. ``clock`` gives an aware UTC time; both it and ``random_bytes`` are injected.

    ``key`` seals secrets; without it a key file beside the register is used (ingest/vault.py). ``journal`` is the journal's folder;
    with ``lost_journal`` a register whose journal is damaged or gone is opened without one. The app sets ``admit``, which may refuse
    an actor, and ``watched``, which goes around each write. ``access_changes`` counts the writes to all that is in tilgang but the log.
    ``given_up`` is 1 when the process before was stopped between a record in the journal and its commit. ``demo`` is what the register
    says that it is. ``keeping`` is held by those who copy the whole register.
    """

    admit: Callable[[Actor], None]
    watched: Callable[[Actor], AbstractContextManager[None]]
    demo: bool
    access_changes = given_up = 0

    def __init__(
        self,
        path: Path,
        clock: Callable[[], datetime] = lambda: wall_clock.now(),
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
        memory_limit: str = MEMORY_LIMIT,
        key: str = "",
        journal: Path | None = None,
        lost_journal: bool = False,
    ) -> None:
        self.path, self.clock, self.random_bytes = path, clock, random_bytes
        self.vault = Vault(path.with_name(FILE), key)
        self.journal_folder = journal or path.with_name(JOURNAL)
        self.admit, self.watched = (lambda _actor: None), (lambda _actor: nullcontext())
        self._turns, self.keeping = Turns(), threading.RLock()
        self._memory_limit, self._lost_journal = memory_limit, lost_journal
        self._journal: Journal | None = None
        self._place = Place(0)
        self._file = Handle(self._opened(), path, memory_limit)
        try:
            with self._file.cursor() as con:
                self.demo = con.execute("select slag from register.om").fetchall() == [(DEMO,)]
                take_into_use(dict(con.execute("select navn, fra from register.utgave").fetchall()))
                unfinished = con.execute("select 1 from register.sletting where renset is null").fetchone()
            if unfinished:
                self.rewrite()  # a process stopped after an erasure, before it had rewritten the file
        except BaseException:
            self.close()
            raise

    def _opened(self) -> duckdb.DuckDBPyConnection:
        """The file, agreeing with its journal and with the program's migrations."""
        old = upgrade.is_older(self.path, self._memory_limit)
        con = connection.checkpointed(self.path, self._memory_limit)
        try:
            self._reconcile(con)
            if old:
                con.close()
                upgrade.upgrade(self.path, self._memory_limit, self._record_migration)
                if self._journal is not None:
                    self._journal.kept(self._place)
                con = connection.checkpointed(self.path, self._memory_limit)
        except BaseException as error:
            con.close()
            if self._journal is not None:
                self._journal.close()
            if isinstance(error, duckdb.Error):
                raise connection.explained(error, self.path) from error
            raise
        return con

    def _reconcile(self, con: duckdb.DuckDBPyConnection) -> None:
        held = reconcile.held(con)
        if held is None:
            return
        register, self._place = held
        agree = reconcile.unless_lost if self._lost_journal else reconcile.reconcile
        self._journal, self.given_up = agree(self.journal_folder, self.vault, register, self._place)

    def _record_migration(self, con: duckdb.DuckDBPyConnection) -> None:
        if self._journal is None:
            return
        entry = self._journal.entry(MIGRATION, self._place, str(migrations.last()).encode())
        reconcile.write_place(con, entry.place)
        self._journal.append(entry)
        self._place = entry.place

    @property
    def journalled(self) -> bool:
        """Whether what is written goes to a journal too."""
        return self._journal is not None

    @property
    def held(self) -> tuple[str, Place] | None:
        """What the register is called in its journal and backups, and how far the journal has come; None without a journal."""
        with self._file.cursor() as con:
            return reconcile.held(con)

    def begin_journal(self, *, new: bool = False, waiting: bool = False) -> Path | None:
        """Begin a journal of what is written from now on. A backup taken after this is what it is the continuation of.

        With `new`, a journal in the folder is set aside, and its new folder returned; otherwise it is refused (REG-295). A
        `waiting` journal refuses everything (REG-321) until `backed_up`.
        """
        with self._turns.alone(), self._file.cursor() as con:
            self._require_room()
            if self._journal is not None:
                self._journal.close()
            register = str(uuid.UUID(bytes=self.random_bytes(16), version=4))
            stamp = f"{self.clock().astimezone(UTC):%Y%m%dT%H%M%S}" if new else None
            journal, aside = reconcile.begin(con, self.journal_folder, self.vault, register, stamp)
            journal.wait(backed_up=not waiting)
            self._journal, self._place = journal, Place(0)
            return aside

    def backed_up(self) -> None:
        """Let a journal that waits for its backup go on."""
        if self._journal is not None:
            self._journal.wait(backed_up=True)

    def next_segment(self) -> Place:
        """Let the journal go on in a new file; returns the place it begins at. Raises as Journal.go_on."""
        with self._turns.alone():
            assert self._journal is not None
            self._journal.go_on(self._place)
        return self._place

    @contextmanager
    def write(self, actor: Actor) -> Iterator[Tx]:
        """A transaction that may write: committed when the block ends, rolled back when the block raises.

        Raises REG-278, and stores nothing, when the journal cannot be written, REG-282 when there is no room, and REG-321 or
        REG-322 when the file of the journal or of the register is gone.
        """
        self.admit(actor)
        with self.watched(actor), self._turns.alone():
            self._file.require_there()
            self._require_room()
            with self._file.cursor() as con:
                con.execute("begin")
                try:
                    tx = Tx(con, actor, self.clock(), self.random_bytes, self.vault)
                    yield tx
                    entry = self._recorded(tx)
                except BaseException:
                    con.execute("rollback")
                    raise
                failure = self._commit(con)
            if failure is not None and not self._settled(entry):
                raise failure
            if entry is not None:
                self._kept(entry.place)
            self.access_changes += tx.changes_access

    def _recorded(self, tx: Tx) -> Entry | None:
        """Put the transaction in the journal; None when there is no journal, or nothing was written."""
        if self._journal is None or not steps.changed(tx.done):
            return None
        content = steps.to_bytes(steps.Done(tx.now, tx.done))
        entry = self._journal.entry(TRANSACTION, self._place, content)
        self._require_room(len(entry.sealed))  # again: another program may be filling the disk
        reconcile.write_place(tx.con, entry.place)
        self._journal.append(entry)
        return entry

    def _require_room(self, record: int = 0) -> None:
        room.require(self.path, self.journal_folder if self.journalled else None, record)

    def _commit(self, con: duckdb.DuckDBPyConnection) -> BaseException | None:
        """Commit; returns what it raised. DuckDB raises also when the commit is done and what comes after it failed."""
        try:
            con.execute("commit")
        except duckdb.Error as error:
            return self._file.failed(error) if connection.is_of_the_disk(error) else error
        except BaseException as error:
            return error
        return None

    def _settled(self, entry: Entry | None) -> bool:
        """Find out whether a commit that raised was done all the same, and give the record up when it was not.

        The journal takes nothing more when that cannot be found out: the next opening of the register will.
        """
        if entry is None or self._journal is None:
            return False
        try:
            done = self.held
        except (RegisterError, duckdb.Error):
            self._journal.stop()
            return False
        if done is not None and done[1] == entry.place:
            return True
        self._journal.give_up(entry.place)
        return False

    def _kept(self, place: Place) -> None:
        assert self._journal is not None
        self._place = place
        self._journal.kept(place)

    def give_way(self, patience: float = PATIENCE) -> None:
        """Let those who wait to write go first, for at most ``patience`` seconds. A job that writes a little at a time calls
        this between its transactions: the lock is not fair, and the job would otherwise take it again at once.
        """
        self._turns.give_way(patience)

    @contextmanager
    def read(self, actor: Actor) -> Iterator[Tx]:
        """A transaction with a consistent view of the register; it is rolled back, so nothing can be written in it."""
        self.admit(actor)
        with self._file.cursor() as con:
            con.execute("begin")
            try:
                yield Tx(con, actor, self.clock(), self.random_bytes, self.vault)
            finally:
                con.execute("rollback")

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor in no transaction, for the snapshot."""
        with self._file.cursor() as con:
            yield con

    def copy(self, to: Path) -> None:
        """Write the register as it is at one moment to a new file, while others read and write."""
        with self._file.cursor() as con:
            contents.copy(con, to)

    def rewrite(self, patience: float = READERS) -> None:
        """Replace the file with a new one that holds the present rows and nothing of what was erased.

        A checkpoint is not enough: what is deleted or changed stays readable in the file's free blocks and under its
        deletion marks. The file from before the last upgrade is deleted. Waits at most ``patience`` seconds for readers.
        Raises REG-110 when they are not done by then; the file then stays as it was, and is rewritten when it is opened next.
        """
        fresh = self.path.with_name(f"{self.path.name}.ny")
        with self._turns.alone():
            try:
                self.copy(fresh)
                self._file.replace(fresh, patience)
                contents.remove(upgrade.previous(self.path))
            finally:
                contents.remove(fresh)
        with self.write(JOB) as tx:
            tx.run("update register.sletting set renset = ? where renset is null", tx.now)
        with self._turns.alone():
            self._file.checkpoint()

    def close(self) -> None:
        """Close the file after writing its log into it, so that none is left behind, and its journal."""
        with self._turns.alone():
            self._file.close()
            if self._journal is not None:
                self._journal.close()


def create(path: Path, slag: str = DRIFT, **options: Any) -> Store:
    """Make a new, empty register that says it is a ``slag`` (DEMO or DRIFT), which nothing changes later.

    Raises REG-088 when a register is there already.
    """
    if path.exists():
        raise RegisterError("REG-088", fil=path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with connection.make(path, MEMORY_LIMIT) as con:
        migrations.run(con)
        con.execute("update register.om set slag = ?", [slag])
        con.execute("checkpoint")
    return Store(path, **options)

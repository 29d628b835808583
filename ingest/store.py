"""The capture file: one owner process, one write lock, one transaction per service call, and a journal of them."""

from __future__ import annotations

import logging
import secrets
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from checks.errors import RegisterError
from ingest import migrations, wall_clock
from ingest.access import JOB, Actor
from ingest.capture import connection, contents, reconcile, upgrade
from ingest.capture.transaction import OSLO, Tx
from ingest.journal import steps
from ingest.journal.segments import MIGRATION, TRANSACTION, Entry, Journal, Place
from ingest.vault import FILE, Vault

__all__ = ["OSLO", "Store", "Tx", "create"]

log = logging.getLogger("smertereg.register")
MEMORY_LIMIT = "512MB"
PATIENCE = 1.0  # for how many seconds a job lets others write first
JOURNAL = "journal"  # the folder beside the file, when no other is given
# What a register is, as it says itself (register.om): invented patients, or a hospital's own.
DEMO, DRIFT = "demo", "drift"


class Store:
    """Holds the capture file open. ``clock`` gives an aware UTC time; both it and ``random_bytes`` are injected.

    ``key`` seals secrets; without it a key file beside the register is used (ingest/vault.py). ``journal`` is the journal's
    folder. The app sets ``admit``, which may refuse an actor before anything is read or written for them, and ``watched``,
    which goes around each write. ``commits`` counts the committed transactions: while it has not changed, what was read
    before still holds. ``given_up`` is 1 when the process that had the file last was stopped between a record in the
    journal and its commit. ``demo`` is whether the register says that it is a demo; any other is not.
    """

    admit: Callable[[Actor], None]
    watched: Callable[[Actor], AbstractContextManager[None]]
    demo: bool
    commits = given_up = 0

    def __init__(
        self,
        path: Path,
        clock: Callable[[], datetime] = lambda: wall_clock.now(),
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
        memory_limit: str = MEMORY_LIMIT,
        key: str = "",
        journal: Path | None = None,
    ) -> None:
        self.path, self.clock, self.random_bytes = path, clock, random_bytes
        self.vault = Vault(path.with_name(FILE), key)
        self.journal_folder = journal or path.with_name(JOURNAL)
        self.admit, self.watched = (lambda _actor: None), (lambda _actor: nullcontext())
        self._lock = threading.Lock()
        self._turn, self._waiting = threading.Condition(), 0
        self._idle, self._in_use = threading.Condition(), 0
        self._memory_limit = memory_limit
        self._journal: Journal | None = None
        self._place = Place(0)
        self._con = self._opened()
        self.demo = self._con.execute("select slag from register.om").fetchall() == [(DEMO,)]
        if self._con.execute("select 1 from register.sletting where renset is null").fetchone():
            self.rewrite()  # a process stopped after an erasure, before it had rewritten the file

    def _opened(self) -> duckdb.DuckDBPyConnection:
        """The file, agreeing with its journal and with the program's migrations."""
        old = upgrade.is_older(self.path, self._memory_limit)
        con = self._checkpointed()
        try:
            held = reconcile.held(con)
            if held is not None:
                register, self._place = held
                self._journal, self.given_up = reconcile.reconcile(
                    self.journal_folder, self.vault, register, self._place
                )
                if self.given_up:
                    log.warning("en lagring som ikke ble fullført da programmet stoppet, er forkastet")
        except BaseException:
            con.close()
            raise
        if old:
            con.close()
            upgrade.upgrade(self.path, self._memory_limit, self._record_migration)
            if self._journal is not None:
                self._journal.kept(self._place)
            con = self._checkpointed()
        return con

    def _checkpointed(self) -> duckdb.DuckDBPyConnection:
        """The file opened. What a killed process left in the log beside it is written into it before anything else is done,
        because DuckDB may lose rows of an index when it is done later.
        """
        con = connection.connect(self.path, self._memory_limit)
        try:
            con.execute("checkpoint")
        except duckdb.Error as error:
            con.close()
            raise connection.explained(error, self.path) from error
        return con

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

    def begin_journal(self) -> None:
        """Begin a journal of what is written from now on. A backup taken after this is what it is the continuation of."""
        with self._alone(), self._cursor() as con:
            register, self._place = str(uuid.UUID(bytes=self.random_bytes(16), version=4)), Place(0)
            journal = Journal(self.journal_folder, self.vault, register)
            journal.begin(self._place)
            con.execute("begin")
            con.execute("delete from register.journal")
            con.execute("insert into register.journal values (?, ?, ?)", [register, 0, self._place.kjede])
            con.execute("commit")
            self._journal = journal

    def next_segment(self) -> Place:
        """Let the journal go on in a new file; returns the place it begins at."""
        with self._alone():
            assert self._journal is not None
            self._journal.begin(self._place)
            return self._place

    @contextmanager
    def write(self, actor: Actor) -> Iterator[Tx]:
        """A transaction that may write: committed when the block ends, rolled back when the block raises.

        Raises REG-278, and stores nothing, when the journal cannot be written.
        """
        self.admit(actor)
        with self.watched(actor), self._alone(), self._cursor() as con:
            con.execute("begin")
            try:
                tx = Tx(con, actor, self.clock(), self.random_bytes, self.vault)
                yield tx
                entry = self._recorded(tx)
            except BaseException:
                con.execute("rollback")
                raise
            self._commit(con, entry)
            self.commits += 1

    def _recorded(self, tx: Tx) -> Entry | None:
        """Put the transaction in the journal; None when there is no journal, or nothing was written."""
        if self._journal is None or not steps.changed(tx.done):
            return None
        content = steps.to_bytes(steps.Done(tx.now, tx.done))
        entry = self._journal.entry(TRANSACTION, self._place, content)
        reconcile.write_place(tx.con, entry.place)
        self._journal.append(entry)
        return entry

    def _commit(self, con: duckdb.DuckDBPyConnection, entry: Entry | None) -> None:
        try:
            con.execute("commit")
        except BaseException as error:
            if entry is not None:
                self._settle(entry.place)
            if isinstance(error, duckdb.Error):
                raise connection.explained(error, self.path) from error
            raise
        if entry is not None:
            self._kept(entry.place)

    def _settle(self, place: Place) -> None:
        """Find out what became of a commit that raised. A register that no longer answers tells it when it is opened next."""
        with suppress(duckdb.Error), self._cursor() as con:
            held = reconcile.held(con)
            if held is not None and held[1] == place:
                self._kept(place)
            elif self._journal is not None:
                self._journal.give_up(place)

    def _kept(self, place: Place) -> None:
        assert self._journal is not None
        self._place = place
        self._journal.kept(place)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the write lock; a caller that waits for it is counted, for ``give_way``."""
        with self._turn:
            self._waiting += 1
        with self._lock:
            with self._turn:
                self._waiting -= 1
                self._turn.notify_all()
            yield

    def give_way(self, patience: float = PATIENCE) -> None:
        """Let those who wait to write go first, for at most ``patience`` seconds.

        A job that writes a little at a time calls this between its transactions: the lock is not fair, so the job would
        otherwise take it again at once.
        """
        with self._turn:
            self._turn.wait_for(lambda: self._waiting == 0, patience)

    @contextmanager
    def read(self, actor: Actor) -> Iterator[Tx]:
        """A transaction with a consistent view of the register; it is rolled back, so nothing can be written in it."""
        self.admit(actor)
        with self._cursor() as con:
            con.execute("begin")
            try:
                yield Tx(con, actor, self.clock(), self.random_bytes, self.vault)
            finally:
                con.execute("rollback")

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor in no transaction, for the snapshot."""
        with self._cursor() as con:
            yield con

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._idle:
            con = self._con.cursor()
            self._in_use += 1
        try:
            yield con
        finally:
            con.close()
            with self._idle:
                self._in_use -= 1
                self._idle.notify_all()

    def copy(self, to: Path) -> None:
        """Write the register as it is at one moment to a new file, while others read and write."""
        with self._cursor() as con:
            contents.copy(con, to)

    def rewrite(self, patience: float = 60) -> None:
        """Replace the file with a new one that holds the present rows and nothing of what was erased.

        A checkpoint is not enough: what is deleted or changed stays readable in the file's free blocks and under its
        deletion marks. Waits at most ``patience`` seconds for readers. Raises REG-110 when they are not done by then;
        the file then stays as it was, and is rewritten when it is opened next.
        """
        fresh = self.path.with_name(f"{self.path.name}.ny")
        with self._lock:
            try:
                self.copy(fresh)
                with self._idle:
                    if not self._idle.wait_for(lambda: self._in_use == 0, patience):
                        raise RegisterError("REG-110")
                    # Closing writes the log into the old file, so that none is left beside the new one.
                    self._con.execute("checkpoint")
                    self._con.close()
                    fresh.replace(self.path)
                    self._con = connection.connect(self.path, self._memory_limit)
            finally:
                contents.remove(fresh)
        with self.write(JOB) as tx:
            tx.run("update register.sletting set renset = ? where renset is null", tx.now)
        with self._alone():
            self._con.execute("checkpoint")

    def close(self) -> None:
        """Close the file after writing its log into it, so that none is left behind."""
        with self._lock:
            self._con.execute("checkpoint")
            self._con.close()
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

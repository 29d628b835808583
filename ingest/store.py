"""The capture file: one owner process, one write lock, one transaction per service call."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from checks.errors import RegisterError
from checks.values import require_written
from ingest import migrations, wall_clock
from ingest.access import Actor
from ingest.vault import FILE, Vault

OSLO = ZoneInfo("Europe/Oslo")
MEMORY_LIMIT = "512MB"
PATIENCE = 1.0  # for how many seconds a job lets others write first


@dataclass(frozen=True)
class Tx:
    """One transaction: its cursor, the actor, the time (UTC), the source of salts, and the vault that seals secrets."""

    con: duckdb.DuckDBPyConnection
    actor: Actor
    now: datetime
    random_bytes: Callable[[int], bytes]
    vault: Vault

    @property
    def today(self) -> date:
        """The date in Norway."""
        return self.now.astimezone(OSLO).date()

    def rows(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        """The result as dictionaries. Raises REG-255 for a parameter with characters that cannot be stored."""
        require_written(params)
        cursor = self.con.execute(sql, params)
        names = [d[0] for d in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, sql: str, *params: Any) -> dict[str, Any] | None:
        """The first row of the result, or None."""
        return next(iter(self.rows(sql, *params)), None)

    def run(self, sql: str, *params: Any) -> None:
        """Raises REG-255 as ``rows``."""
        require_written(params)
        self.con.execute(sql, params)

    def frame(self, sql: str, *params: Any) -> pl.DataFrame:
        """The result as typed columns."""
        return self.con.execute(sql, params).pl()

    def insert(self, table: str, frame: pl.DataFrame) -> None:
        """Add the frame's rows to a table; columns by name."""
        self.con.register("nye_rader", frame.to_arrow())
        self.con.execute(f"insert into {table} by name select * from nye_rader")
        self.con.unregister("nye_rader")

    def next_id(self, counter: str) -> int:
        """The next number of a counter; a number is never used twice, not even after erasure."""
        return self.next_ids(counter, 1)[0]

    def next_ids(self, counter: str, count: int) -> range:
        """The next ``count`` numbers of a counter."""
        row = self.row("update register.teller set neste = neste + ? where navn = ? returning neste", count, counter)
        assert row is not None, counter
        return range(int(row["neste"]) - count, int(row["neste"]))


class Store:
    """Holds the capture file open. ``clock`` gives an aware UTC time; both it and ``random_bytes`` are injected.

    ``key`` seals secrets; without it a key file beside the register is used (ingest/vault.py). ``admit`` may refuse an
    actor before anything is read or written for them: the app sets it to ask for a live session. ``commits`` counts the
    committed transactions: while it has not changed, what was read before still holds.
    """

    admit: Callable[[Actor], None]
    commits = 0

    def __init__(
        self,
        path: Path,
        clock: Callable[[], datetime] = lambda: wall_clock.now(),
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
        memory_limit: str = MEMORY_LIMIT,
        key: str = "",
    ) -> None:
        self.path, self.clock, self.random_bytes = path, clock, random_bytes
        self.vault = Vault(path.with_name(FILE), key)
        self.admit = lambda _actor: None
        self._lock = threading.Lock()
        self._turn, self._waiting = threading.Condition(), 0
        self._idle, self._in_use = threading.Condition(), 0
        self._memory_limit = memory_limit
        self._con = _open(path, memory_limit)
        migrations.run(self._con, path)
        if self._con.execute("select 1 from register.sletting where renset is null").fetchone():
            self.rewrite()  # a process stopped after an erasure, before it had rewritten the file

    @contextmanager
    def write(self, actor: Actor) -> Iterator[Tx]:
        """A transaction that may write: committed when the block ends, rolled back when the block raises."""
        self.admit(actor)
        with self._alone(), self._cursor() as con:
            con.execute("begin")
            try:
                yield Tx(con, actor, self.clock(), self.random_bytes, self.vault)
            except BaseException:
                con.execute("rollback")
                raise
            con.execute("commit")
            self.commits += 1

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

    def rewrite(self, patience: float = 60) -> None:
        """Replace the file with a new one that holds the present rows and nothing of what was erased.

        A checkpoint is not enough: what is deleted or changed stays readable in the file's free blocks and under its
        deletion marks. Waits at most ``patience`` seconds for readers. Raises REG-110 when they are not done by then;
        the file then stays as it was, and is rewritten when it is opened next.
        """
        fresh = self.path.with_name(f"{self.path.name}.ny")
        with self._lock:
            _remove(fresh)
            try:
                with self._cursor() as con:
                    name = con.execute("select current_database()").fetchall()[0][0]
                    con.execute(f"attach {_quoted(str(fresh))} as ny")
                    try:
                        con.execute(f'copy from database "{name}" to ny')
                        con.execute("update ny.register.sletting set renset = ? where renset is null", [self.clock()])
                    finally:
                        con.execute("detach ny")
                with self._idle:
                    if not self._idle.wait_for(lambda: self._in_use == 0, patience):
                        raise RegisterError("REG-110")
                    # Closing writes the journal into the old file, so that none is left beside the new one.
                    self._con.execute("checkpoint")
                    self._con.close()
                    fresh.replace(self.path)
                    self._con = _open(self.path, self._memory_limit)
            finally:
                _remove(fresh)

    def close(self) -> None:
        """Close the file after writing the journal into it, so that no journal is left behind."""
        with self._lock:
            self._con.execute("checkpoint")
            self._con.close()


def create(path: Path, **options: Any) -> Store:
    """Make a new, empty register. Raises REG-088 when one is there already."""
    if path.exists():
        raise RegisterError("REG-088", fil=path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    _connect(path, MEMORY_LIMIT).close()
    return Store(path, **options)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _remove(path: Path) -> None:
    for left in (path, path.with_name(f"{path.name}.wal")):
        left.unlink(missing_ok=True)


def _open(path: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    if not path.exists():
        raise RegisterError("REG-081", fil=str(path))
    return _connect(path, memory_limit)


def _connect(path: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    try:
        # DuckDB gets one thread: each caller has a thread already, and a snapshot must not take the cores that saves need.
        con = duckdb.connect(str(path), config={"memory_limit": memory_limit, "threads": 1})
        con.execute("set global TimeZone = 'UTC'")
        return con
    except duckdb.IOException as error:
        if "lock" in str(error):
            raise RegisterError("REG-082", fil=path.name) from error
        raise RegisterError("REG-080", fil=path.name) from error
    except duckdb.Error as error:
        raise RegisterError("REG-080", fil=path.name) from error

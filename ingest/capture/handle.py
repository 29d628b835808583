"""The capture file held open: cursors for many threads, and the file opened again or put in another's place between them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from checks.errors import RegisterError
from ingest import disk
from ingest.capture import connection

log = logging.getLogger("smertereg.register")
READERS = 60.0  # for how many seconds readers are waited for before the file is opened again


class Handle:
    """One open connection to `path`; every caller gets a cursor of its own."""

    def __init__(self, con: duckdb.DuckDBPyConnection, path: Path, memory_limit: str) -> None:
        self._con, self.path, self._memory_limit = con, path, memory_limit
        self._there = path.stat()
        self._idle, self._in_use = threading.Condition(), 0
        self._broken: RegisterError | None = None

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor until the block ends. Raises as connection.explained when the disk or the file fails it."""
        with self._idle:
            self._mend()
            con = self._con.cursor()
            self._in_use += 1
        try:
            yield con
        except connection.FAILURES as error:
            raise self.failed(error) from error
        finally:
            con.close()
            with self._idle:
                self._in_use -= 1
                self._idle.notify_all()

    def require_there(self) -> None:
        """Raise REG-322 when the open file is no longer the one at the path: what is written now would go with it."""
        if not disk.is_at(self.path, self._there):
            raise RegisterError("REG-322", fil=self.path.name)

    def failed(self, error: duckdb.Error) -> RegisterError:
        """What is wrong. After an error that DuckDB does not recover from by itself, such as a full disk in a checkpoint, the
        file is opened again for the next cursor.
        """
        failure = connection.explained(error, self.path)
        if isinstance(error, duckdb.FatalException):
            self._broken = failure
        return failure

    def _mend(self) -> None:
        if self._broken is None:
            return
        self.require_there()
        if not self._idle.wait_for(lambda: self._in_use == 0, READERS):
            raise self._broken
        if self._broken is not None:
            with suppress(duckdb.Error):
                self._con.close()
            self._con = connection.connect(self.path, self._memory_limit)
            self._broken = None

    def replace(self, fresh: Path, patience: float) -> None:
        """Put `fresh` in the file's place when nobody reads. Raises REG-110 when they have not ended after `patience` seconds."""
        with self._idle:
            if not self._idle.wait_for(lambda: self._in_use == 0, patience):
                raise RegisterError("REG-110")
            # Closing writes the log into the old file, so that none is left beside the new one.
            self.checkpoint()
            self._con.close()
            try:
                disk.swap(fresh, self.path)
            finally:
                self._con, self._there = connection.connect(self.path, self._memory_limit), self.path.stat()

    def checkpoint(self) -> None:
        """Write the log into the file."""
        try:
            self._con.execute("checkpoint")
        except connection.FAILURES as error:
            raise self.failed(error) from error

    def close(self) -> None:
        """Write the log into the file and let go of it. A log that cannot be written stays beside the file, and is read when
        the file is opened next.
        """
        try:
            self.checkpoint()
        except RegisterError as failure:
            log.warning("registeret ble lukket uten at loggen ble skrevet inn", extra={"kode": failure.code})
        finally:
            self._con.close()

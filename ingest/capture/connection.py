"""Opens the capture file, and says in a sentence why it cannot be opened or read."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb

from checks.errors import RegisterError
from ingest import disk

# What DuckDB says → the code of what is wrong; the first that fits. The words are those of the operating system's errors and
# of DuckDB's checksums.
_CAUSES = (
    ("could not set lock on file", "REG-082"),
    ("no space left on device", "REG-282"),
    ("disk quota exceeded", "REG-282"),
    ("file too large", "REG-282"),
    ("out of memory", "REG-297"),
    ("read-only file system", "REG-283"),
    ("permission denied", "REG-283"),
    ("operation not permitted", "REG-283"),
    ("replaying wal", "REG-284"),
    ("corrupt wal", "REG-284"),
)


def connect(path: Path, memory_limit: str, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the file. Raises REG-081 when there is none, and what ``explained`` gives when it cannot be opened."""
    if not path.exists():
        raise RegisterError("REG-081", fil=str(path))
    return make(path, memory_limit, read_only=read_only)


def make(path: Path, memory_limit: str, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the file, and make it when there is none."""
    try:
        # DuckDB gets one thread: each caller has a thread already, and a snapshot must not take the cores that saves need.
        con = duckdb.connect(str(path), read_only, {"memory_limit": memory_limit, "threads": 1})
        con.execute("set global TimeZone = 'UTC'")
        return con
    except duckdb.Error as error:
        raise explained(error, path) from error


# What DuckDB raises when the disk or the file fails it, and not the statement.
FAILURES = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.OutOfMemoryException)
_CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}


def refused(error: OSError, path: Path) -> RegisterError | None:
    """What is wrong with the disk that `path` was to be written on: full (REG-282) or closed to writing (REG-283); None when
    it is something else.
    """
    code = "REG-282" if error.errno in disk.FULL else "REG-283" if error.errno in _CLOSED else None
    return RegisterError(code, fil=path.name) if code else None


def checkpointed(path: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """Open the file, and write into it what a killed process left in the log beside it, before anything else is done:
    DuckDB may lose rows of an index when it is done later. Raises as ``connect``.
    """
    con = connect(path, memory_limit)
    try:
        con.execute("checkpoint")
    except duckdb.Error as error:
        con.close()
        raise explained(error, path) from error
    return con


def explained(error: duckdb.Error, path: Path) -> RegisterError:
    """What is wrong with the file: in use (REG-082), the disk full (REG-282) or closed to writing (REG-283), the log of the
    latest saves damaged (REG-284), too little memory (REG-297), or the file itself damaged or no register (REG-080).
    """
    return RegisterError(_cause(error) or "REG-080", fil=path.name)


def is_of_the_disk(error: duckdb.Error) -> bool:
    """Whether the disk or the file failed DuckDB, and not the statement or its values."""
    return isinstance(error, FAILURES) or _cause(error) is not None


def _cause(error: duckdb.Error) -> str | None:
    said = str(error).lower()
    return next((code for words, code in _CAUSES if words in said), None)

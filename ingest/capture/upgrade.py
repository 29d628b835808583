"""Brings a capture file to the program's migrations: on a copy, which takes its place when it is whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb

from checks.errors import RegisterError
from ingest import disk, migrations
from ingest.capture import connection
from ingest.capture.contents import digests, remove

PREVIOUS = "forrige"  # the file as it was before the last upgrade: what a return to the older program needs


def previous(path: Path) -> Path:
    """Where the file from before the last upgrade lies."""
    return path.with_name(f"{path.name}.{PREVIOUS}")


def is_older(path: Path, memory_limit: str) -> bool:
    """Whether the file lacks migrations. Raises REG-089 when it has some that the program does not know; the file is then as
    it was, also the log beside it.
    """
    with connection.connect(path, memory_limit, read_only=True) as con:
        done = _current(con, path)
    if done > migrations.last():
        raise RegisterError("REG-089", fil=path.name, verdi=done)
    return done < migrations.last()


def upgrade(path: Path, memory_limit: str, before_swap: Callable[[duckdb.DuckDBPyConnection], None]) -> None:
    """Run the migrations that the file lacks on a copy, and swap it in. `before_swap` gets the finished copy.

    Raises REG-287 when a migration fails, or when the copy does not hold the rows of the file; the file is then as it was.
    """
    copy, kept = path.with_name(f"{path.name}.ny"), previous(path)
    with connection.connect(path, memory_limit) as con:
        con.execute("checkpoint")
        there = digests(con, path)
    remove(copy)
    try:
        shutil.copyfile(path, copy)
        copy.chmod(0o600)
        with connection.connect(copy, memory_limit) as con:
            if digests(con, copy) != there:
                raise RegisterError("REG-287", fil=path.name, melding="kopien er ikke lik filen")
            migrations.run(con)
            before_swap(con)
            con.execute("checkpoint")
        kept.unlink(missing_ok=True)
        kept.hardlink_to(path)
        disk.swap(copy, path)
    except duckdb.Error as error:
        told = ": ".join([*getattr(error, "__notes__", ()), type(error).__name__])
        raise RegisterError("REG-287", fil=path.name, melding=told) from error
    except OSError as error:
        raise RegisterError("REG-287", fil=path.name, melding=disk.cause(error)) from error
    finally:
        remove(copy)


def _current(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    try:
        return migrations.current(con)
    except duckdb.Error as error:
        raise connection.explained(error, path) from error

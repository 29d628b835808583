"""Reads every column of every table, to compare one file with another and to find damage."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import duckdb

from ingest.capture import connection


class Digest(NamedTuple):
    """Rows of a table, and the sum of their hashes: equal for equal rows in any order, in one version of DuckDB."""

    rader: int
    sum: str


def remove(path: Path) -> None:
    """Delete a file and the log beside it."""
    for left in (path, path.with_name(f"{path.name}.wal")):
        if left.exists():  # a disk that is closed to writing refuses to delete also what is not there
            left.unlink()


def copy(con: duckdb.DuckDBPyConnection, to: Path) -> None:
    """Write everything that `con` sees at one moment to a new file of mode 600. Raises as connection.explained, of `to`; nothing
    is then left there.
    """
    remove(to)
    name = con.execute("select current_database()").fetchall()[0][0]
    quoted = "'" + str(to).replace("'", "''") + "'"
    try:
        # Named by its file, because an attached file is seen by every connection, and two copies may be made at a time.
        con.execute(f'attach {quoted} as "{to.name}"')
        to.chmod(0o600)
        try:
            con.execute(f'copy from database "{name}" to "{to.name}"')
        finally:
            con.execute(f'detach "{to.name}"')
    except duckdb.Error as error:
        remove(to)
        raise connection.explained(error, to) from error


def tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Every table of the file as schema.table, in order of name."""
    found = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where not internal and database_name = current_database() order by 1"
    ).fetchall()
    return [name for (name,) in found]


def digest(con: duckdb.DuckDBPyConnection, table: str) -> Digest:
    """The digest of a table. Raises duckdb.Error where it cannot be read."""
    row = con.execute(f"select count(*), coalesce(sum(hash(t)::hugeint), 0)::varchar from {table} t").fetchone()
    assert row is not None
    return Digest(int(row[0]), row[1])


def digests(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, Digest]:
    """The digest of every table of `path`, which `con` has open. Raises as connection.explained where it is damaged."""
    try:
        return {table: digest(con, table) for table in tables(con)}
    except duckdb.Error as error:
        raise connection.explained(error, path) from error

"""Numbered migrations of the capture file, each in its own transaction with a checkpoint after.

DDL runs here and nowhere else, because DuckDB may fail to replay DDL from its log after a crash; hence the checkpoint.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

HERE = Path(__file__).parent


def available() -> list[tuple[int, Path]]:
    """(number, file) of the migrations shipped with this version, in order."""
    return sorted((int(path.stem.split("_")[0]), path) for path in HERE.glob("[0-9]*.sql"))


def last() -> int:
    """The number of the newest migration of this version."""
    return available()[-1][0]


def current(con: duckdb.DuckDBPyConnection) -> int:
    """The number of the last migration that was run on the file; 0 for an empty file."""
    known = con.execute(
        "select 1 from duckdb_tables() where schema_name = 'register' and table_name = 'migrering'"
    ).fetchone()
    if known is None:
        return 0
    row = con.execute("select max(nummer) from register.migrering").fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def run(con: duckdb.DuckDBPyConnection, to: int | None = None) -> None:
    """Run the migrations that the file has not had, up to number `to`, or all. An error has the migration's name as a note."""
    done = current(con)
    for number, file in available():
        if number <= done or (to is not None and number > to):
            continue
        con.execute("begin")
        try:
            con.execute(file.read_text(encoding="utf-8"))
            con.execute("insert into register.migrering values (?, ?, now())", [number, file.stem])
        except BaseException as error:
            con.execute("rollback")
            error.add_note(file.stem)
            raise
        con.execute("commit")
        con.execute("checkpoint")

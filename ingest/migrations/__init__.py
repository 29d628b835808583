"""Numbered migrations of the capture file, each in its own transaction with a checkpoint after.

DDL runs here and nowhere else, because DuckDB may fail to replay DDL from a journal after a crash; hence the checkpoint.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from checks.errors import RegisterError

HERE = Path(__file__).parent


def available() -> list[tuple[int, Path]]:
    """(number, file) of the migrations shipped with this version, in order."""
    return sorted((int(path.stem.split("_")[0]), path) for path in HERE.glob("[0-9]*.sql"))


def current(con: duckdb.DuckDBPyConnection) -> int:
    """The number of the last migration that was run on the file; 0 for an empty file."""
    known = con.execute(
        "select 1 from duckdb_tables() where schema_name = 'register' and table_name = 'migrering'"
    ).fetchone()
    if known is None:
        return 0
    row = con.execute("select max(nummer) from register.migrering").fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def run(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Run the migrations that the file has not had. Raises REG-089 when the file is newer than the program."""
    done, steps = current(con), available()
    if done > steps[-1][0]:
        raise RegisterError("REG-089", fil=path.name, verdi=done)
    for number, file in steps:
        if number <= done:
            continue
        con.execute("begin")
        try:
            con.execute(file.read_text(encoding="utf-8"))
            con.execute("insert into register.migrering values (?, ?, now())", [number, file.stem])
        except BaseException:
            con.execute("rollback")
            raise
        con.execute("commit")
        con.execute("checkpoint")

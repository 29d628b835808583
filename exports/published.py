"""Read what is published now: the app's only way to the warehouse."""

import json
import threading
from pathlib import Path

import duckdb

from checks.errors import RegisterError
from exports.publish import FINISHED, published_id

MEMORY = "1GB"


_lock = threading.Lock()
_open: dict[Path, tuple[str, duckdb.DuckDBPyConnection]] = {}


def connect(data: Path) -> duckdb.DuckDBPyConnection:
    """A read-only cursor on analyse.duckdb as published under `data` now, for one caller in one thread.

    The file is opened once and shared; it is reopened when the published id has changed, because an open handle
    otherwise keeps the old rows for ever. Cursors already handed out go on reading the publishing they began with.
    Raises RegisterError REG-085 or REG-080.
    """
    data = data.resolve()
    with _lock:
        current = published_id(data)
        if current is None:
            raise RegisterError("REG-085")
        known = _open.get(data)
        if known is None or known[0] != current:
            path = data / "publishing" / current / "analyse.duckdb"
            try:
                con = duckdb.connect(str(path), read_only=True)
            except duckdb.IOException as error:
                raise RegisterError("REG-092", fil=path.name) from error
            con.execute(f"set memory_limit = '{MEMORY}'")
            con.execute("set TimeZone = 'Europe/Oslo'")
            # The old connection is let go of, not closed: closing it would stop the cursors that are still reading.
            _open[data] = (current, con)
        return _open[data][1].cursor()


def has(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether what is published has the table: it may have been made by an earlier version of the program."""
    return bool(con.execute("select 1 from duckdb_tables() where table_name = ?", [table]).fetchall())


def controls(data: Path) -> dict[str, int] | None:
    """How many controls the current publishing passed (`bestatt`) and failed (`feilet`); None when it does not say."""
    try:
        said = json.loads((data / "published" / FINISHED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return said.get("kontroller")


def close(data: Path) -> None:
    """Let go of the file, as when the app stops."""
    with _lock:
        known = _open.pop(data.resolve(), None)
        if known is not None:
            known[1].close()

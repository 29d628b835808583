"""Read the current publishing; the app reads the warehouse only through this module."""

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

    The file is opened once and shared. It is reopened when the published id has changed, because an open handle would go
    on showing the old rows. Cursors that are handed out already go on reading the publishing they began with. Raises
    REG-085 (nothing is published) or REG-080 (the file cannot be read).
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
            # The old connection is dropped but not closed: closing it would stop the cursors that are still reading.
            _open[data] = (current, con)
        return _open[data][1].cursor()


def has(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether the publishing has the table; one made by an earlier version of the program may lack it."""
    return bool(con.execute("select 1 from duckdb_tables() where table_name = ?", [table]).fetchall())


def controls(data: Path) -> dict[str, int] | None:
    """How many controls the current publishing passed (`bestatt`) and failed (`feilet`); None when that is not kept."""
    try:
        said = json.loads((data / "published" / FINISHED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return said.get("kontroller")


def close(data: Path) -> None:
    """Drop the connection to the file under `data`, as when the app stops."""
    with _lock:
        known = _open.pop(data.resolve(), None)
        if known is not None:
            known[1].close()

"""What a transaction did, step by step: carried out by the store, kept in the journal, and carried out again by a restore."""

from __future__ import annotations

import base64
import io
import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import duckdb
import polars as pl

from checks.values import CONTROLS

# A result that is not the same the second time may not be written by a statement.
_UNREPEATABLE = re.compile(
    r"\b(now|random|uuid|uuidv4|uuidv7|gen_random_uuid|today|nextval)\s*\(|\bcurrent_(date|time)", re.I
)
_READS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


class Step(NamedTuple):
    """One thing done to the register. `what` names one of _DOING, `text` is its SQL or a name, `values` what it was given."""

    what: str
    text: str
    values: Any = ()


@dataclass(frozen=True)
class Done:
    """A committed transaction: when (UTC), and its steps in order."""

    tid: datetime
    steps: Sequence[Step]


def writes(step: Step) -> bool:
    """Whether a step changes the register, or lets a later one do it. Raises ValueError for a statement whose result cannot
    be repeated.
    """
    return step.what not in ("run", "many") or _changes(step.text)


def texts(step: Step) -> Iterable[Any]:
    """The values that a step is given, among them every text that may have characters which cannot be stored."""
    if step.what == "many":
        return chain.from_iterable(step.values)
    if isinstance(step.values, pl.DataFrame):
        columns = step.values.select(pl.col(pl.String)).iter_columns()
        return chain.from_iterable(column.filter(column.str.contains(f"[{CONTROLS}]")) for column in columns)
    return step.values.values() if isinstance(step.values, Mapping) else step.values


def changed(done: Sequence[Step]) -> bool:
    """Whether any of the steps changed the register."""
    return any(step.what in ("run", "many", "insert") for step in done)


@lru_cache(maxsize=4096)
def _changes(sql: str) -> bool:
    if all(statement.type in _READS for statement in duckdb.extract_statements(sql)):
        return False
    if _UNREPEATABLE.search(sql):
        raise ValueError(f"kan ikke gjentas fra journalen: {sql}")
    return True


def do(con: duckdb.DuckDBPyConnection, step: Step) -> duckdb.DuckDBPyConnection:
    """Carry out a step; returns the connection, with the step's result to fetch."""
    return _DOING[step.what](con, step.text, step.values)


def run(sql: str, values: Sequence[Any] | Mapping[str, Any]) -> Step:
    """A statement with the values of its places, in order or by name."""
    return Step("run", sql, values)


def run_many(sql: str, rows: Sequence[Sequence[Any]]) -> Step:
    """A statement carried out once for each row of values."""
    return Step("many", sql, [tuple(row) for row in rows])


def insert(table: str, frame: pl.DataFrame) -> Step:
    """The frame's rows into a table, columns by name."""
    return Step("insert", table, frame)


def show(name: str, frame: pl.DataFrame) -> Step:
    """A frame that the steps after it may read as the table `name`."""
    return Step("show", name, frame)


def hide(name: str) -> Step:
    """No more of a frame that was shown."""
    return Step("hide", name)


def _run(con: duckdb.DuckDBPyConnection, sql: str, values: Any) -> duckdb.DuckDBPyConnection:
    return con.execute(sql, values)


def _many(con: duckdb.DuckDBPyConnection, sql: str, rows: Any) -> duckdb.DuckDBPyConnection:
    return con.executemany(sql, rows) if rows else con


def _insert(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    _show(con, "nye_rader", frame)
    con.execute(f"insert into {table} by name select * from nye_rader")
    return _hide(con, "nye_rader", ())


def _show(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    return con.register(name, frame.to_arrow())


def _hide(con: duckdb.DuckDBPyConnection, name: str, _: Any) -> duckdb.DuckDBPyConnection:
    return con.unregister(name)


_DOING: dict[str, Callable[[duckdb.DuckDBPyConnection, str, Any], duckdb.DuckDBPyConnection]] = {
    "run": _run,
    "many": _many,
    "insert": _insert,
    "show": _show,
    "hide": _hide,
}


def to_bytes(done: Done) -> bytes:
    """The transaction as bytes. Raises TypeError for a value of a type that cannot be kept."""
    content = {"tid": done.tid, "gjort": [[step.what, step.text, step.values] for step in done.steps]}
    return zlib.compress(json.dumps(content, default=_plain, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)


def from_bytes(content: bytes) -> Done:
    """The transaction that ``to_bytes`` made bytes of."""
    text = zlib.decompress(content).decode("utf-8", "surrogatepass")
    read = json.loads(text, object_hook=_value)
    return Done(read["tid"], [Step(*step) for step in read["gjort"]])


def _plain(value: Any) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"$tid": value.isoformat()}
    if isinstance(value, date):
        return {"$dag": value.isoformat()}
    if isinstance(value, bytes):
        return {"$byte": base64.b64encode(value).decode()}
    if isinstance(value, pl.DataFrame):
        stream = io.BytesIO()
        value.write_ipc_stream(stream)
        return {"$ramme": base64.b64encode(stream.getvalue()).decode()}
    raise TypeError(f"journalen kan ikke holde {type(value).__name__}")


# A name that no parameter of a statement can have, so that a value is not taken for another.
_READING: dict[str, Callable[[str], Any]] = {
    "$tid": datetime.fromisoformat,
    "$dag": date.fromisoformat,
    "$byte": base64.b64decode,
    "$ramme": lambda text: pl.read_ipc_stream(base64.b64decode(text)),
}


def _value(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        [(kind, text)] = found.items()
        if kind in _READING:
            return _READING[kind](text)
    return found

"""The process that runs one query: it has the published file open and may then open nothing more, neither file nor socket.

It is started as a script by exports/queries/run.py with an empty environment, and imports nothing of ours. The SQL comes on
standard input. Standard output gets one line of JSON, and after it, when the query was run, the rows as an Arrow stream.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

MEMORY = "512MB"  # what DuckDB may use for a query
HEADROOM = 900_000_000  # bytes of address space beyond what the process needed to start
BATCH = 2_048
WIDEST = 1_000  # columns of an answer: all who get it hold it whole, and the screen draws them all
COUNTED = 10_000_000  # rows left out are counted no further
# Where a query may read from. Everything else that stands after «from» could be a file, a setting or another database.
TABLE_FUNCTIONS = {"range", "generate_series", "unnest"}
REFERENCES = {"BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT", "SHOW_REF"}
# Functions that tell of the machine or the connection, or that plan or run SQL given as text.
FORBIDDEN = {
    "current_setting",
    "getenv",
    "getvariable",
    "json_serialize_plan",
    "nextval",
    "currval",
    "write_log",
    "set_config",
    "pg_get_viewdef",
}
# Types that csv, Parquet and the screen all hold; others are given as text.
TYPES = {"BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
TYPES |= {"FLOAT", "DOUBLE", "VARCHAR", "DATE", "TIMESTAMP"}
WHOLE = "DECIMAL(38,0)"  # in place of DuckDB's 128-bit integers, which sums of integers are


class Refused(Exception):
    """A query that is not run. ``kind`` is what run.py's reader knows it by, ``word`` the word that it is about."""

    def __init__(self, kind: str, word: str = "", position: int | None = None) -> None:
        super().__init__(kind)
        self.told = {"slag": kind, "ord": word, "posisjon": position}


def opened(file: str) -> duckdb.DuckDBPyConnection:
    """A connection to the published file, locked: no other file, extension, setting, or variable of this program."""
    con = duckdb.connect(
        file,
        read_only=True,
        config={
            "memory_limit": MEMORY,
            "threads": "1",
            "temp_directory": "",
            "max_temp_directory_size": "0B",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_persistent_secrets": "false",
            "python_enable_replacements": "false",
        },
    )
    for setting in (
        "TimeZone = 'Europe/Oslo'",
        "errors_as_json = true",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        con.execute(f"set {setting}")
    return con


def locked_in(seconds: int, most_written: int) -> None:
    """Bound what the process may use from now on. It can open nothing more: every new file and socket needs a number."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    signal.alarm(seconds + 2)  # should the process that started this one be gone
    os.nice(10)
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, seconds + 1),
        (resource.RLIMIT_FSIZE, most_written),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_AS, used + HEADROOM),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(what, (most, most))


def statement(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The one query in the text. Raises Refused when there is none, several, or something that is no query."""
    found = con.extract_statements(sql)
    if not found:
        raise Refused("tom")
    if len(found) > 1 and _first_word(sql).lower() == "pivot" and not found[-1].query:
        raise Refused("pivot", "pivot")  # DuckDB would first make a type of the values that it finds
    if len(found) > 1:
        raise Refused("flere")
    if found[0].type != duckdb.StatementType.SELECT:
        raise Refused("ikke spørring", _first_word(sql))
    return found[0].query


def _first_word(sql: str) -> str:
    return next(iter(sql.split()), "")[:40]


def approved(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise Refused unless the query reads only the file's own tables, and uses no function that tells of the machine."""
    row = con.execute("select json_serialize_sql(?, skip_default := true)", [sql]).fetchone()
    tree = json.loads(row[0]) if row else {"error": True}
    if tree.get("error"):
        raise Refused("ikke spørring", _first_word(sql))
    known = {
        name.lower()
        for (name,) in con.execute(
            "select table_name from duckdb_tables() where not internal union all "
            "select view_name from duckdb_views() where not internal"
        ).fetchall()
    }
    own = {name.lower() for (name,) in con.execute("select view_name from duckdb_views() where internal").fetchall()}
    nodes = list(_nodes(tree["statements"]))
    for name in {entry["key"] for node in nodes for entry in node.get("cte_map", {}).get("map", ())}:
        # Where the query's own table is not in scope, the name would be DuckDB's own view of the machine, or a file.
        if name.lower() in own or any(sign in name for sign in "./\\:*?["):
            raise Refused("tabell", name)
        known.add(name.lower())
    for node in nodes:
        _approve(node, known)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            yield found
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found


def _approve(node: dict[str, Any], known: set[str]) -> None:
    position = node.get("query_location")
    kind = node.get("type")
    if kind == "BASE_TABLE":
        name = str(node.get("table_name", ""))
        inside = node.get("schema_name", "") in ("", "main") and not node.get("catalog_name")
        if not inside or name.lower() not in known:
            raise Refused("tabell", name, position)
    elif kind == "TABLE_FUNCTION":
        function = node.get("function", {})
        if str(function.get("function_name", "")).lower() not in TABLE_FUNCTIONS:
            raise Refused("kilde", str(function.get("function_name", "")), position)
    elif kind == "SHOW_REF":
        name = str(node.get("table_name", "")).strip('"')
        if name and name.lower() not in {*known, "tables"}:
            raise Refused("tabell", name, position)
    elif node.get("class") == "FUNCTION" and str(node.get("function_name", "")).lower() in FORBIDDEN:
        raise Refused("funksjon", str(node["function_name"]), position)
    for place in ("from_table", "source", *(("left", "right") if kind == "JOIN" else ())):
        source = node.get(place)
        if isinstance(source, dict) and source.get("type") not in REFERENCES:
            raise Refused("kilde", str(source.get("type")), source.get("query_location"))


def answer(
    con: duckdb.DuckDBPyConnection, sql: str, most_rows: int, most_bytes: int
) -> tuple[dict[str, Any], pa.Table]:
    """What there is to tell of the answer, and its rows: the first ``most_rows`` that ``most_bytes`` have room for."""
    found = _bound(con, sql)
    if len(found.columns) > WIDEST:
        raise Refused("for stort")
    reader = _in_plain_types(found).to_arrow_reader(BATCH)
    kept: list[pa.RecordBatch] = []
    rows = size = left = 0
    for batch in reader:
        room = most_rows - rows if size < most_bytes else 0
        piece = batch.slice(0, room)
        if piece.num_rows:
            kept.append(piece)
            rows, size = rows + piece.num_rows, size + piece.nbytes
        left += batch.num_rows - piece.num_rows
        if left >= COUNTED:
            break
    return {"rader": rows, "utelatt": left, "flere": left >= COUNTED}, pa.Table.from_batches(kept, reader.schema)


def _bound(con: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    """The query with its tables and columns found. A name that is not there is told of with its place in the query, which
    DuckDB gives when the query is executed only.
    """
    try:
        return con.sql(sql)
    except (duckdb.BinderException, duckdb.CatalogException):
        con.execute(sql)
        raise


def _in_plain_types(found: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The answer with every column under a name of its own, and in a type that all who get it can hold."""
    columns, taken = [], set()
    for place, (name, kind) in enumerate(zip(found.columns, map(str, found.types), strict=True), 1):
        unique, number = name, 1
        while unique.lower() in taken:
            number += 1
            unique = f"{name}_{number}"
        taken.add(unique.lower())
        plain = kind in TYPES or kind.startswith("DECIMAL")
        cast = "" if plain else f"::{WHOLE}" if kind in ("HUGEINT", "UHUGEINT") else "::VARCHAR"
        quoted = unique.replace('"', '""')
        columns.append(f'#{place}{cast} as "{quoted}"')
    return found.project(", ".join(columns))


def _of_duckdb(error: duckdb.Error) -> dict[str, Any]:
    """What DuckDB says is wrong, as exports/queries/words.py reads it."""
    _, _, rest = str(error).partition(": ")  # the kind stands before the JSON, and in it
    try:
        told = json.loads(rest)
    except ValueError:
        told = {"exception_type": type(error).__name__.removesuffix("Exception"), "exception_message": str(error)}
    return {"slag": "duckdb", "feil": {name: str(value)[:2_000] for name, value in told.items()}}


def main() -> int:
    """Run the query on standard input on the file that the first argument names. Returns 0 when standard output is whole.

    The other arguments are the seconds, the rows and the bytes that the answer may take.
    """
    file = sys.argv[1]
    seconds, most_rows, most_bytes = (int(number) for number in sys.argv[2:5])
    sql = sys.stdin.buffer.read().decode()
    # The folder that the process was started in is its own and empty; without it no relative name leads anywhere.
    with contextlib.suppress(OSError):
        Path.cwd().rmdir()
    table = None
    out = sys.stdout.buffer
    try:
        con = opened(file)
    except duckdb.Error:
        out.write(json.dumps({"slag": "fil"}).encode() + b"\n")
        return 0
    locked_in(seconds, 2 * most_bytes + 10_000_000)
    try:
        query = statement(con, sql)
        approved(con, query)
        told, table = answer(con, query, most_rows, most_bytes)
    except Refused as refused:
        told = refused.told
    except duckdb.Error as error:
        told = _of_duckdb(error)
    except (MemoryError, RecursionError, OverflowError, pa.ArrowException):
        told = {"slag": "for stort"}
    out.write(json.dumps(told).encode() + b"\n")
    if table is not None:
        with pa.ipc.new_stream(out, table.schema) as writer:
            writer.write_table(table)
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""One transaction of the register: what services read and write through."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from checks.values import require_written
from ingest.access import Actor
from ingest.journal import steps
from ingest.vault import Vault

OSLO = ZoneInfo("Europe/Oslo")
_ACCESS = re.compile(r"\btilgang\.(?!logg\b)")


@lru_cache(maxsize=4096)
def _names_access(sql: str) -> bool:
    return _ACCESS.search(sql) is not None


@dataclass(frozen=True)
class Tx:
    """One transaction: its cursor, the actor, the time (UTC), the source of salts, the vault that seals secrets, and what
    has been written, for the journal.
    """

    con: duckdb.DuckDBPyConnection
    actor: Actor
    now: datetime
    random_bytes: Callable[[int], bytes]
    vault: Vault
    done: list[steps.Step] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The date in Norway."""
        return self.now.astimezone(OSLO).date()

    @property
    def changes_access(self) -> bool:
        """Whether what was written may change who is let in to what: anything in tilgang but the log."""
        return any(_names_access(step.text) for step in self.done)

    def rows(self, sql: str, *params: Any, **named: Any) -> list[dict[str, Any]]:
        """The result as dictionaries. Raises REG-255 for a parameter with characters that cannot be stored."""
        cursor = self._do(steps.run(sql, named or params))
        names = [d[0] for d in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, sql: str, *params: Any) -> dict[str, Any] | None:
        """The first row of the result, or None."""
        return next(iter(self.rows(sql, *params)), None)

    def run(self, sql: str, *params: Any) -> None:
        """Carry out a statement. Raises REG-255 as ``rows``."""
        self._do(steps.run(sql, params))

    def run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Carry out a statement once for each row of values. Raises REG-255 as ``rows``."""
        self._do(steps.run_many(sql, rows))

    def frame(self, sql: str, *params: Any) -> pl.DataFrame:
        """The result as typed columns."""
        return self._do(steps.run(sql, params)).pl()

    def insert(self, table: str, frame: pl.DataFrame) -> None:
        """Add the frame's rows to a table; columns by name. Raises REG-255 as ``rows``."""
        self._do(steps.insert(table, frame))

    @contextmanager
    def shown(self, name: str, frame: pl.DataFrame) -> Iterator[None]:
        """Let statements read the frame as the table `name` until the block ends."""
        self._do(steps.show(name, frame))
        try:
            yield
        finally:
            self._do(steps.hide(name))

    def _do(self, step: steps.Step) -> duckdb.DuckDBPyConnection:
        require_written(steps.texts(step))
        cursor = steps.do(self.con, step)
        if steps.writes(step):
            self.done.append(step)
        return cursor

    def next_id(self, counter: str) -> int:
        """The next number of a counter; a number is never used twice, not even after erasure."""
        return self.next_ids(counter, 1)[0]

    def next_ids(self, counter: str, count: int) -> range:
        """The next ``count`` numbers of a counter."""
        row = self.row("update register.teller set neste = neste + ? where navn = ? returning neste", count, counter)
        assert row is not None, counter
        return range(int(row["neste"]) - count, int(row["neste"]))

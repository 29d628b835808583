"""Carries out a journal's records on a file, as the store did when they were written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import duckdb

from ingest import migrations
from ingest.capture import reconcile
from ingest.journal import steps
from ingest.journal.segments import MIGRATION, Record

TOGETHER = 200  # records committed together; a stopped restore begins again from the backup
_ERASURE = "insert into register.sletting "
_COUNTER = "update register.teller "


class Erasure(NamedTuple):
    """A patient who was erased, by whom, and why."""

    pasient_id: int
    bruker: str
    grunn: str


@dataclass
class Replayed:
    """How many records were carried out, the time of the last (UTC), the erasures after that, and how many records of an
    earlier time than the moment came after one of a later: the clock was set back, and they could not be had without that one.
    """

    antall: int = 0
    utelatt: int = 0
    tid: datetime | None = None
    slettet_siden: tuple[Erasure, ...] = ()


def replay(con: duckdb.DuckDBPyConnection, records: Iterable[Record], until: datetime | None = None) -> Replayed:
    """Carry out the records on the open file, up to and with the moment `until`.

    The records after it are read all the same: for the patients who were erased later, and for the numbers that were given
    out, which are not given out again.
    """
    done, past = Replayed(), False
    for batch in _batches(records):
        con.execute("begin")
        for record in batch:
            if record.kind == MIGRATION:
                if past:
                    continue
                con.execute("commit")
                migrations.run(con, int(record.content))
                con.execute("begin")
            else:
                written = steps.from_bytes(record.content)
                past = past or (until is not None and written.tid > until)
                if past:
                    done.utelatt += until is not None and written.tid <= until
                    done.slettet_siden += _erased(written)
                    for step in written.steps:
                        if step.text.startswith(_COUNTER):
                            steps.do(con, step)
                    continue
                for step in written.steps:
                    steps.do(con, step)
                done.tid = written.tid
            reconcile.write_place(con, record.place)
            done.antall += 1
        con.execute("commit")
    return done


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == TOGETHER:
            yield batch
            batch = []
    yield batch


def _erased(written: steps.Done) -> tuple[Erasure, ...]:
    return tuple(
        Erasure(step.values[0], step.values[2], step.values[3])
        for step in written.steps
        if step.text.startswith(_ERASURE)
    )

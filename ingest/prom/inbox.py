"""What ePROM has told us, kept before we say that we have it, and worked off afterwards: at once when something depends on it.

ePROM counts an answer as received when we say so, and may delete it then: so only what is written is answered with yes. To keep it costs
little, and many who tell at the same time share one transaction; to store a patient's answers costs much more.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import polars as pl

from checks.errors import RegisterError
from ingest.access import JOB
from ingest.prom import eprom_told
from ingest.prom.completed import VISITOR
from ingest.registration import reserved_remains
from ingest.services.national.eprom_callbacks import COMPLETED, Told
from ingest.store import Store, Tx

log = logging.getLogger("smertereg.eprom")
CALM = timedelta(seconds=1)  # nobody has told us anything for so long
LONGEST = timedelta(minutes=1)  # and what came first waits no longer than this, however much more comes
AGAIN = timedelta(minutes=10)  # how long what cannot be worked off waits for the next try
MOST = 500  # in one transaction
# What every write of the register is refused for: then nothing can be worked off, and nothing is wrong with what was told.
_OF_THE_DISK = ("REG-278", "REG-282", "REG-321", "REG-322")


@dataclass(frozen=True)
class Load:
    """How much waits: its number, when the first and the last came, and how many that could not be worked off."""

    antall: int
    forst: datetime | None
    sist: datetime | None
    feilet: int


class Reception:
    """Takes what many tell at the same time: those who wait while others are written are written together."""

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, Lock()
        self._writer = ThreadPoolExecutor(1, "eprom-svar")
        self._waiting: list[tuple[Told, Future[bool]]] = []

    def take(self, told: Told) -> Future[bool]:
        """Whether ``told`` is kept and need not be told again, as soon as that is known. The future raises as ``Store.write``."""
        answer: Future[bool] = Future()
        answer.set_running_or_notify_cancel()  # who hangs up does not take back what was told
        with self._lock:
            self._waiting.append((told, answer))
        self._writer.submit(self._write_waiting)
        return answer

    def _write_waiting(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        if waiting:
            self._write(waiting)

    def _write(self, waiting: Sequence[tuple[Told, Future[bool]]]) -> None:
        try:
            with self._store.write(JOB) as tx:
                taken = keep(tx, [told for told, _ in waiting])
        except BaseException as error:
            if len(waiting) == 1:
                waiting[0][1].set_exception(error)
                return
            for one in waiting:  # one that cannot be written keeps no other from it
                self._write([one])
            return
        for (_, answer), kept in zip(waiting, taken, strict=True):
            answer.set_result(kept)


def keep(tx: Tx, told: Sequence[Told]) -> list[bool]:
    """Keep what is told, in this order; returns of each whether it is kept, or need not be. An answer to an order that is not ours
    is neither; one of a reserved patient who is deleted is counted, and not kept.
    """
    orders = eprom_told.known(tx, told)
    let_go = all(one.ordre_id in orders for one in told) or eprom_told.needs_no_answer(tx)
    taken, rows = [], []
    for one in told:
        order = orders.get(one.ordre_id)
        if order is not None:
            taken.append(True)
            if not (one.status == COMPLETED and order.has(one.hash)):
                rows.append(one)
        elif reserved_remains.is_order(tx, one.ordre_id):
            if one.status == COMPLETED:
                reserved_remains.refuse_answer(tx)
            taken.append(True)
        elif one.status == COMPLETED:
            log.warning("svar på en bestilling som ikke er vår, er ikke tatt imot")
            taken.append(False)
        else:
            taken.append(let_go)
    if rows:
        numbers = tx.next_ids("eprominnboks", len(rows))
        frame = pl.DataFrame([_row(one) for one in rows], schema_overrides={"tid": pl.Datetime("us", "UTC")})
        columns = {"nr": pl.Series(numbers), "mottatt": pl.lit(tx.now)}
        tx.insert("prom.eprom_innboks", frame.with_columns(**columns))
    return taken


def waiting(tx: Tx) -> Load:
    """What waits to be worked off."""
    row = tx.row(
        "select count(*) as antall, min(mottatt) as forst, max(mottatt) as sist, count(feilet) as feilet "
        "from prom.eprom_innboks"
    )
    assert row is not None
    return Load(**row)


def is_calm(store: Store) -> bool:
    """Whether it is time to work: something waits, and nobody is telling us more just now, or it has waited long enough."""
    with store.read(JOB) as tx:
        load, now = waiting(tx), tx.now
    if load.forst is None or load.sist is None:
        return False
    return not now - CALM < load.sist <= now or now - load.forst > LONGEST


def work_off(store: Store, most: int = MOST) -> int:
    """Work off what waits, oldest first and at most ``most``, each in a transaction of its own that takes it out of the inbox;
    returns how many were tried.

    Others who wait to write go first. What cannot be worked off stays, and is tried again after a while. Raises as
    ``Store.write`` when the register cannot be written.
    """
    with store.read(JOB) as tx:
        rows = tx.rows(
            "select nr from prom.eprom_innboks where feilet is null or feilet <= ? order by nr limit ?",
            tx.now - AGAIN,
            most,
        )
    for row in rows:
        store.give_way()
        _work_off(store, row["nr"])
    return len(rows)


def settle(tx: Tx, forlop_ids: Collection[int]) -> None:
    """Work off, in this transaction, what waits of these forløp, before something is decided that depends on it."""
    if tx.row("select 1 from prom.eprom_innboks limit 1") is None:
        return
    rows = tx.rows(
        "select i.* from prom.eprom_innboks i join prom.eprom_ordre using (ordre_id) "
        "join prom.bestilling b using (bestilling_id) "
        "where b.forlop_id in (select unnest(?::integer[])) and i.feilet is null order by i.nr",
        list(forlop_ids),
    )
    for row in rows:
        _take_out(tx, row)


def _work_off(store: Store, nr: int) -> None:
    try:
        with store.write(VISITOR) as tx:
            row = tx.row("select * from prom.eprom_innboks where nr = ?", nr)
            if row is not None:  # another has settled it meanwhile
                _take_out(tx, row)
    except Exception as error:
        if isinstance(error, RegisterError) and error.code in _OF_THE_DISK:
            raise
        log.error("det ePROM fortalte, kan ikke behandles nå", extra={"nummer": nr}, exc_info=error)
        with store.write(JOB) as tx:
            tx.run("update prom.eprom_innboks set feilet = ? where nr = ?", tx.now, nr)


def _take_out(tx: Tx, row: dict[str, Any]) -> None:
    told = _told(row)
    order = eprom_told.known(tx, [told]).get(told.ordre_id)
    if order is not None:
        eprom_told.take(tx, told, order, row["mottatt"])
    replace(tx, actor=JOB).run("delete from prom.eprom_innboks where nr = ?", row["nr"])


def _row(told: Told) -> dict[str, Any]:
    return {
        "ordre_id": told.ordre_id,
        "status": told.status,
        "kanal": told.kanal,
        "feil": told.feil,
        "tid": told.tid,
        "svar": json.dumps(dict(told.svar)),
        "svar_hash": told.hash,
    }


def _told(row: dict[str, Any]) -> Told:
    svar, key = json.loads(row["svar"]), None
    return Told(row["ordre_id"], row["status"], row["kanal"], row["feil"], row["tid"], svar, key, row["svar_hash"])

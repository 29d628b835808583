"""Asking the published file: who may, one query at a time, every query and every file of an answer in the log."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, Literal

from checks import patient_numbers
from checks.errors import RegisterError
from exports.lists import csv_bytes
from exports.publish import begun
from exports.queries.run import Answer, Limits, Query
from exports.scope import require_none_erased, scope_of
from exports.tables import published_file
from ingest import audit
from ingest.access import Actor, require
from ingest.registration import erasure
from ingest.store import Store, Tx

LONGEST = (
    20_000  # characters of a query: the log keeps all of them, so that nothing is asked unseen after a long comment
)
MOST_AT_ONCE = 2
ASKED, TAKEN = "spørring kjørt", "spørring hentet"
LIMITS = Limits()
Format = Literal["csv", "parquet"]
_lock = threading.Lock()
_running: set[str] = set()
_numbers = count(1)


@dataclass(frozen=True)
class Asked:
    """A query and its answer: which publishing of which scope («nasjonal» or a RESH-id) it is from, and when it was asked.

    ``nr`` is its number among the queries of this process.
    """

    nr: int
    sql: str
    scope: str
    publishing: str
    moment: datetime
    answer: Answer


def ask(store: Store, actor: Actor, data: Path, sql: str, query: Query, limits: Limits = LIMITS) -> Asked:
    """The answer to ``sql`` from the published file that the actor may see; logged, also when it is refused.

    Raises REG-060 (role), REG-085 (nothing is published), REG-420 (a patient was erased since), REG-380 or REG-381 (other queries run), REG-382, REG-389 or
    REG-390 (it cannot be a query), and as ``Query.run``.
    """
    with store.read(actor) as tx:
        require(actor, "spørre")
        scope = scope_of(tx)
        require_none_erased(tx, data)
    text = _query(sql)
    with _turn(actor.bruker):
        file = published_file(data, scope)
        details: dict[str, Any] = {"utvalg": scope, "publisering": file.parent.name, "sql": text}
        try:
            answer = query.run(file, text, limits)
        except RegisterError as error:
            _log(store, actor, details | {"avvist": error.code})
            raise
        moment = _log(store, actor, details | {"rader": answer.rows.height, "utelatt": answer.left_out})
    return Asked(next(_numbers), text, scope, file.parent.name, moment, answer)


def _query(sql: str) -> str:
    text = sql.encode(errors="replace").decode().replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise RegisterError("REG-382")
    if len(text) > LONGEST:
        raise RegisterError("REG-389", grense=LONGEST)
    if patient_numbers.held(text):
        raise RegisterError("REG-390")
    return text


@contextmanager
def _turn(user: str) -> Iterator[None]:
    """The user's turn: a user has one query at a time, and all users together a few. Raises REG-380 or REG-381."""
    with _lock:
        if user in _running:
            raise RegisterError("REG-380")
        if len(_running) >= MOST_AT_ONCE:
            raise RegisterError("REG-381")
        _running.add(user)
    try:
        yield
    finally:
        with _lock:
            _running.discard(user)


def _log(store: Store, actor: Actor, details: dict[str, Any]) -> datetime:
    with store.write(actor) as tx:
        require(actor, "spørre")
        audit.log(tx, ASKED, details=details)
        return tx.now


def require_own(tx: Tx, asked: Asked | None) -> Asked:
    """The answer, when the actor may be shown it. Raises REG-060, or REG-391 when there is none, or one of another scope or
    from a publishing from before a patient was erased.
    """
    require(tx.actor, "spørre")
    erased = erasure.last(tx)
    if asked is None or asked.scope != scope_of(tx) or (erased is not None and begun(asked.publishing) <= erased):
        raise RegisterError("REG-391")
    return asked


def taken(tx: Tx, asked: Asked | None, form: Format) -> tuple[str, bytes]:
    """The file of an answer, and its name; logged. What it holds is not for publication, and the name says so.

    Raises as ``require_own``.
    """
    asked = require_own(tx, asked)
    rows = asked.answer.rows
    content = csv_bytes(rows) if form == "csv" else _parquet(asked)
    details = {
        "utvalg": asked.scope,
        "publisering": asked.publishing,
        "format": form,
        "rader": rows.height,
        "sha256": hashlib.sha256(content).hexdigest(),
        "sql": asked.sql,
    }
    audit.log(tx, TAKEN, details=details)
    return f"smertereg_sporring_{asked.scope}_{asked.publishing}_intern.{form}", content


def _parquet(asked: Asked) -> bytes:
    written = io.BytesIO()
    said = {
        "smertereg.bruk": "intern: små tall er ikke skjult",
        "smertereg.utvalg": asked.scope,
        "smertereg.publisering": asked.publishing,
        "smertereg.sql": asked.sql,
        "smertereg.utelatt": str(asked.answer.left_out),
    }
    asked.answer.rows.write_parquet(written, compression="zstd", metadata=said)
    return written.getvalue()

"""Who has seen what: the opening of a patient or form is logged here, and the log of a patient or a user is read here.

A log row holds ids and codes, never a name or a fødselsnummer.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from checks.errors import RegisterError
from ingest import audit
from ingest.access import may, require
from ingest.people import users
from ingest.registration import merged
from ingest.store import OSLO, Tx

PAGE = 50
READ = "innsynslogg lest"


@dataclass(frozen=True)
class Query:
    """Which events to read: about one patient, by one user, or both; ``fra`` and ``til`` are days, both included.

    ``side`` counts from 0, the page with the newest events. ``topp`` is the number of the newest log row that is read,
    so that the pages stay the same while the log grows.
    """

    pasient_id: int | None = None
    bruker: str | None = None
    fra: date | None = None
    til: date | None = None
    side: int = 0
    topp: int | None = None


@dataclass(frozen=True)
class Event:
    """One row of the log. ``navn`` is the user's; ``detaljer`` as they were written, None when there are none."""

    nr: int
    tid: datetime
    bruker: str
    navn: str
    rolle: str
    enhet: str
    hendelse: str
    pasient_id: int | None
    forlop_id: int | None
    skjema: str | None
    detaljer: dict[str, Any] | None


@dataclass(frozen=True)
class Found:
    """A page of events, newest first; how many events there are in all; and the ``topp`` to ask for other pages with."""

    events: list[Event]
    antall: int
    topp: int


def opened(tx: Tx, what: str, pasient_id: int, forlop_id: int | None = None, skjema: str | None = None) -> None:
    """Log that the actor has been shown a patient or a form. ``what`` is «skjema», «personopplysninger» …"""
    require(tx.actor, "lese")
    audit.log(tx, f"{what} åpnet", pasient_id=pasient_id, forlop_id=forlop_id, skjema=skjema)


def read(tx: Tx, query: Query) -> Found:
    """A page of the log. LC gets only events at the own unit. The reading is itself logged.

    Raises REG-060 for LU, REG-106 for a period that ends before it begins, REG-107 for neither patient nor user.
    """
    require(tx.actor, "se_logg")
    if query.pasient_id is None and not query.bruker:
        raise RegisterError("REG-107")
    if query.fra and query.til and query.til < query.fra:
        raise RegisterError("REG-106", fra=f"{query.fra:%d.%m.%Y}", til=f"{query.til:%d.%m.%Y}")
    top = query.topp or audit.last(tx)
    where, values = _filter(tx, replace(query, topp=top))
    row = tx.row(f"select count(*) as antall from tilgang.logg where {where}", *values)
    rows = tx.rows(
        "select nr, tid, bruker, rolle, enhet, hendelse, pasient_id, forlop_id, skjema, detaljer "
        f"from tilgang.logg where {where} order by nr desc limit ? offset ?",
        *values,
        PAGE,
        max(query.side, 0) * PAGE,
    )
    names = users.names(tx)
    audit.log(tx, READ, pasient_id=query.pasient_id, details=_described(query))
    return Found([_event(r, names) for r in rows], int(row["antall"]) if row else 0, top)


def people(tx: Tx) -> dict[str, str]:
    """User id to name of the users whose log the actor may read: for SC every user, for LC those at the own unit."""
    require(tx.actor, "se_logg")
    names = users.names(tx)
    if not may(tx.actor, "se_nasjonalt"):
        own = tx.rows("select distinct bruker_id from tilgang.tildeling where enhet = ?", tx.actor.enhet)
        ids = [str(r["bruker_id"]) for r in own]
        names = {bruker: names.get(bruker, bruker) for bruker in ids}
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def _filter(tx: Tx, query: Query) -> tuple[str, list[Any]]:
    """The SQL condition and the values of its parameters."""
    parts: list[tuple[str, Any]] = [("nr <= ?", query.topp)]
    if query.pasient_id is not None:
        every = [query.pasient_id, *merged.absorbed(tx, query.pasient_id)]
        parts.append(("pasient_id in (select unnest(?::integer[]))", every))
    if query.bruker:
        parts.append(("bruker = ?", query.bruker))
    if query.fra:
        parts.append(("tid >= ?", datetime.combine(query.fra, time.min, OSLO)))
    if query.til:
        parts.append(("tid < ?", datetime.combine(query.til + timedelta(days=1), time.min, OSLO)))
    if not may(tx.actor, "se_nasjonalt"):
        parts.append(("enhet = ?", tx.actor.enhet))
    return " and ".join(condition for condition, _ in parts), [value for _, value in parts]


def _described(query: Query) -> dict[str, Any]:
    return {k: v for k, v in asdict(query).items() if v and k not in ("pasient_id", "topp")}


def _event(row: dict[str, Any], names: dict[str, str]) -> Event:
    details = json.loads(row["detaljer"]) if row["detaljer"] else None
    values: dict[str, Any] = row | {"detaljer": details, "navn": names.get(row["bruker"], row["bruker"])}
    return Event(**values)

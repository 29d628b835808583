"""Innleverte registreringer: every forløp whose forms are all completed, searched, sorted and paged by the database.

Source: manual, «Innleverte registreringer»: «Gir en oversikt over ALLE ferdigstilte registreringer». A forløp is on
the list when its forløpstype is known and every form of that type, patient forms included, is ferdigstilt; a patient
form closed with a reason counts as completed (checks/forlop.py: submitted).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from checks import forlop as rules
from checks import identity
from checks.errors import RegisterError
from checks.samtykke import STATES, shown_state
from ingest import audit
from ingest.access import require
from ingest.registration import patients
from ingest.registration.forlop import OF_TYPE
from ingest.store import OSLO, Tx

PAGE = 50
_NAMES = "join identitet.person i on i.pasient_id = n.pasient_id"
_LOKASJON = "left join register.lokasjon l on l.lokasjon_id = n.lokasjon_id"
_AVDELING = "left join register.avdeling a on a.avdeling_id = n.avdeling_id"
# For each column that can be sorted by: the SQL to order by, with {0} for the direction, and the joins it needs.
SORTS = {
    "startdato": ("n.startdato {0}", ""),
    "navn": ("lower(i.etternavn) {0}, lower(i.fornavn) {0}", _NAMES),
    "alder": ("n.alder {0}", ""),
    "lokasjon": ("l.visningsnavn {0}", _LOKASJON),
    "avdeling": ("a.visningsnavn {0}", _AVDELING),
    "forlop_id": ("n.forlop_id {0}", ""),
}


@dataclass(frozen=True)
class Search:
    """What to search for: startdato (both days included), age in whole years at startdato, lokasjon and avdeling.

    ``enhet`` is one unit's RESH-id, or None for the nation (SC). ``side`` counts from 0.
    """

    enhet: str | None
    fra: date | None = None
    til: date | None = None
    alder_fra: int | None = None
    alder_til: int | None = None
    lokasjon_id: int | None = None
    avdeling_id: int | None = None
    sortering: str = "startdato"
    synkende: bool = True
    side: int = 0


@dataclass(frozen=True)
class Found:
    """A page of the list, and how many forløp the search found in all."""

    rows: list[dict[str, Any]]
    antall: int


# Whole years at startdato, as checks/calculations/age.py counts them.
_AGE = (
    "(year(f.startdato) - year(p.fodselsdato) - cast(month(f.startdato) * 100 + day(f.startdato) < "
    "month(p.fodselsdato) * 100 + day(p.fodselsdato) as integer))"
)
_PATIENT = "join register.pasient p using (pasient_id)"
# Few forløp have a form of their type that is not completed, so it is quickest to take those away from all forløp
# that have a type.
_SUBMITTED = f"""
f.slettet is null and f.forlopstype is not null and f.forlop_id not in (
    select s.forlop_id from register.skjema s join register.forlop f using (forlop_id)
    where s.status < {rules.COMPLETED} and ({OF_TYPE})
)
"""
_LINES = f"""
select f.forlop_id, f.pasient_id, f.enhet, f.forlopstype, f.startdato, f.samtykke, f.samtykke_type, f.trukket_dato,
    f.lokasjon_id, f.avdeling_id, p.kjonn, {_AGE} as alder
from register.forlop f {_PATIENT}
"""


def find(tx: Tx, search: Search) -> Found:
    """A page of the list, with names for the screen. Raises REG-060, REG-061 (another unit), and REG-106 or REG-213
    when the period or the ages end before they begin."""
    require(tx.actor, "lese", search.enhet)
    condition, values = _where(tx, search)
    sort, joined = SORTS[search.sortering]
    order = f"order by {sort.format('desc' if search.synkende else 'asc')} nulls last, n.forlop_id desc"
    # First find which forløp the page has, with as few columns as possible, since this reads every forløp found; then
    # read what a line shows for these forløp only.
    aged = {search.alder_fra, search.alder_til} != {None} or search.sortering == "alder"
    row = tx.row(
        f"with n as materialized (select f.forlop_id, f.pasient_id, f.startdato, f.lokasjon_id, f.avdeling_id"
        f"{f', {_AGE} as alder' if aged else ''} from register.forlop f {_PATIENT if aged else ''} "
        f"where {_SUBMITTED} and {condition}) "
        "select (select count(*) from n) as antall, list(forlop_id) as side "
        f"from (select n.forlop_id from n {joined} {order} limit ? offset ?)",
        *values,
        PAGE,
        max(search.side, 0) * PAGE,
    )
    assert row is not None
    page = row["side"] or []
    rows = tx.rows(
        f"with n as ({_LINES} where f.forlop_id in (select unnest(?::integer[]))) "
        "select n.*, i.fornavn, i.etternavn, i.idnr, l.visningsnavn as lokasjon, a.visningsnavn as avdeling "
        f"from n {_NAMES} {_LOKASJON} {_AVDELING} {order}",
        page,
    )
    done = _completed(tx, page)
    return Found([_line(r, done.get(r["forlop_id"])) for r in rows], int(row["antall"]))


def export(tx: Tx, search: Search) -> pl.DataFrame:
    """All that the search finds as a table without identity, in the order of the list; logged. For LC and SC."""
    require(tx.actor, "eksportere", search.enhet)
    condition, values = _where(tx, search)
    frame = tx.frame(
        f"with n as ({_LINES} where {_SUBMITTED} and {condition}) "
        'select n.forlop_id as "ForlopsID", n.pasient_id as "PasientID", n.enhet as "AvdRESH", '
        'n.startdato as "Startdato", n.forlopstype as "Forlopstype", n.alder as "Alder", n.kjonn as "Kjonn", '
        'l.visningsnavn as "Lokasjon", a.visningsnavn as "Avdeling", '
        "n.samtykke, n.samtykke_type, n.trukket_dato "
        f"from n {_LOKASJON} {_AVDELING} order by n.startdato desc, n.forlop_id desc",
        *values,
    )
    asked = frame.select("samtykke", "samtykke_type", "trukket_dato", "Startdato").iter_rows()
    done = _completed(tx, frame["ForlopsID"].to_list())
    frame = frame.drop("samtykke", "samtykke_type", "trukket_dato").with_columns(
        pl.Series("Samtykke", [STATES[shown_state(*row)] for row in asked], pl.String),
        pl.Series("Innlevert", [done.get(forlop) for forlop in frame["ForlopsID"]], pl.Date),
    )
    audit.log(
        tx, "innleverte registreringer eksportert", details={"enhet": search.enhet or "alle", "rader": len(frame)}
    )
    return frame


def _where(tx: Tx, search: Search) -> tuple[str, list[Any]]:
    """The SQL condition and the values of its parameters."""
    if search.enhet is None:
        require(tx.actor, "se_nasjonalt")
    if search.fra and search.til and search.til < search.fra:
        raise RegisterError("REG-106", fra=f"{search.fra:%d.%m.%Y}", til=f"{search.til:%d.%m.%Y}")
    if search.alder_fra is not None and search.alder_til is not None and search.alder_til < search.alder_fra:
        raise RegisterError("REG-213", fra=search.alder_fra, til=search.alder_til)
    asked = {
        "f.enhet = ?": search.enhet,
        "f.startdato >= ?": search.fra,
        "f.startdato <= ?": search.til,
        f"{_AGE} >= ?": search.alder_fra,
        f"{_AGE} <= ?": search.alder_til,
        "f.lokasjon_id = ?": search.lokasjon_id,
        "f.avdeling_id = ?": search.avdeling_id,
    }
    given = {condition: value for condition, value in asked.items() if value is not None}
    return " and ".join(given) or "true", list(given.values())


def _completed(tx: Tx, forlop: list[int]) -> dict[int, date]:
    """The day when the last form of each forløp was completed."""
    rows = tx.rows(
        "select forlop_id, max(forst_ferdigstilt) as tid from register.skjema where forlop_id in "
        "(select unnest(?)) group by forlop_id",
        forlop,
    )
    return {r["forlop_id"]: r["tid"].astimezone(OSLO).date() for r in rows if r["tid"]}


def _line(row: dict[str, Any], completed: date | None) -> dict[str, Any]:
    return {
        "forlop_id": row["forlop_id"],
        "pasient_id": row["pasient_id"],
        "enhet": row["enhet"],
        "navn": patients.listed_name(row["fornavn"], row["etternavn"]),
        "fnr_maskert": identity.mask(row["idnr"]),
        "startdato": row["startdato"],
        "innlevert": completed,
        "alder": row["alder"],
        "kjonn": row["kjonn"],
        "forlopstype": row["forlopstype"],
        "samtykke": shown_state(row["samtykke"], row["samtykke_type"], row["trukket_dato"], row["startdato"]),
        "lokasjon": row["lokasjon"] or "",
        "avdeling": row["avdeling"] or "",
    }

"""Data quality over time: what the checks found at each publishing, and the findings a coordinator has looked at.

The checks themselves run in the warehouse (checks/kvalitet). The one that needs names, look-alikes among patients
without a Norwegian number, runs here, because identity never leaves the register.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from checks import names, reasons
from checks.errors import RegisterError
from checks.likeness import ALIKE, likeness
from ingest import audit
from ingest.access import require
from ingest.store import Tx

LOOKALIKES = "lignende_pasienter"
LONGEST_REASON = 200


@dataclass(frozen=True)
class Seen:
    """Who has looked at a finding, and the reason: why the answers may stand, or what was done."""

    grunn: str
    bruker: str
    tid: datetime


@cache
def catalogue() -> pl.DataFrame:
    """The checks: kontroll, tittel, sporsmaal, alvor, mal, forst, sist, terskel."""
    return pl.read_csv((files("checks.kvalitet") / "kontroller.csv").read_bytes())


def record(tx: Tx, kjoring: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Store what the checks found in the publishing ``kjoring``; nothing is added when that is stored already.

    ``rows`` have kontroll, AvdRESH, status, n_kontrollert and n_avvik. The look-alikes are counted here. Raises REG-060
    for a role that may not publish.
    """
    require(tx.actor, "publisere")
    if tx.row("select 1 from register.kvalitetsresultat where kjoring = ?", kjoring):
        return
    values = [
        (kjoring, tx.now, r["kontroll"], r["AvdRESH"], r["status"], r["n_kontrollert"], r["n_avvik"]) for r in rows
    ]
    alike: dict[str, set[int]] = {}
    for pair in _alike(tx):
        alike.setdefault(pair["enhet"], set()).update(pair["forlop"])
    for unit in tx.rows(_COUNT_OTHERS):
        found = len(alike.get(unit["enhet"], ()))
        status = "ikke aktuelt" if not unit["antall"] else "avvik" if found else "bestått"
        values.append((kjoring, tx.now, LOOKALIKES, unit["enhet"], status, unit["antall"], found))
    tx.run_many("insert into register.kvalitetsresultat values (?, ?, ?, ?, ?, ?, ?)", values)


def history(tx: Tx, enhet: str, runs: int = 12) -> list[dict[str, Any]]:
    """The unit's results of the last ``runs`` publishings, the oldest first: tid, kontroll, status, kontrollert, avvik."""
    require(tx.actor, "kvalitetssikre", enhet)
    return tx.rows(
        "select tid, kontroll, status, kontrollert, avvik from register.kvalitetsresultat where enhet = ? "
        "and kjoring in (select kjoring from register.kvalitetsresultat group by kjoring order by max(tid) desc limit ?) "
        "order by tid",
        enhet,
        runs,
    )


def seen(tx: Tx, enhet: str) -> dict[tuple[str, int], Seen]:
    """(check, forløp) -> who looked at the finding and why, for the unit's forløp."""
    require(tx.actor, "kvalitetssikre", enhet)
    rows = tx.rows(
        "select k.* from register.kvalitet_sett k join register.forlop f using (forlop_id) where f.enhet = ?", enhet
    )
    return {(r["kontroll"], r["forlop_id"]): Seen(r["grunn"], r["bruker"], r["tid"]) for r in rows}


def look_at(tx: Tx, kontroll: str, forlop_id: int, grunn: str) -> None:
    """Mark a forløp's finding as looked at; a new reason replaces the old one, and the log has both.

    Raises REG-027 (no such forløp), REG-060 or REG-061, REG-240 (no reason), REG-241 (no such check), REG-561 (checks/reasons.py).
    """
    row = tx.row("select enhet, pasient_id from register.forlop where forlop_id = ? and slettet is null", forlop_id)
    if row is None:
        raise RegisterError("REG-027", forlop=forlop_id)
    require(tx.actor, "kvalitetssikre", row["enhet"])
    if kontroll not in catalogue()["kontroll"]:
        raise RegisterError("REG-241", verdi=kontroll)
    reason = reasons.required(grunn, "REG-240")[:LONGEST_REASON]
    old = tx.row("select grunn from register.kvalitet_sett where kontroll = ? and forlop_id = ?", kontroll, forlop_id)
    tx.run(
        "insert or replace into register.kvalitet_sett values (?, ?, ?, ?, ?)",
        kontroll,
        forlop_id,
        reason,
        tx.actor.bruker,
        tx.now,
    )
    audit.log(
        tx,
        "avvik sett på",
        pasient_id=row["pasient_id"],
        forlop_id=forlop_id,
        details={"kontroll": kontroll, "grunn": {"fra": old and old["grunn"], "til": reason}},
    )


def lookalikes(tx: Tx, enhet: str) -> list[dict[str, Any]]:
    """The unit's forløp whose patient, without a Norwegian number, resembles another of the unit's patients.

    Each has ForlopsID, skjema and detalj, which gives the numbers of the other forløp and no name.
    """
    require(tx.actor, "kvalitetssikre", enhet)
    found: dict[int, set[int]] = {}
    for pair in _alike(tx, enhet):
        for forlop_id in pair["forlop"]:
            found.setdefault(forlop_id, set()).update(pair["annet"])
    return [
        {
            "ForlopsID": forlop_id,
            "skjema": "po",
            "detalj": f"ligner pasienten i forløp {', '.join(map(str, sorted(found[forlop_id])))}",
        }
        for forlop_id in sorted(found)
    ]


def _alike(tx: Tx, enhet: str | None = None) -> list[dict[str, Any]]:
    """Pairs of a unit's patients who look alike, the first without a Norwegian number: of the same birth date, or of the same
    surname and the same beginning of the first names where a birth date is not known. Each has enhet, forlop (of the first)
    and annet (of the other). ``enhet`` None: of every unit.
    """
    pairs = [*tx.rows(_SAME_DAY, enhet, enhet), *_undated(tx.rows(_WHERE_A_DATE_IS_UNKNOWN, enhet, enhet))]
    return [
        pair
        for pair in pairs
        if likeness((pair["fornavn"], pair["etternavn"]), (pair["annet_fornavn"], pair["annet_etternavn"])) >= ALIKE
    ]


def _undated(people: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    by_surname: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = {}
    for person in people:
        key = person["enhet"], names.fold(person["etternavn"])
        by_surname.setdefault(key, []).append((names.fold(person["fornavn"]), person))
    for first, one, second, other in (
        (first, one, second, other)
        for group in by_surname.values()
        for first, one in group
        if one["uten_nummer"]
        for second, other in group
    ):
        dated = one["fodselsdato"] is not None and other["fodselsdato"] is not None
        if not dated and one is not other and (first.startswith(second) or second.startswith(first)):
            yield one | {f"annet_{name}": other[name] for name in ("fornavn", "etternavn")} | {"annet": other["forlop"]}


_PEOPLE = """
with person as (
    select f.enhet, f.pasient_id, list(f.forlop_id) as forlop, any_value(i.idtype) = 'annet' as uten_nummer,
        any_value(p.fodselsdato) as fodselsdato, any_value(i.fornavn) as fornavn, any_value(i.etternavn) as etternavn
    from register.forlop f
    join register.pasient p using (pasient_id)
    join identitet.person i using (pasient_id)
    where f.slettet is null and i.fornavn is not null and i.etternavn is not null and (f.enhet = ? or ? is null)
    group by all
)
"""
_SAME_DAY = f"""{_PEOPLE}
select a.enhet, a.forlop, b.forlop as annet, a.fornavn, a.etternavn, b.fornavn as annet_fornavn, b.etternavn as annet_etternavn
from person a join person b on a.enhet = b.enhet and a.pasient_id <> b.pasient_id and a.fodselsdato = b.fodselsdato
where a.uten_nummer
"""
# All of a unit where one without a Norwegian number has no birth date, and elsewhere those who may be one of a pair.
_WHERE_A_DATE_IS_UNKNOWN = f"""{_PEOPLE}
select * from person
where uten_nummer or fodselsdato is null
    or enhet in (select enhet from person where uten_nummer and fodselsdato is null)
"""
_COUNT_OTHERS = """
select e.resh as enhet, count(f.forlop_id)::int as antall
from register.enhet e
left join register.forlop f on f.enhet = e.resh and f.slettet is null
    and f.pasient_id in (select pasient_id from identitet.person where idtype = 'annet')
group by e.resh
"""

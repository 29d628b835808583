"""Check against EPJ: the hospital's own list of referrals against the unit's forløp (LC, SC).

Source: manual, «Innleverte registreringer». The hospital's list is never stored. When a coordinator asks for it, the
counts per month and avdeling are stored; «registrert av henvist» beside dekningsgrad is computed from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from checks import epj, names
from checks.epj_file import Line
from checks.errors import RegisterError
from ingest import audit, units
from ingest.access import require
from ingest.registration import merged, reservations, reserved_remains
from ingest.store import Tx


@dataclass(frozen=True)
class Checked:
    """What a check found at ``enhet``. ``avdeling`` maps each forløp in ``result`` to the name of its avdeling. ``reserverte`` are
    the referrals of patients who have reserved themselves and so are not registered; they are in no count.
    """

    enhet: str
    dager: int
    result: epj.Result
    avdeling: dict[int, str]
    reserverte: tuple[epj.Referral, ...] = ()


def check(tx: Tx, enhet: str, lines: Sequence[Line], dager: int) -> Checked:
    """Match the lines with the unit's forløp (not the deleted ones) of dates at most ``dager`` days away.

    Only counts are logged.

    Raises REG-060, REG-061, or REG-003 for a tolerance outside 0–60 days.
    """
    require(tx.actor, "kontrollere_epj", enhet)
    if not 0 <= dager <= epj.MOST_DAYS:
        raise RegisterError("REG-003", felt="Toleranse", verdi=dager, forventet=f"0–{epj.MOST_DAYS} dager")
    rows = tx.rows(
        "select forlop_id, pasient_id as pasient, coalesce(henvist_dato, startdato, cast(opprettet as date)) as dato, "
        "coalesce(a.visningsnavn, '') as avdeling from register.forlop f "
        "left join register.avdeling a on a.avdeling_id = f.avdeling_id where f.enhet = ? and f.slettet is null",
        enhet,
    )
    wards = {row["forlop_id"]: row.pop("avdeling") for row in rows}
    found = epj.match(_referrals(tx, enhet, lines), (epj.Registered(**row) for row in rows), dager)
    reserved = _reserved(tx, lines, found)
    found = replace(found, mangler=tuple(line for line in found.mangler if line not in reserved))
    shown = {m.forlop.forlop_id for m in found.funnet} | {one.forlop_id for one in found.ekstra}
    audit.log(
        tx,
        "kontrollert mot EPJ",
        details={
            "enhet": enhet,
            "linjer": len(lines),
            "funnet": len(found.funnet),
            "mangler": len(found.mangler),
            "ekstra": len(found.ekstra),
            "dager": dager,
        },
    )
    return Checked(enhet, dager, found, {key: name for key, name in wards.items() if key in shown}, reserved)


def _reserved(tx: Tx, lines: Sequence[Line], found: epj.Result) -> tuple[epj.Referral, ...]:
    """Those of the missing referrals that are of somebody who is reserved, deleted or not."""
    held = reserved_remains.held_among(tx, {line.nummer for line in lines if line.nummer})
    rows = {line.rad for line in lines if line.nummer in held}
    return tuple(
        line
        for line in found.mangler
        if line.rad in rows
        or (line.pasient is not None and reservations.status(tx, line.pasient) == reservations.RESERVED)
    )


def _referrals(tx: Tx, enhet: str, lines: Sequence[Line]) -> list[epj.Referral]:
    # Only the unit's own patients are recognised, so that no unit learns who is registered at another.
    own = tx.rows(
        "select distinct pasient_id, idnr from register.forlop join identitet.person using (pasient_id) "
        "where enhet = ? and slettet is null",
        enhet,
    )
    patients = {row["pasient_id"] for row in own}
    by_number, by_id = _known_before(tx, patients)
    by_number |= {row["idnr"]: row["pasient_id"] for row in own if row["idnr"]}
    by_id |= {patient: patient for patient in patients}
    avdelinger = {
        names.fold(name): entry["id"]
        for entry in units.entries(tx, "avdeling", enhet, only_active=False)
        for name in (entry["resh"], entry["visningsnavn"], entry["navn"])
        if name
    }
    return [
        epj.Referral(
            line.rad,
            by_number.get(line.nummer) if line.nummer else by_id.get(line.pasient_id),
            line.dato,
            line.avdeling,
            avdelinger.get(names.fold(line.avdeling)),
        )
        for line in lines
    ]


def _known_before(tx: Tx, patients: set[int]) -> tuple[dict[str, int], dict[int | None, int]]:
    """The numbers and the PasientID that the patients had before, with the PasientID of each now."""
    numbers = {
        row["idnr"]: patient
        for row in tx.rows(
            "select pasient_id, idnr from identitet.tidligere_nummer union all "
            f"select pasient_id, idnr from identitet.person where idnr is not null and pasient_id in ({merged.GONE})"
        )
        if (patient := merged.kept(tx, row["pasient_id"])) in patients
    }
    gone = {row["fra"]: merged.kept(tx, row["fra"]) for row in tx.rows(merged.GONE)}
    return numbers, {before: now for before, now in gone.items() if now in patients}


def keep(tx: Tx, checked: Checked) -> int:
    """Store the counts of a check in place of what is stored of the same months; returns how many months there are."""
    require(tx.actor, "kontrollere_epj", checked.enhet)
    counts = epj.counts(checked.result)
    months = sorted({count.maaned for count in counts})
    tx.run(
        "delete from register.epj_kontroll where enhet = ? and maaned in (select unnest(?::date[]))",
        checked.enhet,
        months,
    )
    for one in counts:
        tx.run(
            "insert into register.epj_kontroll values (?, ?, ?, ?, ?, ?, ?)",
            checked.enhet,
            one.maaned,
            one.avdeling_id,
            one.henvist,
            one.registrert,
            tx.now,
            tx.actor.bruker,
        )
    audit.log(
        tx, "EPJ-kontroll lagret", details={"enhet": checked.enhet, "måneder": [f"{month:%Y-%m}" for month in months]}
    )
    return len(months)


def last_kept(tx: Tx, enhet: str | None, fra: date, til: date, avdeling_id: int | None = None) -> datetime | None:
    """When the newest counts for months from ``fra`` to ``til`` were stored, at a unit or (None) at any; None if never.

    Raises REG-060 or REG-061 when the actor may not see them.
    """
    require(tx.actor, "se_oversikt", enhet)
    if enhet is None:
        require(tx.actor, "se_nasjonalt")
    row = tx.row(
        "select max(tid) as tid from register.epj_kontroll "
        "where maaned between ? and ? and (? is null or enhet = ?) and (? is null or avdeling_id = ?)",
        fra,
        til,
        enhet,
        enhet,
        avdeling_id,
        avdeling_id,
    )
    return row["tid"] if row else None

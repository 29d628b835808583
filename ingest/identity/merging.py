"""Two PasientID merged into one patient, and taken apart again while nothing has been built on it.

Everything of a patient hangs on the forløp, so a merge moves the forløp, and answers, consents, orders, links, drafts and
comments follow. The log keeps the PasientID that each thing was done under, and is read of both. The rows of the PasientID
that is no longer used stay (ingest/registration/merged.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checks import reasons
from checks.errors import RegisterError
from ingest import audit
from ingest.access import require
from ingest.identity import sides
from ingest.prom import inbox, reservasjon, samtykke
from ingest.registration import deaths, erasure, forlop, merged, numbers, patients, requests
from ingest.store import Tx

EVENT, UNDONE = "pasient slått sammen", "sammenslåing angret"
_REVERSED = "Sammenslåing angret"
# What may not have been done since with the patient, or the merge stands.
_BUILT = {
    "forløp opprettet": "det opprettet et nytt forløp",
    "samtykke trukket": "samtykket trukket",
    reservasjon.EVENT: "pasienten reservert",
    reservasjon.LIFTED: "reservasjonen opphevet",
    numbers.EVENT: "nummeret rettet",
    "personopplysninger endret": "personopplysningene endret",
}


@dataclass(frozen=True)
class Merge:
    """A merge: which PasientID went into which, how many forløp moved, by whom, and what keeps it from being undone."""

    sammenslaing_id: int
    fra: int
    til: int
    forlop: int
    tid: datetime
    av: str
    grunn: str | None
    angret: datetime | None
    bygget: str | None


def merge(tx: Tx, til: int, fra: int, grunn: str) -> int:
    """Let the patient ``fra`` be the patient ``til``; returns the merge's number. SC only.

    What til lacks of name, address, contact, birth date, sex and death, it gets from fra. A consent that was withdrawn under
    either id is withdrawn in the other's forløp too, where it was given no later (sides.withdrawn). A patient who is reserved under
    either is reserved. Raises as sides.compare,
    REG-532 (no reason), REG-533 (fra has the better number), REG-536 (a form cannot be computed
    anew), REG-561.
    """
    require(tx.actor, "rette_identitet")
    grunn = reasons.required(grunn, "REG-532")
    inbox.settle(tx, [one.forlop_id for side in (til, fra) for one in forlop.of_patient(tx, side)])
    found = sides.compare(tx, til, fra, behold=til)
    if found.til.patient.pasient_id != til:
        raise RegisterError("REG-533", behold=fra)
    moved = _ids(tx, "update register.forlop set pasient_id = ? where pasient_id = ? returning forlop_id", til, fra)
    tx.run(
        "update register.forlop set trukket_dato = ?, trukket_kilde = ? where forlop_id in (select unnest(?::integer[]))",
        *found.trukket,
        list(found.trekkes),
    )
    before = _fill(tx, found)
    number = tx.next_id("sammenslaing")
    tx.run(
        "insert into register.sammenslaing values (?, ?, ?, ?, ?, ?, ?, 0, null, null)",
        number,
        fra,
        til,
        tx.now,
        tx.actor.bruker,
        grunn,
        audit.canonical(before),
    )
    withdrawn = {*found.trekkes, *reservasjon.carry_over(tx, til, fra)}
    tx.run_many(
        "insert into register.sammenslatt_forlop values (?, ?, ?, ?)",
        [(number, one, one in moved, one in withdrawn) for one in sorted({*moved, *withdrawn})],
    )
    details: dict[str, Any] = {"fra": fra, "forløp": moved, "fylt": list(found.fylles)}
    if found.trekkes:
        details["samtykke trukket"] = list(found.trekkes)
    audit.log(tx, EVENT, pasient_id=til, details=details)
    audit.log(tx, EVENT, pasient_id=fra, details={"til": til})
    samtykke.close_forms(tx, list(found.trekkes))
    numbers.recompute(tx, [f.forlop_id for f in forlop.of_patient(tx, til)], grunn)
    requests.settle(tx)
    tx.run("update register.sammenslaing set loggnr = ? where sammenslaing_id = ?", audit.last(tx), number)
    return number


def undo(tx: Tx, sammenslaing_id: int) -> int:
    """Take a merge apart again; returns how many forløp went back. SC only.

    Patient forms that a withdrawn consent closed stay closed; those that were closed by a death which came with the merge open
    again.

    Raises REG-538 for a merge that is not there or is undone, REG-537 when something has been built on it.
    """
    require(tx.actor, "rette_identitet")
    row = tx.row("select * from register.sammenslaing where sammenslaing_id = ? and angret is null", sammenslaing_id)
    if row is None or not erasure.is_there(tx, row["til"]):
        raise RegisterError("REG-538")
    if built := _built(tx, row):
        raise RegisterError("REG-537", hva=built)
    moved = merged.part(tx, row)
    reservasjon.take_back(tx, row["til"], row["fra"])
    audit.log(tx, UNDONE, pasient_id=row["til"], details={"fra": row["fra"], "forløp": moved})
    audit.log(tx, UNDONE, pasient_id=row["fra"], details={"til": row["til"]})
    for patient in (row["fra"], row["til"]):
        numbers.recompute(tx, [f.forlop_id for f in forlop.of_patient(tx, patient)], _REVERSED)
    if "avdod" in merged.filled(row) and patients.get(tx, row["til"]).avdod != 1:
        deaths.open_again(tx, row["til"], _REVERSED)
    return moved


def of_patient(tx: Tx, pasient_id: int) -> list[Merge]:
    """The merges that the patient has been part of, the newest first."""
    require(tx.actor, "be_om_retting")
    now = patients.get(tx, pasient_id).pasient_id
    every = [now, *merged.absorbed(tx, now)]
    rows = tx.rows(
        "select s.*, coalesce(b.navn, s.bruker) as av, (select count(*) from register.sammenslatt_forlop m "
        "where m.sammenslaing_id = s.sammenslaing_id and m.flyttet) as antall from register.sammenslaing s "
        "left join tilgang.bruker b on b.bruker_id = s.bruker "
        "where s.til in (select unnest($1::integer[])) or s.fra in (select unnest($1::integer[])) "
        "order by s.sammenslaing_id desc",
        every,
    )
    return [
        Merge(
            row["sammenslaing_id"],
            row["fra"],
            row["til"],
            row["antall"],
            row["tid"],
            row["av"],
            row["grunn"],
            row["angret"],
            None if row["angret"] else _built(tx, row),
        )
        for row in rows
    ]


def _fill(tx: Tx, found: sides.Comparison) -> dict[str, Any]:
    """Give til what it lacks; returns what stood there."""
    til, fra = found.til.patient, found.fra.patient
    for columns, table in ((merged.OF_PERSON, "identitet.person"), (merged.OF_PATIENT, "register.pasient")):
        given = {name: getattr(fra, name) for name in found.fylles if name in columns}
        if given:
            assignments = ", ".join(f"{name} = ?" for name in given)
            tx.run(f"update {table} set {assignments} where pasient_id = ?", *given.values(), til.pasient_id)
    return {name: getattr(til, name) for name in found.fylles}


def _built(tx: Tx, row: dict[str, Any]) -> str | None:
    """What has been done since with the merged patient that would be left without a place; None when nothing has."""
    later = tx.row(
        "select 1 from register.sammenslaing where sammenslaing_id > $1 and angret is null "
        "and (fra in ($2, $3) or til in ($2, $3))",
        row["sammenslaing_id"],
        row["fra"],
        row["til"],
    )
    if later:
        return "pasienten slått sammen med en til, og det må angres først"
    done = tx.row(
        "select hendelse from tilgang.logg l where nr > ? and pasient_id in (?, ?) and (hendelse in (select unnest(?)) "
        "or ((detaljer ->> 'avtrykk') is not null and rolle <> 'JOBB')) "
        # What a later merge saved, or the undoing of one, is of the same transaction.
        "and not exists (from tilgang.logg e where e.hendelse in (?, ?) and e.nr < l.nr and e.nr > ? "
        "and e.tid = l.tid and e.bruker = l.bruker) order by nr limit 1",
        row["loggnr"],
        row["fra"],
        row["til"],
        list(_BUILT),
        EVENT,
        UNDONE,
        row["loggnr"],
    )
    return _BUILT.get(done["hendelse"], "et skjema lagret") if done else None


def _ids(tx: Tx, sql: str, *values: Any) -> list[int]:
    return sorted(int(row["forlop_id"]) for row in tx.rows(sql, *values))

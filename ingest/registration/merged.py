"""PasientID that were merged into another: which patient each is now, and taking one out again (ingest/identity merges).

A PasientID that is no longer used keeps its rows, and stays known wherever somebody has written it down.
"""

from __future__ import annotations

import json
from typing import Any

from ingest.store import Tx

# The columns that the kept PasientID gets where it has none.
OF_PATIENT = ("fodselsdato", "kjonn", "avdod", "dodsdato")
DEATH = ("avdod", "dodsdato")
OF_PERSON = ("fornavn", "etternavn", "adresse", "postnr", "poststed", "telefon", "epost")
# SQL: the PasientID that are merged into another now.
GONE = "select fra from register.sammenslaing where angret is null"


def kept(tx: Tx, pasient_id: int) -> int:
    """The PasientID that the patient has now: ``pasient_id`` itself, unless it is merged into another."""
    while row := tx.row("select til from register.sammenslaing where fra = ? and angret is null", pasient_id):
        pasient_id = int(row["til"])
    return pasient_id


def absorbed(tx: Tx, pasient_id: int) -> list[int]:
    """The PasientID that are merged into ``pasient_id``, those merged into these too, in order."""
    found: list[int] = []
    wanted = [pasient_id]
    while wanted:
        rows = tx.rows(
            "select fra from register.sammenslaing where angret is null and til in (select unnest(?::integer[]))",
            wanted,
        )
        wanted = [int(row["fra"]) for row in rows]
        found += wanted
    return sorted(found)


def part(tx: Tx, merge: dict[str, Any]) -> int:
    """Give a merge's forløp back to the PasientID they came from, and what it filled in or withdrew; returns how many forløp.

    ``merge`` is a row of register.sammenslaing. What has got another value since is left.
    """
    number, fra, til = merge["sammenslaing_id"], merge["fra"], merge["til"]
    of_merge = "forlop_id in (select forlop_id from register.sammenslatt_forlop where sammenslaing_id = ? and {})"
    moved = tx.rows(
        f"update register.forlop set pasient_id = ? where pasient_id = ? and {of_merge.format('flyttet')} returning forlop_id",
        fra,
        til,
        number,
    )
    tx.run(
        f"update register.forlop set trukket_dato = null, trukket_kilde = null where {of_merge.format('trukket')}",
        number,
    )
    given = filled(merge)
    if not _same_death(tx, fra, til):  # the day is another since: it is til's own death, and both stay
        given = {column: before for column, before in given.items() if column not in DEATH}
    for column, before in given.items():
        table = "register.pasient" if column in OF_PATIENT else "identitet.person"
        tx.run(
            f"update {table} set {column} = ? where pasient_id = ? and {column} is not distinct from "
            f"(select {column} from {table} where pasient_id = ?)",
            before,
            til,
            fra,
        )
    tx.run(
        "update register.sammenslaing set angret = ?, angret_av = ? where sammenslaing_id = ?",
        tx.now,
        tx.actor.bruker,
        number,
    )
    return len(moved)


def _same_death(tx: Tx, fra: int, til: int) -> bool:
    rows = tx.rows(f"select distinct {', '.join(DEATH)} from register.pasient where pasient_id in (?, ?)", fra, til)
    return len(rows) == 1


def filled(merge: dict[str, Any]) -> dict[str, Any]:
    """Column → what stood there before the merge filled it in."""
    found = merge["fylt"]
    return json.loads(found) if isinstance(found, str) else found


def in_force(tx: Tx, fra: int) -> dict[str, Any] | None:
    """The merge by which ``fra`` went into another; None when it stands for itself."""
    return tx.row("select * from register.sammenslaing where fra = ? and angret is null", fra)

"""What each reservation asks to be done, and the deletion: two coordinators (SC) confirm and carry it out.

A lifting ends a case that waits. What is deleted never comes back: a patient who lifts the reservation gets new forløp.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from checks.errors import RegisterError
from ingest import audit
from ingest.access import require
from ingest.registration import erasure, merged, reservations
from ingest.store import Tx

WAITS, CONFIRMED, DONE, LIFTED = "mottatt", "bekreftet", "utført", "opphevet"
_OPEN = "utfort is null and opphevet is null"
_OF_PATIENT = f"{_OPEN} and pasient_id in (select unnest(?::integer[]))"


@dataclass(frozen=True)
class Case:
    """A reservation and what came of it. ``mottatt`` is the day the patient said so, ``tid`` when it was recorded, ``timer`` the
    hours from then until it was done or lifted, or until now. ``bruker``, ``bekreftet_av`` and ``utfort_av`` are ids of users;
    the counts are of what was deleted.
    """

    sak_id: int
    pasient_id: int
    kilde: str
    mottatt: date
    tid: datetime
    bruker: str
    bekreftet: datetime | None
    bekreftet_av: str | None
    utfort: datetime | None
    utfort_av: str | None
    opphevet: datetime | None
    antall_forlop: int | None
    antall_skjema: int | None
    timer: int

    @property
    def tilstand(self) -> str:
        if self.utfort:
            return DONE
        if self.opphevet:
            return LIFTED
        return CONFIRMED if self.bekreftet else WAITS


def begin(tx: Tx, pasient_id: int, kilde: str, mottatt: date) -> None:
    """Open the case of a reservation, unless one waits. A coordinator who records it is the first of the two."""
    if tx.row(f"select 1 from register.reservasjon_sak where {_OF_PATIENT}", _every(tx, pasient_id)):
        return
    by_hand = tx.actor.rolle == "SC"
    tx.run(
        "insert into register.reservasjon_sak values (?, ?, ?, ?, ?, ?, ?, ?, null, null, null, null, null)",
        tx.next_id("reservasjon_sak"),
        pasient_id,
        kilde,
        mottatt,
        tx.now,
        tx.actor.bruker,
        tx.now if by_hand else None,
        tx.actor.bruker if by_hand else None,
    )


def lift(tx: Tx, pasient_id: int) -> None:
    """End the patient's cases that wait."""
    tx.run(f"update register.reservasjon_sak set opphevet = ? where {_OF_PATIENT}", tx.now, _every(tx, pasient_id))


def listed(tx: Tx) -> list[Case]:
    """Every case, those that wait first and the oldest of them first, then the newest of the others."""
    require(tx.actor, "behandle_reservasjoner")
    rows = tx.rows(
        f"select * from register.reservasjon_sak order by ({_OPEN}) desc, "
        f"case when {_OPEN} then sak_id else -sak_id end"
    )
    return [_case(tx, row) for row in rows]


def confirm(tx: Tx, sak_id: int) -> None:
    """Confirm a reservation as the first of the two. Raises REG-613."""
    require(tx.actor, "slette_pasient")
    case = _open(tx, sak_id)
    if case.bekreftet is None:
        tx.run(
            "update register.reservasjon_sak set bekreftet = ?, bekreftet_av = ? where sak_id = ?",
            tx.now,
            tx.actor.bruker,
            sak_id,
        )
        audit.log(tx, "reservasjon bekreftet", pasient_id=case.pasient_id, details={"sak": sak_id})


def carry_out(tx: Tx, sak_id: int, bekreftet: str) -> int:
    """Delete the patient as the second of the two; returns how many forløp there were. ``bekreftet`` is the PID that the user typed.

    Raises REG-613 (not open), REG-615 (nobody has confirmed), REG-614 (the same person), and as erasure.erase.
    """
    require(tx.actor, "slette_pasient")
    case = _open(tx, sak_id)
    if case.bekreftet is None:
        raise RegisterError("REG-615")
    if case.bekreftet_av == tx.actor.bruker:
        raise RegisterError("REG-614")
    row = tx.row(
        "select count(distinct forlop_id) as forlop, count(*) filter (s.versjon > 0) as skjema from register.forlop f "
        "left join register.skjema s using (forlop_id) where f.pasient_id = ? and f.slettet is null",
        case.pasient_id,
    )
    assert row is not None
    deleted = erasure.erase(tx, case.pasient_id, bekreftet, reservations.REASON, of_two=True)
    tx.run(
        "update register.reservasjon_sak set utfort = ?, utfort_av = ?, antall_forlop = ?, antall_skjema = ? "
        f"where {_OF_PATIENT}",
        tx.now,
        tx.actor.bruker,
        row["forlop"],
        row["skjema"],
        _every(tx, case.pasient_id),
    )
    return deleted


def _every(tx: Tx, pasient_id: int) -> list[int]:
    return [pasient_id, *merged.absorbed(tx, pasient_id)]


def _open(tx: Tx, sak_id: int) -> Case:
    row = tx.row(f"select * from register.reservasjon_sak where sak_id = ? and {_OPEN}", sak_id)
    if row is None:
        raise RegisterError("REG-613")
    return _case(tx, row)


def _case(tx: Tx, row: dict[str, Any]) -> Case:
    until = row["utfort"] or row["opphevet"] or tx.now
    of_now: dict[str, Any] = {
        "pasient_id": merged.kept(tx, row["pasient_id"]),
        "timer": int((until - row["tid"]).total_seconds() // 3600),
    }
    return Case(**row | of_now)

"""What coordinators ask to have corrected of a patient's identity, and what the Folkeregister says that is not certain: kept
until SC has answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checks import identity, reasons
from checks.errors import RegisterError
from ingest import audit
from ingest.access import may, require
from ingest.registration import merged, patients
from ingest.store import Tx

NUMBER, MERGE = "nummer", "sammenslåing"
DONE, REFUSED = "utført", "avslått"
_ANSWERED = 50  # answered requests that are shown


@dataclass(frozen=True)
class Request:
    """One request. ``navn`` is the patient's, ``av`` the name of who asked; ``utfall`` is None until it is answered."""

    onske_id: int
    pasient_id: int
    navn: str
    slag: str
    nummer_maskert: str
    annen: int | None
    enhet: str
    grunn: str
    tid: datetime
    av: str
    utfall: str | None
    svar: str | None
    besvart: datetime | None


def ask_number(tx: Tx, pasient_id: int, number: str, grunn: str, *, test_persons: bool) -> int:
    """Ask SC to give a patient of the own unit this number. Whether another has it is not told.

    Raises REG-046, REG-061 (another unit's patient), REG-532 (no reason), REG-561, REG-563 (asked already), and as
    identity.read.
    """
    patient = _own(tx, pasient_id, grunn)
    read = identity.read(number, test_persons=test_persons, today=tx.today)
    _not_asked(tx, NUMBER, patient.pasient_id, read.number, None)
    return _put(tx, patient.pasient_id, NUMBER, grunn, idnr=read.number)


def ask_merge(tx: Tx, pasient_id: int, annen: int, grunn: str) -> int:
    """Ask SC to merge two patients of the own unit. Raises as ``ask_number``, REG-531 for one and the same, and REG-540 for
    another that the actor may not see.
    """
    patient = _own(tx, pasient_id, grunn)
    try:
        other = patients.get(tx, annen)
    except RegisterError as error:
        raise RegisterError("REG-540", pid=annen) from error
    if other.pasient_id == patient.pasient_id:
        raise RegisterError("REG-531")
    _not_asked(tx, MERGE, patient.pasient_id, None, other.pasient_id)
    return _put(tx, patient.pasient_id, MERGE, grunn, annen=other.pasient_id)


def propose(tx: Tx, pasient_id: int, grunn: str, *, idnr: str | None = None, annen: int | None = None) -> bool:
    """Leave what the Folkeregister says for SC to decide; False when it has been asked before, answered or not. The caller
    has asked about access.
    """
    slag = MERGE if annen is not None else NUMBER
    asked = tx.row(
        "select 1 from identitet.onske where pasient_id = ? and slag = ? and idnr is not distinct from ? "
        "and annen is not distinct from ? and bruker = ?",
        pasient_id,
        slag,
        idnr,
        annen,
        tx.actor.bruker,
    )
    if asked:
        return False
    _put(tx, pasient_id, slag, grunn, idnr=idnr, annen=annen)
    return True


def _own(tx: Tx, pasient_id: int, grunn: str) -> patients.Pasient:
    require(tx.actor, "be_om_retting")
    reasons.required(grunn, "REG-532")
    return patients.get(tx, pasient_id)


def _not_asked(tx: Tx, slag: str, patient: int, idnr: str | None, annen: int | None) -> None:
    """Raise REG-563 when the unit has asked for the same, and waits for the answer."""
    waiting = tx.row(
        "select 1 from identitet.onske where utfall is null and enhet = $1 and slag = $2 and idnr is not distinct from $4 "
        "and ((pasient_id = $3 and annen is not distinct from $5) or (pasient_id = $5 and annen = $3))",
        tx.actor.enhet,
        slag,
        patient,
        idnr,
        annen,
    )
    if waiting:
        raise RegisterError("REG-563")


def _put(tx: Tx, pasient_id: int, slag: str, grunn: str, *, idnr: str | None = None, annen: int | None = None) -> int:
    onske_id = tx.next_id("onske")
    tx.run(
        "insert into identitet.onske (onske_id, pasient_id, slag, idnr, annen, enhet, grunn, tid, bruker) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        onske_id,
        pasient_id,
        slag,
        idnr,
        annen,
        tx.actor.enhet,
        grunn.strip(),
        tx.now,
        tx.actor.bruker,
    )
    details: dict[str, Any] = {"ønske": onske_id, "slag": slag} | ({"annen": annen} if annen else {})
    audit.log(tx, "retting ønsket", pasient_id=pasient_id, details=details)
    return onske_id


def listed(tx: Tx) -> list[Request]:
    """The open requests first, the oldest on top, then those answered last: SC sees all, LC those of the own unit."""
    require(tx.actor, "be_om_retting")
    own = "true" if may(tx.actor, "rette_identitet") else "o.enhet = ?"
    rows = tx.rows(
        "select o.*, i.fornavn, i.etternavn, coalesce(b.navn, 'Folkeregisteret') as av from identitet.onske o "
        "left join identitet.person i on i.pasient_id = o.pasient_id "
        f"left join tilgang.bruker b on b.bruker_id = o.bruker where {own} "
        "order by o.utfall is not null, case when o.utfall is null then o.onske_id end, o.besvart desc, o.onske_id desc "
        f"limit (select count(*) from identitet.onske where utfall is null) + {_ANSWERED}",
        *([] if own == "true" else [tx.actor.enhet]),
    )
    return [_request(row) for row in rows]


def answer(tx: Tx, onske_id: int, utfall: str, svar: str = "") -> None:
    """Tell whoever asked what became of it; SC only. Raises REG-532 for a refusal without a reason, REG-539 for a request that
    is answered already, or is not there.
    """
    require(tx.actor, "rette_identitet")
    if utfall == REFUSED:
        reasons.required(svar, "REG-532")
    _answer(tx, onske_id, utfall, svar)


def settle(tx: Tx) -> None:
    """Answer the open requests for what is so now: whoever has done it may have come another way. The caller has asked about
    access.
    """
    for row in tx.rows("select onske_id, pasient_id, slag, idnr, annen from identitet.onske where utfall is null"):
        now = merged.kept(tx, row["pasient_id"])
        if row["slag"] == MERGE:
            done = now == merged.kept(tx, row["annen"])
        else:
            done = tx.row("select 1 from identitet.person where pasient_id = ? and idnr = ?", now, row["idnr"])
        if done:
            _answer(tx, row["onske_id"], DONE, "")


def _answer(tx: Tx, onske_id: int, utfall: str, svar: str) -> None:
    row = tx.row(
        "update identitet.onske set utfall = ?, svar = ?, besvart = ?, besvart_av = ? "
        "where onske_id = ? and utfall is null returning pasient_id",
        utfall,
        svar.strip() or None,
        tx.now,
        tx.actor.bruker,
        onske_id,
    )
    if row is None:
        raise RegisterError("REG-539")
    audit.log(
        tx,
        "retting besvart",
        pasient_id=merged.kept(tx, row["pasient_id"]),
        details={"ønske": onske_id, "utfall": utfall},
    )


def number(tx: Tx, onske_id: int) -> str:
    """The number that an open request asks for, for the form that corrects it; empty when it asks for none."""
    require(tx.actor, "rette_identitet")
    row = tx.row("select idnr from identitet.onske where onske_id = ? and utfall is null", onske_id)
    return (row["idnr"] or "") if row else ""


def _request(row: dict[str, Any]) -> Request:
    return Request(
        row["onske_id"],
        row["pasient_id"],
        patients.listed_name(row["fornavn"], row["etternavn"]),
        row["slag"],
        identity.mask(row["idnr"]) if row["idnr"] else "",
        row["annen"],
        row["enhet"],
        row["grunn"],
        row["tid"],
        row["av"],
        row["utfall"],
        row["svar"],
        row["besvart"],
    )

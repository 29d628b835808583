"""A reservation takes effect at once: nothing more is sent, links die, consents are withdrawn, and the deletion waits for SC."""

from __future__ import annotations

from datetime import date

from checks import personopplysninger, reasons
from checks.closing_reasons import NO_CONSENT
from checks.eprom import STOPPED
from checks.errors import InvalidAnswers, RegisterError
from checks.forlop import COMPLETED
from checks.reservasjon import NOT_RESERVED, RESERVED
from ingest import audit
from ingest.access import require
from ingest.prom import cases, orders, place
from ingest.registration import merged, patients, reservation_cases, reservations, reserved_remains
from ingest.registration.reservations import BY_HAND, SOURCES
from ingest.store import Tx

EVENT, LIFTED = "pasient reservert", "reservasjon opphevet"


def receive(tx: Tx, pasient_id: int, kilde: str, mottatt: date, begrunnelse: str) -> None:
    """Record a reservation that came by letter, on the telephone or in person, as SC.

    ``begrunnelse`` is kept until the patient is deleted, and must name nobody. Raises REG-619 (no source), REG-013 (a day to
    come), REG-532 (no words), REG-561, REG-612 (reserved already).
    """
    require(tx.actor, "behandle_reservasjoner")
    _require_source(kilde)
    if refused := personopplysninger.wrong("DatoTrektSamt", mottatt, tx.today):
        raise InvalidAnswers((refused,))
    words = reasons.required(begrunnelse, "REG-532")
    patient = patients.get(tx, pasient_id).pasient_id
    if not reserve(tx, patient, kilde, mottatt, words):
        raise RegisterError("REG-612")


def receive_unknown(tx: Tx, text: str, kilde: str, *, test_persons: bool) -> int | None:
    """Let somebody who is no patient be known as reserved by the number; returns the PasientID of one who is a patient, and then
    does nothing. Raises REG-619, and as patients.find.
    """
    require(tx.actor, "behandle_reservasjoner")
    _require_source(kilde)
    number, known = patients.find(tx, text, test_persons=test_persons)
    if known is None:
        reserved_remains.hold(tx, number.number)
        audit.log(tx, "nummer reservert", details={"kilde": kilde})
    return known


def reserve(tx: Tx, pasient_id: int, kilde: str, mottatt: date, begrunnelse: str | None = None) -> bool:
    """Let the patient be reserved from now; returns False when that is so already.

    Every patient form that is not completed is closed, every order stopped, and every consent withdrawn, also those of forløp
    from before the edition with reservation: the patient speaks of the opplysninger, with no day.
    """
    require(tx.actor, "behandle_reservasjoner")
    patient = merged.kept(tx, pasient_id)
    if reservations.status(tx, patient) == RESERVED:
        return False
    closed, withdrawn = _stop(tx, patient, kilde, mottatt)
    reservations.record(tx, patient, RESERVED, kilde, begrunnelse)
    reservation_cases.begin(tx, patient, kilde, mottatt)
    details = {"kilde": kilde, "mottatt": mottatt.isoformat(), "lukket": closed, "samtykker": len(withdrawn)}
    audit.log(tx, EVENT, pasient_id=patient, details=details)
    return True


def lift(tx: Tx, pasient_id: int, kilde: str) -> None:
    """Let the patient be registered again, in new forløp; what was closed and stopped stays so."""
    require(tx.actor, "behandle_reservasjoner")
    patient = merged.kept(tx, pasient_id)
    reservations.record(tx, patient, NOT_RESERVED, kilde)
    reservation_cases.lift(tx, patient)
    audit.log(tx, LIFTED, pasient_id=patient, details={"kilde": kilde})


def carry_over(tx: Tx, til: int, fra: int) -> list[int]:
    """Let the patient who is kept in a merge be reserved when either was; returns the forløp whose consent that withdraws."""
    own, other = reservations.latest(tx, til), reservations.of_id(tx, fra)
    source = next((one for one in (own, other) if one and one["status"] == RESERVED), None)
    if source is None:
        return []
    _, withdrawn = _stop(tx, til, source["kilde"], tx.today)
    if source is other:
        reservations.record(tx, til, RESERVED, source["kilde"], _carried(fra))
        audit.log(tx, EVENT, pasient_id=til, details={"kilde": source["kilde"], "fra": fra})
    return withdrawn


def take_back(tx: Tx, til: int, fra: int) -> None:
    """Take away what ``carry_over`` gave, when the merge is undone: only ``fra`` was reserved. Forms that were closed stay closed."""
    if reservations.forget(tx, til, _carried(fra)):
        audit.log(tx, LIFTED, pasient_id=til, details={"fra": fra})


def _require_source(kilde: str) -> None:
    if kilde not in BY_HAND:
        raise RegisterError("REG-619", valg=", ".join(SOURCES[source] for source in BY_HAND))


def _carried(fra: int) -> str:
    return f"PasientID {fra} var reservert"


def _stop(tx: Tx, patient: int, kilde: str, dato: date) -> tuple[int, list[int]]:
    """Close the patient forms that are not completed, stop every order, and withdraw every consent; returns how many forms, and
    the forløp whose consent that was.
    """
    of_patient = tx.rows(
        "select forlop_id from register.forlop where pasient_id = ? and slettet is null order by forlop_id", patient
    )
    found = [sak for sak in cases.of_forlop(tx, [row["forlop_id"] for row in of_patient]) if sak.gjelder]
    open_forms = [sak for sak in found if sak.status != COMPLETED]
    for sak in open_forms:
        orders.close_form(tx, sak, NO_CONSENT)
    every = tx.rows(
        "select bestilling_id from prom.bestilling where forlop_id in (select forlop_id from register.forlop where pasient_id = ?) "
        "order by bestilling_id",
        patient,
    )
    place.end(tx, [row["bestilling_id"] for row in every], STOPPED)
    withdrawn = tx.rows(
        "update register.forlop set trukket_dato = ?, trukket_kilde = ? where pasient_id = ? and samtykke = 1 "
        "and trukket_dato is null and slettet is null returning forlop_id",
        dato,
        SOURCES[kilde],
        patient,
    )
    return len(open_forms), sorted(row["forlop_id"] for row in withdrawn)

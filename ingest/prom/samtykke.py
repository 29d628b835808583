"""Withdrawal of consent by the registry's leader (manual: «Tilbaketrekking av samtykke»)."""

from __future__ import annotations

from datetime import date

from checks import eprom, personopplysninger, reasons
from checks.errors import InvalidAnswers, RegisterError
from ingest import audit
from ingest.access import require
from ingest.prom import cases, inbox, orders
from ingest.registration import merged
from ingest.store import Tx


def withdraw(tx: Tx, pasient_id: int, dato: date, kilde: str) -> int:
    """Withdraw the patient's consent on all existing forløp with a Ja, in all units; returns how many.

    The patient forms of these that are not completed, those begun too, are closed with «Manglende samtykke». In a later forløp
    the patient may consent again. Only SC may. Raises REG-013 for a day that has not come, REG-029 when there is no consent
    to withdraw, and REG-561 for a number in ``kilde`` (checks/reasons.py).
    """
    require(tx.actor, "trekke_samtykke")
    kilde = reasons.nameless(kilde)
    pasient_id = merged.kept(tx, pasient_id)
    refused = personopplysninger.wrong("DatoTrektSamt", dato, tx.today)
    if refused:
        raise InvalidAnswers((refused,))
    found = tx.rows(
        "select forlop_id from register.forlop "
        "where pasient_id = ? and samtykke = 1 and trukket_dato is null and slettet is null",
        pasient_id,
    )
    if not found:
        raise RegisterError("REG-029")
    inbox.settle(tx, [row["forlop_id"] for row in found])
    for row in found:
        tx.run(
            "update register.forlop set trukket_dato = ?, trukket_kilde = ? where forlop_id = ?",
            dato,
            kilde,
            row["forlop_id"],
        )
    audit.log(
        tx,
        "samtykke trukket",
        pasient_id=pasient_id,
        details={"forlop": [r["forlop_id"] for r in found], "dato": dato.isoformat(), "kilde": kilde},
    )
    close_forms(tx, [row["forlop_id"] for row in found])
    return len(found)


def close_forms(tx: Tx, forlop_ids: list[int]) -> None:
    """Close the patient forms that are not completed of forløp whose consent has just been withdrawn."""
    for sak in cases.of_forlop(tx, forlop_ids):
        step = eprom.step(sak, tx.now)
        if step is not None and step.grunn is not None:
            orders.close_form(tx, sak, step.grunn)

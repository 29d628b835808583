"""What the Folkeregister says of a patient's death: that the patient died, on another day than was thought, or not at all; and
what SC says instead, for as long as the Folkeregister says the same.

What a death closed (the patient forms, by the job lock) opens again when it is withdrawn. Nothing is sent again: the orders
stay stopped, and the unit may order anew.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from checks import reasons
from checks.closing_reasons import DEAD
from checks.errors import RegisterError
from checks.forlop import COMPLETED, NEW, PATIENT_FORMS
from ingest import audit
from ingest.access import JOB, require
from ingest.registration import forlop, merged, patients, versions
from ingest.store import Tx

OPENED = "åpnet igjen"
REASON = "Dødsfallet er trukket tilbake"
EVENT, CORRECTED = "dødsfall rettet", "Dødsfallet er rettet av SC"
# For so long after a death closed a patient's forms the Folkeregister is asked every day whether the patient is dead.
DOUBT = timedelta(days=30)
# SQL: patients with forms that a death closed since the day ``$3``.
LATELY_CLOSED = f"""
    select f.pasient_id from register.forlop f join register.skjema s using (forlop_id)
    where f.slettet is null and s.lukket_grunn = {DEAD} and s.sist_lagret >= $3
"""


def heard(tx: Tx, pasient_id: int, known: tuple[int | None, date | None], told: date | None) -> str:
    """Take what the Folkeregister says now: the day the patient died, None for a living patient. ``known`` is what the register
    has (avdod, dodsdato). Returns what happened in a word for the log; empty when it is nothing new. A death that came with a
    merged PasientID holds until the merge is undone, and one that SC has corrected until the Folkeregister says something else.
    """
    if (by_hand := corrected(tx, pasient_id)) is not None:
        if told == by_hand["sagt"]:
            return ""
        tx.run("delete from register.dodsfall_rettet where pasient_id = ?", pasient_id)
    dead, day = known[0] == 1, known[1]
    if (told is None and (not dead or _of_merge(tx, pasient_id))) or (dead and told == day):
        return ""
    _write(tx, pasient_id, told)
    if told is not None:
        return "dødsdato endret" if dead else "døde"
    open_again(tx, pasient_id)
    return "dødsfall trukket tilbake"


def corrected(tx: Tx, pasient_id: int) -> dict[str, Any] | None:
    """SC's correction that holds: what the Folkeregister had said (``sagt``), ``grunn``, ``tid`` and ``bruker``; None without."""
    return tx.row("select * from register.dodsfall_rettet where pasient_id = ?", pasient_id)


def correct(tx: Tx, pasient_id: int, day: date | None, grunn: str) -> None:
    """Say that a patient who is registered as dead died on ``day``, or (None) lives; only SC may. What the death closed opens
    again when the patient lives. The day that the Folkeregister has said takes the correction away.

    Raises REG-532 (no reason), REG-561, REG-046, REG-564 (no death to correct), REG-565 (nothing new), REG-013 (a day to come),
    and REG-566 (before the patient was born).
    """
    require(tx.actor, "rette_identitet")
    grunn = reasons.required(grunn, "REG-532")
    patient = patients.get(tx, pasient_id)
    before = corrected(tx, patient.pasient_id)
    if patient.avdod != 1 and before is None:
        raise RegisterError("REG-564")
    if (patient.dodsdato if patient.avdod == 1 else None) == day and (day is not None or patient.avdod != 1):
        raise RegisterError("REG-565")
    if day is not None and day > tx.today:
        raise RegisterError("REG-013", felt="Dødsdato", verdi=f"{day:%d.%m.%Y}")
    if day is not None and patient.fodselsdato is not None and day < patient.fodselsdato:
        raise RegisterError("REG-566", dato=f"{patient.fodselsdato:%d.%m.%Y}")
    said = before["sagt"] if before else patient.dodsdato
    tx.run("delete from register.dodsfall_rettet where pasient_id = ?", patient.pasient_id)
    if day is None or day != said:
        tx.run(
            "insert into register.dodsfall_rettet values (?, ?, ?, ?, ?)",
            patient.pasient_id,
            said,
            grunn,
            tx.now,
            tx.actor.bruker,
        )
    _write(tx, patient.pasient_id, day)
    audit.log(
        tx,
        EVENT,
        pasient_id=patient.pasient_id,
        details={"fra": patient.dod or "lever", "til": f"død {day:%d.%m.%Y}" if day else "lever"},
    )
    if day is None:
        open_again(tx, patient.pasient_id, CORRECTED)


def _of_merge(tx: Tx, pasient_id: int) -> bool:
    rows = tx.rows("select fylt from register.sammenslaing where til = ? and angret is null", pasient_id)
    return any("avdod" in merged.filled(row) for row in rows)


def _write(tx: Tx, pasient_id: int, day: date | None) -> None:
    tx.run(
        "update register.pasient set avdod = ?, dodsdato = ? where pasient_id = ?",
        int(day is not None),
        day,
        pasient_id,
    )


def open_again(tx: Tx, pasient_id: int, grunn: str = REASON) -> int:
    """Open the patient forms that the job closed because the patient was dead, as they were before; returns how many."""
    rows = tx.rows(
        "select s.forlop_id, s.skjema, s.versjon from register.skjema s join register.forlop f using (forlop_id) "
        "join register.skjemaversjon v on v.forlop_id = s.forlop_id and v.skjema = s.skjema and v.versjon = s.versjon "
        f"where f.pasient_id = ? and f.slettet is null and s.status = {COMPLETED} and s.lukket_grunn = {DEAD} "
        f"and s.skjema in {PATIENT_FORMS} and v.bruker = ? order by s.forlop_id, s.skjema",
        pasient_id,
        JOB.bruker,
    )
    for row in rows:
        _open(tx, pasient_id, grunn, **row)
    return len(rows)


def _open(tx: Tx, pasient_id: int, grunn: str, forlop_id: int, skjema: str, versjon: int) -> None:
    before = tx.row(
        "select status, svar from register.skjemaversjon where forlop_id = ? and skjema = ? and versjon = ?",
        forlop_id,
        skjema,
        versjon - 1,
    )
    status, answers = (before["status"], versions.parsed(before["svar"], skjema)) if before else (NEW, {})
    made = versions.Version(versjon + 1, status, answers, {}, OPENED, grunn)
    written = versions.append(tx, forlop.get(tx, forlop_id), skjema, made)
    tx.run(
        "update register.skjema set forst_ferdigstilt = null, forst_ferdigstilt_av = null "
        "where forlop_id = ? and skjema = ?",
        forlop_id,
        skjema,
    )
    details: dict[str, Any] = {"versjon": made.nr, "avtrykk": written, "grunn": grunn}
    audit.log(tx, f"skjema {OPENED}", pasient_id=pasient_id, forlop_id=forlop_id, skjema=skjema, details=details)

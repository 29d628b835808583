"""What the Folkeregister says of a patient's death: that the patient died, on another day than was thought, or not at all.

What a death closed (the patient forms, by the job lock) opens again when it is withdrawn. Nothing is sent again: the orders
stay stopped, and the unit may order anew.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from checks.closing_reasons import DEAD
from checks.forlop import COMPLETED, NEW, PATIENT_FORMS
from ingest import audit
from ingest.access import JOB
from ingest.registration import forlop, merged, versions
from ingest.store import Tx

OPENED = "åpnet igjen"
REASON = "Dødsfallet er trukket tilbake"
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
    merged PasientID holds until the merge is undone.
    """
    dead, day = known[0] == 1, known[1]
    if (told is None and (not dead or _of_merge(tx, pasient_id))) or (dead and told == day):
        return ""
    _write(tx, pasient_id, told)
    if told is not None:
        return "dødsdato endret" if dead else "døde"
    open_again(tx, pasient_id)
    return "dødsfall trukket tilbake"


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

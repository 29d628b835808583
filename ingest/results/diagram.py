"""What a coordinator adds to an indicator's chart over time: notes on months, and a frozen baseline. Changes are logged.

`enhet` is a unit's RESH-id, or NATION for all units together, which the national coordinator keeps.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from checks import patient_numbers
from checks.errors import RegisterError
from checks.spc import LEAST_MONTHS
from ingest import audit
from ingest.access import require
from ingest.store import Tx

NATION = "alle"
LONGEST = 120


def notes(tx: Tx, enhet: str, indikator: str) -> dict[date, str]:
    """First day of the month -> note. Raises REG-060 or REG-061."""
    _require(tx, "se_oversikt", enhet)
    found = tx.rows(
        "select maaned, tekst from register.diagramnotat where enhet = ? and indikator = ? order by maaned",
        enhet,
        indikator,
    )
    return {row["maaned"]: row["tekst"] for row in found}


def write_note(tx: Tx, enhet: str, indikator: str, maaned: date, tekst: str) -> None:
    """Set the note on a month; an empty text removes it.

    Raises REG-230 (too long), REG-231 (holds what looks like a fødselsnummer), REG-232 (a month to come), REG-060 or
    REG-061.
    """
    _require(tx, "styre_diagram", enhet)
    text = " ".join(tekst.split())
    if len(text) > LONGEST:
        raise RegisterError("REG-230", grense=LONGEST)
    if patient_numbers.held(text):
        raise RegisterError("REG-231")
    month = _month(tx, maaned)
    old = notes(tx, enhet, indikator).get(month)
    tx.run(
        "delete from register.diagramnotat where enhet = ? and indikator = ? and maaned = ?", enhet, indikator, month
    )
    if text:
        tx.run(
            "insert into register.diagramnotat values (?, ?, ?, ?, ?, ?)",
            enhet,
            indikator,
            month,
            text,
            tx.actor.bruker,
            tx.now,
        )
    event = "diagramnotat skrevet" if text else "diagramnotat fjernet"
    _log(tx, event, enhet, indikator, maaned=month, tekst={"fra": old, "til": text or None})


def baseline(tx: Tx, enhet: str, indikator: str) -> tuple[date, date] | None:
    """First and last month of the frozen baseline, None when it is not frozen. Raises REG-060 or REG-061."""
    _require(tx, "se_oversikt", enhet)
    row = tx.row("select fra, til from register.basislinje where enhet = ? and indikator = ?", enhet, indikator)
    return (row["fra"], row["til"]) if row else None


def freeze(tx: Tx, enhet: str, indikator: str, fra: date, til: date) -> None:
    """Compute the chart's centre and limits from the months ``fra`` to ``til`` (both included) until ``thaw``.

    Raises REG-232 (a month to come), REG-233 (too few months for the rules), REG-060 or REG-061.
    """
    _require(tx, "styre_diagram", enhet)
    first, last = _month(tx, fra), _month(tx, til)
    if (last.year - first.year) * 12 + last.month - first.month + 1 < LEAST_MONTHS:
        raise RegisterError("REG-233", minst=LEAST_MONTHS)
    tx.run("delete from register.basislinje where enhet = ? and indikator = ?", enhet, indikator)
    tx.run(
        "insert into register.basislinje values (?, ?, ?, ?, ?, ?)",
        enhet,
        indikator,
        first,
        last,
        tx.actor.bruker,
        tx.now,
    )
    _log(tx, "basislinje frosset", enhet, indikator, fra=first, til=last)


def thaw(tx: Tx, enhet: str, indikator: str) -> None:
    """Compute the centre and limits from all months again. Raises REG-060 or REG-061."""
    _require(tx, "styre_diagram", enhet)
    tx.run("delete from register.basislinje where enhet = ? and indikator = ?", enhet, indikator)
    _log(tx, "basislinje opphevet", enhet, indikator)


def _require(tx: Tx, action: str, enhet: str) -> None:
    if enhet == NATION:
        require(tx.actor, action)
        require(tx.actor, "se_nasjonalt")
    else:
        require(tx.actor, action, enhet)


def _month(tx: Tx, day: date) -> date:
    first = day.replace(day=1)
    if first > tx.today:
        raise RegisterError("REG-232", verdi=f"{first:%m.%Y}")
    return first


def _log(tx: Tx, event: str, enhet: str, indikator: str, **details: Any) -> None:
    audit.log(tx, event, details={"enhet": enhet, "indikator": indikator} | details)

"""The arbeidsliste on paper (manual: «Arbeidsliste», Utskrift): of the comments only B 2.2's is shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from checks.forlop import CLINICIAN_FORMS
from exports.printouts import words
from exports.printouts.typeset import Printout
from ingest import audit, worklist
from ingest.store import Tx

HEAD = (
    "Pasient",
    "Fødselsnummer",
    "Samtykke",
    "Start",
    "Lokasjon",
    "Avdeling",
    "TO",
    "1.1",
    "1.2",
    "2.1",
    "2.2",
    "Kommentar B 2.2",
)
MARKS = {None: "–", -1: "tom", 0: "under", 1: "ferdig"}


def document(tx: Tx) -> dict[str, Any]:
    """What the print holds: the unit's active forløp as the list on the screen has them, newest first."""
    rows = worklist.rows(tx)
    lines = [
        [
            row["navn"] if row["alder"] is None else f"{row['navn']}, {row['alder']}\u00a0år",
            row["fnr_maskert"],
            words.CONSENT[row["samtykke"]],
            words.day(date.fromisoformat(row["startdato"])) if row["startdato"] else "",
            row["lokasjon"],
            row["avdeling"],
            *(MARKS[row["skjema"][form]["status"]] for form in CLINICIAN_FORMS),
            row["kommentar_b22"],
        ]
        for row in rows
    ]
    under = f"{len(lines)} aktive forløp. Tom, under utfylling, ferdigstilt; – hører ikke til forløpet."
    return {
        **words.head(tx, "Arbeidsliste"),
        "under": under,
        "hode": HEAD,
        "rader": lines,
        "tom": "Ingen aktive forløp.",
    }


def printout(tx: Tx) -> Printout:
    """The arbeidsliste to be printed; logged."""
    made = document(tx)
    audit.log(tx, "arbeidsliste skrevet ut", details={"linjer": len(made["rader"])})
    return Printout("arbeidsliste", made, tx.now)

"""The arbeidsliste on paper (manual: «Arbeidsliste», Utskrift). Of the comments only those of B 2.2 are printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from checks.codebook import load
from checks.forlop import CLINICIAN_FORMS
from checks.samtykke import STATES
from exports.printouts import words
from exports.printouts.typeset import Printout
from ingest import audit
from ingest.lists import arbeidsliste
from ingest.store import Tx

HEAD = (
    "Pasient",
    "Fødselsnummer",
    "Samtykke",
    "Start",
    "Lokasjon",
    "Avdeling",
    *(load().skjema[form].kort for form in CLINICIAN_FORMS),
    "Kommentar B 2.2",
)
MARKS = {None: "–", -1: "tom", 0: "under", 1: "ferdig"}


def document(tx: Tx, shown: Sequence[int] | None = None, selection: str = "") -> dict[str, Any]:
    """The data of the print: the unit's active forløp, newest first.

    ``shown`` are the forløp on the user's screen, in its order; None prints all. Forløp that are not active at the unit
    any more are left out. ``selection`` is the user's selection in words, which is printed too.
    """
    every = arbeidsliste.rows(tx)
    by_id = {row["forlop_id"]: row for row in every}
    rows = every if shown is None else [by_id[n] for n in dict.fromkeys(shown) if n in by_id]
    lines = [
        [
            ", ".join(
                [
                    row["navn"],
                    *([f"{row['alder']}\u00a0år"] if row["alder"] is not None else []),
                    *filter(None, [row["dod"]]),
                ]
            ),
            row["fnr_maskert"],
            STATES[row["samtykke"]],
            words.day(date.fromisoformat(row["startdato"])) if row["startdato"] else "",
            row["lokasjon"],
            row["avdeling"],
            *(MARKS[row["skjema"][form]["status"]] for form in CLINICIAN_FORMS),
            row["kommentar_b22"],
        ]
        for row in rows
    ]
    count = f"{len(lines)}" if len(lines) == len(every) else f"{len(lines)} av {len(every)}"
    under = f"{count} aktive forløp. Tom, under utfylling, ferdigstilt; – hører ikke til forløpet."
    return {
        **words.head(tx, "Arbeidsliste"),
        "under": under,
        "utvalg": selection,
        "hode": HEAD,
        "rader": lines,
        "tom": "Ingen forløp passer til utvalget." if every else "Ingen aktive forløp.",
    }


def printout(tx: Tx, shown: Sequence[int] | None = None, selection: str = "") -> Printout:
    """The arbeidsliste, ready to be typeset, as ``document``; logged, but never with the words of the selection."""
    made = document(tx, shown, selection)
    audit.log(tx, "arbeidsliste skrevet ut", details={"linjer": len(made["rader"])})
    return Printout("arbeidsliste", made, tx.now)

"""What the register can document by itself of each stadium requirement in a year: figures from the published file and the log.

Nothing here says that a requirement is met but where it is a number: that is for the expert group. What the register does not
know, it says that it does not know.
"""

from __future__ import annotations

from checks.resultatportal import stadium
from exports.resultatportal import of_figures, of_log
from exports.resultatportal.known import Known, Shown, units

WRITTEN_BY_HAND = "Skrives av registeret."


def shown(known: Known) -> dict[int, Shown]:
    """What can be said of each requirement, by its number."""
    return {
        1: of_figures.regions(known),
        2: of_figures.nationally(known),
        3: _plan(_last_check(known), "Planen"),
        4: _plan(of_log.published(known), "Planen for analyser og rapporter"),
        5: Shown((WRITTEN_BY_HAND,)),
        6: of_figures.completeness_of_indicators(known),
        7: of_figures.coverage(known, (known.year - 1, known.year), stadium.STAGE_3),
        8: of_log.delivered(known, ((6, 15),)),
        9: of_log.often(known),
        10: _plan(
            f"{units(len({f.resh for f in known.figures if f.nevner}))} har indikatorer i {known.year} (se krav 2).",
            "Hvilke indikatorer som viser etterlevelse av en retningslinje,",
        ),
        11: Shown((WRITTEN_BY_HAND,)),
        12: _plan(_last_check(known), "Kontroller mot journal og gjentatt registrering, med samsvar og kappa,"),
        13: of_figures.coverage(known, (known.year,), stadium.STAGE_4),
        14: of_log.delivered(known, ((6, 15), (12, 15))),
        15: of_log.extracts(known),
        16: of_log.patient_forms(known),
        17: of_log.improvement(known),
        18: of_figures.outside(known),
    }


def _plan(said: str, what: str) -> Shown:
    return Shown((said, f"{what} skrives av registeret."))


def _last_check(known: Known) -> str:
    checks = known.referred(known.year)
    if not checks:
        return f"Ingen enhet har en kontroll mot sykehusets egen liste (EPJ) for {known.year}."
    last = max(row["sist"] for row in checks)
    return f"{units(len(checks))} har kontrollert {known.year} mot sykehusets egen liste (EPJ), sist {last:%d.%m.%Y}."

"""A report of what is published: `make` gives it as PDF. The same publication, kind, unit and period give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from checks import abonnement
from checks.errors import RegisterError
from checks.small_numbers import SMALLEST
from exports.printouts.typeset import typeset
from exports.reports import about, coverage, indicators, patients, quality, year
from exports.reports.blocks import Block
from exports.reports.period import Period
from exports.reports.source import Source, opened
from exports.tables import NATIONAL

__all__ = ["Kind", "Period", "Report", "contents", "make"]
TEMPLATE = str(Path(__file__).with_name("rapport"))


class Kind(StrEnum):
    """The reports that can be made."""

    AARSRAPPORT = "aarsrapport"
    OVERSIKT = "oversikt"
    INDIKATORER = "indikatorer"
    DATAKVALITET = "datakvalitet"


# The others are about one unit's own work, and have no figures that may leave the house.
OF_THE_NATION = (Kind.AARSRAPPORT, *map(Kind, abonnement.OF_THE_NATION))
TITLES = {Kind.AARSRAPPORT: "Årsrapport"} | {Kind(kind): title for kind, title in abonnement.KINDS.items()}


@dataclass(frozen=True)
class Report:
    """A report: the name of its file, its contents, and the id of the publication that it is made of."""

    name: str
    pdf: bytes
    publication: str


def make(published: Path, kind: Kind, enhet: int | None, period: Period, *, smallest: int = SMALLEST) -> Report:
    """The report of a unit (``enhet`` is its RESH-id) or the nation (None), of the folder of one publication.

    A unit's own report has all of its figures, and those of others only as its pages have them; the nation's has nothing that
    the published national file hides. Counts of others under ``smallest`` are not shown. Raises REG-085 (nothing is published
    there), REG-092, REG-093 (no such unit), REG-460 (not whole months), REG-461 (no forløp in the period), REG-462 (a yearly
    report of anything but a year) and REG-463 (a report of a unit's own work, of the nation).
    """
    if kind is Kind.AARSRAPPORT and not period.is_year:
        raise RegisterError("REG-462")
    if enhet is None and kind not in OF_THE_NATION:
        raise RegisterError("REG-463", hva=TITLES[kind])
    with opened(published, enhet, period, smallest) as source:
        pdf = typeset(TEMPLATE, contents(kind, source), source.publication.tid, accessible=True)
        scope = NATIONAL if enhet is None else str(enhet)
        name = f"smertereg_{kind}_{scope}_{period.in_a_name}.pdf"
        return Report(name, pdf, source.publication.id)


def contents(kind: Kind, source: Source) -> dict[str, Any]:
    """What the template is given."""
    return {
        "tittel": f"{TITLES[kind]} {source.period.in_words}, {source.name}",
        "topp": source.name,
        "bunn": about.footer(source),
        "deler": [block.json for block in _blocks(kind, source)],
    }


def _blocks(kind: Kind, source: Source) -> list[Block]:
    if kind is Kind.AARSRAPPORT:
        return year.blocks(source, TITLES[kind])
    parts = {
        Kind.OVERSIKT: (patients.forlop, patients.pain, patients.treatment, patients.answers),
        Kind.INDIKATORER: (lambda found: indicators.part(found, each=False), coverage.part),
        Kind.DATAKVALITET: (lambda found: quality.part(found, every=True),),
    }[kind]
    found = [block for part in parts for block in part(source)]
    return [*about.top(source, TITLES[kind]), *found, *about.bottom(source)]

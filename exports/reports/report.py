"""A report of what is published: `make` gives it as PDF. The same publication, kind, unit and period give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from checks.small_numbers import SMALLEST
from exports.printouts.typeset import typeset
from exports.reports import about, indicators
from exports.reports.blocks import Block
from exports.reports.source import Period, Source, opened

__all__ = ["Kind", "Period", "Report", "make"]
TEMPLATE = str(Path(__file__).with_name("rapport"))


class Kind(StrEnum):
    """The reports that can be made."""

    AARSRAPPORT = "aarsrapport"
    OVERSIKT = "oversikt"
    INDIKATORER = "indikatorer"
    DATAKVALITET = "datakvalitet"


TITLES = {Kind.INDIKATORER: "Kvalitetsindikatorer"}


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
    there), REG-092, REG-093 (no such unit), REG-460 (not whole months) and REG-461 (no forløp in the period).
    """
    with opened(published, enhet, period, smallest) as source:
        data = {
            "tittel": f"{TITLES[kind]} {source.words}",
            "topp": source.name,
            "bunn": about.footer(source),
            "merke": about.mark(source),
            "deler": [block.data for block in _contents(kind, source)],
        }
        pdf = typeset(TEMPLATE, data, source.publication.tid)
        scope = "nasjonal" if enhet is None else str(enhet)
        return Report(f"smertereg_{kind}_{scope}_{period.words}.pdf", pdf, source.publication.id)


def _contents(kind: Kind, source: Source) -> list[Block]:
    return [*about.head(source, TITLES[kind]), *indicators.part(source)]

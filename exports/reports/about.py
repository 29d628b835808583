"""What a report says of itself: whose figures, of which publication, and made how."""

from __future__ import annotations

from checks import in_words
from exports.reports.blocks import Block, heading, paragraph
from exports.reports.source import Source
from ingest.store import OSLO

INTERNAL = "Internt: små tall er med"
OUTSIDE = "Små tall er skjult"


def mark(source: Source) -> str:
    """Whether the report may leave the house, as it stands on every page."""
    return OUTSIDE if source.unit is None else INTERNAL


def footer(source: Source) -> str:
    return f"{mark(source)}. Publisert {moment(source)} ({source.publication.id})."


def moment(source: Source) -> str:
    """When the publication was begun."""
    return f"{source.publication.tid.astimezone(OSLO):%d.%m.%Y kl. %H:%M}"


def head(source: Source, title: str) -> list[Block]:
    """The top of a short report."""
    counted = source.forlop
    said = f"{source.name}, {source.months.words}. {in_words.count(counted, 'forløp', 'forløp')}, etter startdato."
    return [heading(title, 1), paragraph(said, quiet=True)]

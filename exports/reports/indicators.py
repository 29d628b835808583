"""The quality indicators in a report: the figures of the period beside last year's and the nation's."""

from __future__ import annotations

from checks import in_words
from exports.figures import indicator_data
from exports.figures.indicator_data import Definition, Value, shown
from exports.reports.blocks import Block, heading, paragraph, table
from exports.reports.source import Source

NONE = Value(0, 0)
HELD_BACK = "vises ikke"
UNUSED = "ikke aktuelt"
READ = "Intervallet er 95\u00a0% konfidensintervall (Wilson for andeler). «Året før» er de samme månedene året før."


def part(source: Source) -> list[Block]:
    """The table of all indicators."""
    definitions = indicator_data.definitions(source.con)
    values = {period: indicator_data.by_indicator(source.con, source.unit, period.months) for period in source.periods}
    everybody = indicator_data.by_indicator(source.con, None, source.months)
    rows = [
        _row(source, d, [found.get(d.indikator, NONE) for found in values.values()], everybody) for d in definitions
    ]
    head = ("Indikator", "Perioden", "95\u00a0%", "Teller", "Nevner", "Året før", "Alle")
    return [
        heading("Kvalitetsindikatorer"),
        table(head, rows, (4.4, 1.2, 1.7, 0.9, 0.9, 1.2, 1.1)),
        paragraph(READ, quiet=True),
    ]


def _row(source: Source, definition: Definition, values: list[Value], everybody: dict[str, Value]) -> list[str]:
    name = f"{definition.indikator} {definition.navn}"
    if not definition.in_use:
        return [name, UNUSED, "", "", "", "", ""]
    own, before = values
    share = definition.is_share
    ends = own.interval(share) if own.n else None
    whole = indicator_data.others_share(own, everybody.get(definition.indikator, NONE), share, source.smallest)
    return [
        name,
        shown(own.figure, share) if own.n else "ingen",
        between(ends, share),
        (in_words.number(own.hits) if share else in_words.number(own.hits, 1)) if own.n else "",
        in_words.number(own.n),
        shown(before.figure, share) if before.n else "ingen",
        HELD_BACK
        if whole is None
        else in_words.number(100 * whole) + "\u00a0%"
        if share
        else in_words.number(whole) + "\u00a0mg",
    ]


def between(ends: tuple[float, float] | None, share: bool) -> str:
    """«71,2–90,1» without the unit, which stands beside it."""
    if ends is None:
        return ""
    return "–".join(in_words.number(100 * end if share else end, 1) for end in ends)

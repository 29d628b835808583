"""The quality indicators in a report: all in a table, and each with its definition, over time, and unit by unit."""

from __future__ import annotations

from checks import in_words
from exports.disclosure import OWN_ONLY
from exports.figures.indicator_data import Definition, Value, shown
from exports.reports import charts, national
from exports.reports.blocks import Block, beside, facts, heading, note, paragraph, table, together
from exports.reports.blocks import definition as defined
from exports.reports.charts import HIDDEN
from exports.reports.source import NONE, Source

UNUSED = "ikke i bruk"
STAYS = "vises bare internt"


def part(source: Source, *, each: bool) -> list[Block]:
    """The chapter of the indicators; with `each` also every indicator by itself."""
    lead = (
        "Indikatorene er regnet av alle forløp med startdato i perioden. Intervallet er 95\u00a0% konfidensintervall."
    )
    blocks = [heading("Kvalitetsindikatorer"), paragraph(lead), *overview(source)]
    unused = [d for d in source.definitions if not d.in_use]
    if unused:
        names = ", ".join(f"{d.indikator} {d.navn}" for d in unused)
        blocks.append(note(f"Ikke i bruk, fordi spørsmålet ikke stilles ennå: {names}."))
    if each:
        for definition in source.definitions:
            if definition.in_use and definition.hoved is None:
                blocks += _one(source, definition)
    return blocks


def overview(source: Source) -> list[Block]:
    """The table of all indicators in use: the period, its interval, the year before, and all units."""
    now, before = source.values(source.months), source.values(source.period.year_before.months)
    used = [d for d in source.definitions if d.in_use]
    if source.is_nation:
        head = ("Indikator", "Alle enheter", "95\u00a0% intervall", "Nevner", "Året før")
        rows = [_row(source, d, now.get(d.indikator, NONE), before.get(d.indikator, NONE))[:5] for d in used]
        return [table(head, rows, (4.2, 1.3, 1.6, 1, 1.2))]
    head = ("Indikator", "Enheten", "95\u00a0% intervall", "Nevner", "Året før", "Alle enheter")
    rows = [_row(source, d, now.get(d.indikator, NONE), before.get(d.indikator, NONE)) for d in used]
    return [table(head, rows, (4.2, 1.2, 1.6, 0.9, 1.2, 1.2))]


def _row(source: Source, definition: Definition, own: Value | None, before: Value | None) -> list[str]:
    name = f"{'– ' if definition.hoved else ''}{definition.indikator} {definition.navn}"
    if source.is_nation and definition.indikator in OWN_ONLY:
        return [name, STAYS, "", "", "", ""]
    share = definition.is_share
    return [
        name,
        value_of(own, share),
        between(own, share),
        HIDDEN if own is None else in_words.number(own.n),
        value_of(before, share),
        everybody(source, definition, own),
    ]


def value_of(value: Value | None, share: bool) -> str:
    """«83,3 %», or why there is none."""
    return HIDDEN if value is None else shown(value.figure, share) if value.n else "ingen"


def between(value: Value | None, share: bool) -> str:
    """The interval as «71,2–90,1», without the unit that stands beside it."""
    ends = value.interval(share) if value and value.n else None
    return "" if ends is None else "–".join(in_words.number(100 * end if share else end, 1) for end in ends)


def everybody(source: Source, definition: Definition, own: Value | None) -> str:
    """The figure of all units beside a unit's; «vises ikke» where the unit may not see it."""
    if own is None or source.is_nation:
        return ""
    whole = source.everybody.get(definition.indikator, NONE)
    found = source.beside(own, whole, definition.is_share)
    if found is None:
        return HIDDEN
    return f"{in_words.number(100 * found)}\u00a0%" if definition.is_share else f"{in_words.number(found)}\u00a0mg"


def _one(source: Source, definition: Definition) -> list[Block]:
    """An indicator by itself: what it is, its figure, its quarters, and the units where they are compared."""
    share, own = definition.is_share, source.values(source.months).get(definition.indikator, NONE)
    whose = "Alle enheter" if source.is_nation else "Enheten"
    said = [("Perioden", charts.figure(own, share)), ("95\u00a0% intervall", between(own, share) or "ingen")]
    if not source.is_nation:
        said.append(("Alle enheter", everybody(source, definition, own)))
    told = [
        ("Teller", definition.teller_tekst),
        ("Nevner", definition.nevner_tekst),
        ("Ikke med", definition.utelatt_tekst),
        ("Merk", definition.valg),
    ]
    subtitle = "Per kvartal etter startdato, med 95\u00a0% intervall og n"
    compared = "" if source.is_nation else "; alle enheter i grått"
    drawn = charts.over_time("Over tid", subtitle + compared, source.over_time(definition), whose, share=share)
    left = [facts(said), defined([(name, text) for name, text in told if text])]
    right = [drawn] if drawn else [note("Ingen kvartaler har forløp i nevneren som kan vises.")]
    title = heading(f"{definition.indikator} {definition.navn}", 2)
    return [together([title, beside(left, right, (0.85, 1.15))]), *_units(source, definition)]


def _units(source: Source, definition: Definition) -> list[Block]:
    """The units side by side, for the nation and a whole year: as the national file has them."""
    if not source.is_nation or not source.period.is_year:
        return []
    values = national.by_unit(source.nation, definition.indikator, source.period.fra.year)
    seen = {name: value for name, value in values.items() if value is not None}
    whole = source.values(source.months).get(definition.indikator)
    centre = whole.figure if whole else None
    blocks = []
    if whole and (drawn := charts.funnel(definition, seen, whole)):
        blocks.append(drawn)
    subtitle = "95\u00a0% intervall; overlappende intervaller skiller ikke enhetene"
    ranked = charts.ranking(f"{definition.kort}: enhetene", subtitle, seen, centre, share=definition.is_share)
    blocks += [ranked] if ranked else []
    return [*blocks, *left_out(values)]


def left_out(values: dict[str, Value | None]) -> list[Block]:
    """Which units are not shown, and why."""
    names = [name for name, value in values.items() if value is None]
    if len(names) == len(values):
        return [note("Enhetene vises ikke: tallene deres er for små, eller ville røpet et som er det.")]
    return (
        [note(f"Ikke vist, fordi et lite tall ellers kunne leses eller regnes ut: {', '.join(names)}.")]
        if names
        else []
    )

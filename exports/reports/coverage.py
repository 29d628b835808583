"""Dekningsgrad in a report: the period, over time, the states of samtykke, and unit by unit."""

from __future__ import annotations

from collections.abc import Mapping

from checks import in_words
from exports.figures.coverage import STATES, lead, states_of
from exports.figures.data import Period
from exports.reports import charts, national
from exports.reports.blocks import Block, beside, heading, note, paragraph, table, tiles
from exports.reports.charts import HIDDEN
from exports.reports.indicators import between, left_out, value_of
from exports.reports.source import Source, coverage_value

NAMES = {
    "n_forlop": "Forløp",
    "n_inkl_krit_oppf": "Oppfyller inklusjonskriteriene",
    "n_inklusjon_status": "Inkludert",
    "n_formelt_henvist": "Oppfyller kriteriene og er formelt henvist",
    "n_krit_ubesvart": "Kriteriene er ikke avklart",
}


def part(source: Source) -> list[Block]:
    """The chapter of dekningsgrad."""
    now = source.counts(source.months)
    before = source.counts(source.period.year_before.months)
    own = coverage_value(now)
    whose = "Alle enheter" if source.is_nation else "Enheten"
    subtitle = "Per kvartal etter startdato, med 95\u00a0% intervall og n" + (
        "" if source.is_nation else "; alle i grått"
    )
    drawn = charts.over_time("Dekningsgrad over tid", subtitle, source.coverage_over_time(), whose, stages=True)
    blocks = [
        heading("Dekningsgrad"),
        paragraph(lead()),
        tiles(
            [
                (
                    value_of(own, True),
                    f"Dekningsgrad {source.period.in_words}",
                    f"95\u00a0%: {between(own, True) or '–'}",
                ),
                (value_of(coverage_value(before), True), "Året før", "de samme månedene"),
                *_beside(source),
            ]
        ),
        *([drawn] if drawn else [note("Ingen kvartaler har en dekningsgrad som kan vises.")]),
    ]
    if source.is_nation:
        blocks.append(_counts(now, before))
    else:
        blocks += [beside([_counts(now, before)], [_states(now)]), heading("Måned for måned", 2), _monthly(source)]
    return [*blocks, *_units(source)]


def _beside(source: Source) -> list[tuple[str, str, str]]:
    if source.is_nation:
        return []
    rows = source.coverage(source.months)
    own, whole = (
        coverage_value(source.counts(source.months)),
        coverage_value({name: int(rows[name].sum()) for name in ("n_inklusjon_status", "n_inkl_krit_oppf")}),
    )
    found = source.beside(own, whole, True) if own and whole else None
    return [(HIDDEN if found is None else f"{in_words.number(100 * found)}\u00a0%", "Alle enheter", "i hele prosent")]


def _counts(now: Mapping[str, int | None], before: Mapping[str, int | None]) -> Block:
    rows = [[words, number(now.get(name)), number(before.get(name))] for name, words in NAMES.items() if name in now]
    return table(("Forløp", "Perioden", "Året før"), rows, (2.6, 1, 1))


def _states(now: Mapping[str, int | None]) -> Block:
    rows = [[words, number(now.get(name))] for name, words in STATES.items() if now.get(name) != 0]
    return table((f"{states_of()} blant dem som oppfyller kriteriene", "Forløp"), rows, (3, 1))


def number(count: int | None) -> str:
    return HIDDEN if count is None else in_words.number(count)


def _monthly(source: Source) -> Block:
    rows = []
    for month in source.months.months:
        found = source.counts(Period(month, month))
        value = coverage_value(found)
        cells = [number(found[name]) for name in ("n_forlop", "n_inkl_krit_oppf", "n_inklusjon_status")]
        rows.append([in_words.month(month), *cells, value_of(value, True)])
    head = ("Måned", "Forløp", "Oppfyller kriteriene", "Inkludert", "Dekningsgrad")
    return table(head, rows, (1.6, 1, 1.4, 1, 1.2))


def _units(source: Source) -> list[Block]:
    if not source.is_nation or not source.period.is_year:
        return []
    values = national.by_unit(source.nation, national.COVERAGE, source.period.fra.year)
    seen = {name: value for name, value in values.items() if value is not None}
    whole = coverage_value(source.counts(source.months))
    drawn = charts.ranking(
        "Dekningsgrad per enhet",
        "95\u00a0% intervall; stiplet: kravene til trinn 3 og 4",
        seen,
        whole.figure if whole else None,
        share=True,
        stages=True,
    )
    return [*([drawn] if drawn else []), *left_out(values)]

"""The yearly report: its chapters in order, and the main figures of the year with last year's beside."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_lowercase

from checks import in_words
from exports.figures.indicator_data import Definition
from exports.reports import about, coverage, indicators, patients, quality
from exports.reports.blocks import Block, heading, note, tiles
from exports.reports.indicators import value_of
from exports.reports.source import NONE, Source, coverage_value

MAIN = 6  # indicators among the main figures


def blocks(source: Source, title: str) -> list[Block]:
    """All of the report."""
    chapters = (
        main_figures,
        about.populations,
        coverage.part,
        lambda found: indicators.part(found, each=True),
        patients.forlop,
        patients.pain,
        patients.treatment,
        patients.answers,
        lambda found: quality.part(found, every=False),
        about.method,
    )
    return [*about.front(source, title), *(block for chapter in chapters for block in chapter(source))]


def main_figures(source: Source) -> list[Block]:
    """The year in figures: forløp, dekningsgrad, and the first indicators in use."""
    last = source.period.year_before
    now, before = source.counts(source.months), source.counts(last.months)
    ours, theirs = source.values(source.months), source.values(last.months)
    year = last.in_words
    counted = [
        (coverage.number(now[name]), words, f"{year}: {coverage.number(before[name])}")
        for name, words in (("n_forlop", "Forløp"), ("n_inklusjon_status", "Inkludert i det nasjonale datasettet"))
    ]
    counted.append(
        (value_of(coverage_value(now), True), "Dekningsgrad", f"{year}: {value_of(coverage_value(before), True)}")
    )
    used = _main(source.definitions)
    shown = [
        (
            value_of(ours.get(d.indikator, NONE), d.is_share),
            d.navn,
            f"{year}: {value_of(theirs.get(d.indikator, NONE), d.is_share)}",
        )
        for d in used
    ]
    return [
        heading(f"{source.period.in_words} i tall"),
        tiles(counted),
        tiles(shown[:3]),
        *([tiles(shown[3:])] if shown[3:] else []),
        note(
            f"Regnet av {whole(source)} med startdato i {source.period.in_words}; definisjonene står ved hver indikator."
        ),
    ]


def _main(definitions: Iterable[Definition]) -> list[Definition]:
    """The first indicators in use, one of each number: I4a stands for the falls in pain."""
    found: dict[str, Definition] = {}
    for definition in definitions:
        if definition.in_use and definition.hoved is None:
            found.setdefault(definition.indikator.rstrip(ascii_lowercase), definition)
    return list(found.values())[:MAIN]


def whole(source: Source) -> str:
    """How many forløp the report is of, in words."""
    count = source.counts(source.months)["n_forlop"]
    return "forløpene" if count is None else in_words.count(count, "forløp", "forløp")

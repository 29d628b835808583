"""Dekningsgrad in figures: InklusjonStatus ÷ InklKritOppf by startdato, as the registry publishes it.

The rows are those of the mart dekningsgrad: one per month and unit. Counts may be added over months and units; the figure is
always the sum of numerators ÷ the sum of denominators.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from checks import in_words, reservasjon
from checks.reservasjon import RESERVASJON
from exports.figures.grain import Span
from exports.figures.indicator_data import Value, others_share

STATES = {
    "n_ja": "Ja",
    "n_avventer": "Avventer samtykke",
    "n_nei_aktivt": "Nei – aktivt",
    "n_nei_passivt": "Nei – passivt",
    "n_nei_ikke_spurt": "Nei – ikke spurt",
    "n_ikke_aktuelt": "Nei – ikke aktuelt",
    "n_tilbaketrukket": "Tilbaketrukket samtykke",
    "n_nei_uten_type": "Nei – type ikke oppgitt",
    "n_ikke_reservert": "Ikke reservert",
    "n_reservert": "Reservert",
    "n_reservasjon_ikke_spurt": "Ikke spurt om reservasjon",
}
# What a forløp of each edition must have to be included, where the criteria are met.
INCLUDED = {
    "samtykke": "pasienten har samtykket og er formelt henvist med tilsynsanmodning",
    RESERVASJON: "registeret har spurt, og pasienten har ikke reservert seg",
}
# The dekningsgrad of the last two years (per cent) that a registry needs to be in stage 3 and in stage 4.
STAGES = {60: "trinn 3", 80: "trinn 4"}


@dataclass(frozen=True)
class Dekningsgrad:
    """Numerator and denominator in forløp; `formal` is the denominator among the formally referred, `formal_included` the
    numerator. What each edition has of them is in `consent` and `reservation`.
    """

    included: int
    eligible: int
    formal: int
    unanswered: int
    all: int
    not_reserved: int
    eligible_reservation: int
    formal_not_reserved: int

    @property
    def value(self) -> Value:
        return Value(self.included, self.eligible)

    @property
    def figure(self) -> str | None:
        return in_words.percent(self.included, self.eligible) if self.eligible else None

    @property
    def formal_figure(self) -> str | None:
        return in_words.percent(self.formal_included, self.formal) if self.formal else None

    @property
    def formal_included(self) -> int:
        """Who is included by consent is formally referred; who is not reserved may have been referred otherwise."""
        return self.included - self.not_reserved + self.formal_not_reserved

    @property
    def parts(self) -> dict[str, Value]:
        """The edition -> its own dekningsgrad, of the editions that have a denominator."""
        found = {
            "samtykke": Value(self.included - self.not_reserved, self.eligible - self.eligible_reservation),
            RESERVASJON: Value(self.not_reserved, self.eligible_reservation),
        }
        return {name: value for name, value in found.items() if value.n}


def lead() -> str:
    """What dekningsgrad is, in a sentence; in a register with two editions both are told."""
    first, of = reservasjon.begins(), "Andelen av forløpene som oppfyller inklusjonskriteriene, der "
    if first is None:
        return f"{of}{INCLUDED['samtykke']}."
    return f"{of}{INCLUDED['samtykke']}; fra {first:%d.%m.%Y} der {INCLUDED[RESERVASJON]}."


def with_what() -> str:
    """What an included forløp has, to stand after «forløp med»."""
    first = reservasjon.begins()
    since = "" if first is None else f" (fra {first:%d.%m.%Y} i stedet spurt og ikke reservert)"
    return f"samtykke og tilsynsanmodning{since}"


def states_of() -> str:
    """What the states are of, where the register has one edition or two."""
    return "Samtykke" if reservasjon.begins() is None else "Samtykke og reservasjon"


def total(rows: pl.DataFrame) -> Dekningsgrad:
    """The sums over the rows."""
    names = (
        *("n_inklusjon_status", "n_inkl_krit_oppf", "n_formelt_henvist", "n_krit_ubesvart", "n_forlop"),
        *("n_ikke_reservert", "n_krit_reservasjon", "n_formelt_ikke_reservert"),
    )
    return Dekningsgrad(*(int(rows[name].sum()) for name in names))


def states(rows: pl.DataFrame) -> list[tuple[str, int, int]]:
    """(state in words, forløp in the denominator, of them formally referred) for every state that occurs."""
    found = [
        (words, int(rows[name].sum()), int(rows[name.replace("n_", "n_formelt_", 1)].sum()))
        for name, words in STATES.items()
    ]
    always = ("Ja", "Avventer samtykke") if "samtykke" in total(rows).parts or not total(rows).eligible else ()
    return [row for row in found if row[1] or row[0] in always]


def per_month(rows: pl.DataFrame, months: list[date]) -> list[tuple[date, Dekningsgrad]]:
    """The coverage of every month, also of months without forløp."""
    return [(month, total(rows.filter(pl.col("maaned") == month))) for month in months]


def per_group(rows: pl.DataFrame, column: str) -> list[tuple[str, Dekningsgrad]]:
    """(name, coverage) of every unit (`column` SykehusNavn) or avdeling (`column` avdeling), by name."""
    names = rows[column].unique().sort().to_list()
    return [(name, total(rows.filter(pl.col(column) == name))) for name in names]


def per_span(rows: pl.DataFrame, spans: Sequence[Span]) -> list[tuple[Span, Dekningsgrad]]:
    """The coverage of every period, also of periods without forløp."""
    return [(span, total(rows.filter(pl.col("maaned").is_in(span.months)))) for span in spans]


def nation_by_span(rows: pl.DataFrame, unit: str, spans: Sequence[Span], smallest: int) -> dict[Span, float | None]:
    """Period -> share of all units in whole per cent, None where others_share does not let the unit see it.

    The other units are all but `unit` (AvdRESH), also when only an avdeling of it is shown.
    """
    mine, everybody = per_span(rows.filter(AvdRESH=unit), spans), per_span(rows, spans)
    return {
        span: others_share(own.value, whole.value, True, smallest)
        for (span, own), (_, whole) in zip(mine, everybody, strict=True)
    }

"""Lokal oversikt, «Henvisning og tilsyn»: how many patients came, were tilsett and how soon, and what they answered
about samtykke.

Each function draws the figures of a choice, and returns None when there is nothing to draw.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.results.charts.drawn import Drawn, table
from app.results.charts.look import Look, figure, month_ticks
from app.results.charts.parts import bars_across, columns
from app.results.charts.shares import drawn
from app.ui import texts
from exports.figures import lokal as figures
from exports.figures.numbers import Numbers
from exports.figures.shares import HELD_BACK, Bar

_AVDELINGER = 10
_UNKNOWN = "Ikke oppgitt"


def registrations(numbers: Numbers, months: list[date], colours: Look) -> Drawn | None:
    """Forløp per month of startdato, also months without forløp."""
    if numbers.months.is_empty():
        return None
    found = dict(zip(numbers.months["maaned"], numbers.months["n"], strict=True))
    counts = [found.get(month, 0) for month in months]
    subtitle = f"{texts.count(sum(counts), 'forløp', 'forløp')}, etter startdato"
    result = figure("Registreringer per måned", subtitle, colours)
    many = len(months) > 18
    result.add_bar(
        x=[m.isoformat() for m in months],
        y=counts,
        marker_color=colours.unit,
        text=None if many else [texts.number(n) for n in counts],
        textposition="outside",
        cliponaxis=False,
        textfont_color=colours.text,
        customdata=[texts.month(m) for m in months],
        hovertemplate="%{customdata}: %{y} forløp<extra></extra>",
    )
    result.update_xaxes(**month_ticks(months))
    result.update_yaxes(
        title_text="Antall forløp",
        rangemode="tozero",
        showgrid=True,
        gridcolor=colours.line,
        nticks=5,
        dtick=1 if max(counts) < 5 else None,  # no half forløp
    )
    return Drawn(result, table(["Måned", "Forløp"], [*zip(months, counts, strict=True)]))


visits = drawn(figures.visits)


def waiting(numbers: Numbers, colours: Look) -> Drawn | None:
    """Days from referral to startdato; forløp that started before the referral have a bar of their own."""
    found = numbers.of("ventetid")
    if not found.whole:
        return None
    shown = [a for a in found.answers if a.kode >= 0 or a.n]
    labels = ["før" if a.kode < 0 else "7+" if a.kode == 7 else a.tekst for a in shown]
    made = columns(
        "Dager fra henvisning til første tilsyn",
        f"{texts.count(found.whole, 'forløp', 'forløp')}; {texts.percent(found.n(0), found.whole)} samme dag",
        labels,
        [a.n for a in shown],
        colours,
        axis="Dager fra henvist dato til startdato",
        what="Dager",
        nation=[a.nation for a in shown],
    )
    return replace(made, notes=(HELD_BACK,) if found.hides(*(a.kode for a in shown)) else ())


readiness = drawn(figures.readiness)
types = drawn(figures.types)
samtykke = drawn(figures.samtykke)


def avdelinger(numbers: Numbers, colours: Look) -> Drawn | None:
    """Forløp per avdeling: the ten avdelinger with the most, and the rest together."""
    rows = numbers.avdelinger.sort(["n", "avdeling"], descending=[True, False])
    counts = dict(zip(rows["avdeling"], rows["n"], strict=True))
    whole, missing = sum(counts.values()), counts.pop(_UNKNOWN, 0)
    if not whole:
        return None
    largest = list(counts.items())[:_AVDELINGER]
    bars = [Bar(name, n, whole) for name, n in largest]
    if rest := len(counts) - len(largest):
        bars.append(Bar(f"{rest} andre", whole - missing - sum(n for _, n in largest), whole, quiet=True))
    if missing:
        bars.append(Bar(_UNKNOWN, missing, whole, quiet=True))
    subtitle = f"{texts.count(whole, 'forløp', 'forløp')}, avdelingen pasienten er på nå"
    return bars_across("Avdelinger", subtitle, bars, colours, axis="Andel av forløpene")

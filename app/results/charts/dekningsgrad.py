"""Dekningsgrad in figures, words and a chart: InklusjonStatus ÷ InklKritOppf by startdato, as the registry publishes it.

The rows are those of the mart dekningsgrad: one per month and unit. Counts may be added over months and units; the
figure is always the sum of numerators ÷ the sum of denominators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go
import polars as pl

from app.results.charts.drawn import Drawn, table
from app.results.charts.indicator_data import Value, others_share
from app.results.charts.look import Look, figure, month_ticks
from app.results.charts.parts import NATION
from app.ui import texts

EMPTY = "Ingen forløp oppfyller inklusjonskriteriene i perioden."
STATES = {
    "n_ja": "Ja",
    "n_avventer": "Avventer samtykke",
    "n_nei_aktivt": "Nei – aktivt",
    "n_nei_passivt": "Nei – passivt",
    "n_nei_ikke_spurt": "Nei – ikke spurt",
    "n_ikke_aktuelt": "Nei – ikke aktuelt",
    "n_tilbaketrukket": "Tilbaketrukket samtykke",
    "n_nei_uten_type": "Nei – type ikke oppgitt",
}
# The dekningsgrad of the last two years (per cent) that a registry needs to be in stage 3 and in stage 4.
STAGES = {60: "trinn 3", 80: "trinn 4"}


@dataclass(frozen=True)
class Dekningsgrad:
    """Numerator and denominator in forløp; `formal` is the denominator among the formally referred."""

    included: int
    eligible: int
    formal: int
    unanswered: int
    all: int

    @property
    def value(self) -> Value:
        return Value(self.included, self.eligible)

    @property
    def figure(self) -> str | None:
        return texts.percent(self.included, self.eligible) if self.eligible else None

    @property
    def formal_figure(self) -> str | None:
        return texts.percent(self.included, self.formal) if self.formal else None


def total(rows: pl.DataFrame) -> Dekningsgrad:
    """The sums over the rows."""
    names = ("n_inklusjon_status", "n_inkl_krit_oppf", "n_formelt_henvist", "n_krit_ubesvart", "n_forlop")
    return Dekningsgrad(*(int(rows[name].sum()) for name in names))


def states(rows: pl.DataFrame) -> list[tuple[str, int, int]]:
    """(state in words, forløp in the denominator, of them formally referred) for every state that occurs."""
    found = [
        (words, int(rows[name].sum()), int(rows[name.replace("n_", "n_formelt_", 1)].sum()))
        for name, words in STATES.items()
    ]
    return [row for row in found if row[1] or row[0] in ("Ja", "Avventer samtykke")]


def per_month(rows: pl.DataFrame, months: list[date]) -> list[tuple[date, Dekningsgrad]]:
    """The coverage of every month, also of months without forløp."""
    return [(month, total(rows.filter(pl.col("maaned") == month))) for month in months]


def per_group(rows: pl.DataFrame, column: str) -> list[tuple[str, Dekningsgrad]]:
    """(name, coverage) of every unit (`column` SykehusNavn) or avdeling (`column` avdeling), by name."""
    names = rows[column].unique().sort().to_list()
    return [(name, total(rows.filter(pl.col(column) == name))) for name in names]


def nation_by_month(rows: pl.DataFrame, unit: str, months: list[date], smallest: int) -> dict[date, float]:
    """Month -> share of all units in whole per cent, where others_share lets the unit see it.

    The other units are all but `unit` (AvdRESH), also when only an avdeling of it is shown.
    """
    found = {}
    for month, everybody in per_month(rows, months):
        mine = total(rows.filter(maaned=month, AvdRESH=unit))
        share = others_share(mine.value, everybody.value, True, smallest)
        if share is not None:
            found[month] = share
    return found


def chart(
    own: list[tuple[date, Dekningsgrad]],
    nation: Mapping[date, float],
    name: str,
    colours: Look,
    running: date | None = None,
) -> Drawn | None:
    """Dekningsgrad per month: the unit in the accent colour, all units in grey. None when no month has a denominator.

    With `nation` empty only the unit is drawn. The point of `running`, the month that is not over, is hollow, and the
    heading says so.
    """
    points = [(month, c) for month, c in own if c.eligible]
    if not points:
        return None
    months = [month for month, _ in own]
    unfinished = f"; {texts.month(running)} er ikke over" if running and running in dict(points) else ""
    whole = sum(c.eligible for _, c in points)
    result = figure(
        "Dekningsgrad per måned",
        f"{texts.number(whole)} forløp som oppfyller inklusjonskriteriene, etter startdato{unfinished}",
        colours,
        height=320,
        right=120,
    )
    others = [(m, 100 * share, f"{texts.number(100 * share)}\u00a0%") for m, share in nation.items()]
    if others:
        _line(result, others, NATION, colours.other, 2, colours, running)
    mine = [
        (m, 100 * c.included / c.eligible, f"{c.figure} ({texts.number(c.included)} av {texts.number(c.eligible)})")
        for m, c in points
    ]
    _line(result, mine, name, colours.unit, 3, colours, running)
    _apart(result)
    result.update_xaxes(
        **month_ticks(months),
        range=[-0.5, len(months) - 0.5],
        categoryorder="array",
        categoryarray=[m.isoformat() for m in months],
    )
    result.update_yaxes(range=[0, 104], title_text="Dekningsgrad", showgrid=True, gridcolor=colours.line)
    _stages(result, colours)
    rows = [
        [
            m,
            c.included,
            c.eligible,
            round(100 * c.included / c.eligible, 1) if c.eligible else None,
            round(100 * nation[m]) if m in nation else None,
        ]
        for m, c in own
    ]
    columns = ["Måned", "Inkludert", "Oppfyller kriteriene", "Dekningsgrad (%)", f"{NATION} (%)"]
    return Drawn(result, table(columns, rows))


def _stages(result: go.Figure, colours: Look) -> None:
    """Draw the two stages as dotted lines, named on the axis."""
    for share in STAGES:
        result.add_hline(y=share, line={"color": colours.quiet, "width": 1, "dash": "dot"})
    ticks = range(0, 101, 20)
    named = [f"{STAGES[t]} · {t}\u00a0%" if t in STAGES else f"{t}\u00a0%" for t in ticks]
    result.update_yaxes(tickvals=list(ticks), ticktext=named)


def _line(
    result: go.Figure,
    points: list[tuple[date, float, str]],
    name: str,
    colour: str,
    width: int,
    colours: Look,
    running: date | None,
) -> None:
    """Draw a line of (month, per cent, text on hover). The hollow point is filled with the background, to hide the line."""
    result.add_scatter(
        x=[m.isoformat() for m, _, _ in points],
        y=[share for _, share, _ in points],
        mode="lines+markers",
        line={"color": colour, "width": width},
        marker={
            "size": [(9 if m == running else 7) if width > 2 else 6 for m, _, _ in points],
            "color": [colours.surface if m == running else colour for m, _, _ in points],
            "line": {"color": colour, "width": [2 if m == running else 0 for m, _, _ in points]},
            "opacity": 1,
        },
        name=name,
        cliponaxis=False,
        customdata=[(texts.month(m), told) for m, _, told in points],
        hovertemplate=f"{name}, %{{customdata[0]}}: %{{customdata[1]}}<extra></extra>",
    )
    result.add_annotation(
        x=points[-1][0].isoformat(),
        y=points[-1][1],
        text=name,
        showarrow=False,
        xanchor="left",
        xshift=10,
        font={"color": colour if width > 2 else colours.quiet, "size": 12},
    )


def _apart(result: go.Figure) -> None:
    """Move the two names at the ends of the lines apart when they would overlap."""
    labels = [a for a in result.select_annotations() if a.yref != "paper" and a.xanchor == "left" and a.xshift == 10]
    if len(labels) == 2 and abs(labels[0].y - labels[1].y) < 8:
        upper, lower = sorted(labels, key=lambda a: -a.y)
        upper.yshift, lower.yshift = 9, -9

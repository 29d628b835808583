"""A unit followed forløp by forløp against what was expected of each patient: VLAD, and CUSUM with its alarms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import plotly.graph_objects as go
import polars as pl

from app.results.charts.compared import Followed
from app.results.charts.look import Look, figure, plain
from app.ui import texts
from checks.comparison import over_time

LEAST = 20  # fewer forløp are not followed: hardly any alarm could be reached
YEARS = 5  # the false-alarm rate: how long between false alarms at the unit, in each direction
FEWEST_BETWEEN = 100


@dataclass(frozen=True)
class Chart:
    """What is drawn: a unit's forløp, the patients of all units, and how many months the forløp are of."""

    navn: str
    unit: str
    followed: Followed
    mix: over_time.Mix
    months: int

    @property
    def between(self) -> int:
        """How many forløp there are between false alarms on the average."""
        a_year = 12 * len(self.followed.days) / self.months
        return max(FEWEST_BETWEEN, round(YEARS * a_year))

    @property
    def years(self) -> float:
        return self.between * self.months / (12 * len(self.followed.days))

    @cached_property
    def vlad(self) -> list[float]:
        return over_time.vlad(self.followed.outcomes, self.followed.expected)

    @cached_property
    def limits(self) -> tuple[float, float]:
        """The limits for better and for worse."""
        better, worse = (
            over_time.limit_for(self.mix, odds, self.between) for odds in (over_time.BETTER, over_time.WORSE)
        )
        return better, worse

    @cached_property
    def sums(self) -> tuple[over_time.Followed, over_time.Followed]:
        """The sums for better and for worse."""
        seen = self.followed
        better, worse = (
            over_time.cusum(seen.outcomes, seen.expected, odds, limit)
            for odds, limit in zip((over_time.BETTER, over_time.WORSE), self.limits, strict=True)
        )
        return better, worse


def vlad(chart: Chart, colours: Look) -> go.Figure:
    """How many more than expected so far, after each forløp."""
    days, count = chart.followed.days, len(chart.vlad)
    result = figure(
        f"{chart.navn}: flere eller færre enn forventet",
        f"{plain(chart.unit)}; {texts.number(count)} forløp etter startdato",
        colours,
        height=330,
        right=20,
    )
    result.add_hline(y=0, line={"color": colours.quiet, "width": 1.2})
    result.add_scatter(
        x=list(range(count + 1)),
        y=[0.0, *chart.vlad],
        mode="lines",
        line={"color": colours.unit, "width": 2, "shape": "hv"},
        customdata=[
            ["før første", "0,0"],
            *[[texts.day(d), _signed(v)] for d, v in zip(days, chart.vlad, strict=True)],
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
    )
    _axes(result, chart, colours, "Sum av observert − forventet")
    return result


def cusum(chart: Chart, colours: Look) -> go.Figure:
    """The evidence for better (up) and for worse (down), the limits, and a mark at each alarm."""
    result = figure(
        f"{chart.navn}: har enheten endret seg?",
        f"{plain(chart.unit)}; opp: dobbel odds, ned: halv odds",
        colours,
        height=330,
        right=70,
    )
    result.add_hline(y=0, line={"color": colours.quiet, "width": 1.2})
    for sums, limit, sign, words in zip(chart.sums, chart.limits, (1, -1), ("Bedre", "Dårligere"), strict=True):
        result.add_hline(y=sign * limit, line={"color": colours.other, "width": 1.3, "dash": "dot"})
        result.add_annotation(
            x=1,
            xref="paper",
            y=sign * limit,
            text=words,
            showarrow=False,
            xanchor="left",
            xshift=4,
            font={"size": 11, "color": colours.quiet},
        )
        result.add_scatter(
            x=list(range(1, len(sums.sums) + 1)),
            y=[sign * value for value in sums.sums],
            mode="lines+markers",
            line={"color": colours.unit, "width": 2},
            marker={
                "symbol": "diamond",
                "color": colours.unit,
                "opacity": 1,
                "size": [11 if place in sums.alarms else 0 for place in range(len(sums.sums))],
            },
            customdata=[
                [texts.day(day), texts.number(value, 1)]
                for day, value in zip(chart.followed.days, sums.sums, strict=True)
            ],
            hovertemplate=f"{words}, %{{customdata[0]}}: %{{customdata[1]}}<extra></extra>",
        )
    _axes(result, chart, colours, "Bevis for endring")
    return result


def words(chart: Chart) -> list[str]:
    """What the chart says, as sentences; the first is the conclusion."""
    said = []
    for sums, what in zip(chart.sums, ("bedre", "dårligere"), strict=True):
        named = ", ".join(f"{texts.day(chart.followed.days[place])} (forløp nr. {place + 1})" for place in sums.alarms)
        if named:
            said.append(f"Alarm for {what} enn forventet: {named}.")
    head = (
        "Alarm: en stund var resultatet et annet enn ventet av disse pasientene."
        if said
        else "Ingen alarm: resultatet er som ventet av disse pasientene."
    )
    rate = (
        f"Ved en enhet som er som landet, går det i snitt {texts.number(chart.between)} forløp (omtrent "
        f"{texts.number(chart.years, 1)} år her) mellom falske alarmer i hver retning."
    )
    return [head, *said, rate]


def table(chart: Chart) -> pl.DataFrame:
    """The figures of both charts by month, so that nobody's forløp stands alone because of the table."""
    better, worse = chart.sums
    months: dict[date, list[int]] = {}
    for place, day in enumerate(chart.followed.days):
        months.setdefault(day.replace(day=1), []).append(place)
    rows = [
        {
            "Måned": month,
            "Forløp": len(places),
            "Observert": sum(chart.followed.outcomes[i] for i in places),
            "Forventet": sum(chart.followed.expected[i] for i in places),
            "Sum så langt": chart.vlad[places[-1]],
            "Bedre, høyeste": max(better.sums[i] for i in places),
            "Dårligere, høyeste": max(worse.sums[i] for i in places),
            "Alarm": ", ".join(
                what
                for sums, what in ((better, "bedre"), (worse, "dårligere"))
                if any(i in sums.alarms for i in places)
            ),
        }
        for month, places in months.items()
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _axes(result: go.Figure, chart: Chart, colours: Look, title: str) -> None:
    result.update_xaxes(title_text="Forløp i rekkefølge", range=[0, len(chart.followed.days) + 1])
    result.update_yaxes(title_text=title, showgrid=True, gridcolor=colours.line)


def _signed(value: float) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + texts.number(abs(value), 1)

"""An indicator month by month: p-chart and run chart in one, and sentences about what they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go
import polars as pl

from app.results.charts.look import Look, figure, month_ticks, plain
from app.results.charts.time_axis import write_n
from app.ui import texts
from checks import spc
from exports.figures.grain import LEAST, small, usual
from exports.figures.indicator_data import Definition, Value, shown

_NOTHING = Value(0, 0)
_HOVER = "%{customdata[0]}: %{customdata[1]} av %{customdata[2]} forløp<extra></extra>"


@dataclass(frozen=True)
class Series:
    """An indicator's values by month at a unit, the coordinators' notes, and the values of the frozen baseline's months, if
    any, which need not be among those shown.

    `running` is the month that is not over. It is shown, but the rules leave it out, because its figure is only of the
    forløp registered so far.
    """

    definition: Definition
    name: str
    months: dict[date, Value]
    notes: Mapping[date, str]
    baseline: Sequence[Value] | None
    running: date | None = None

    @property
    def base(self) -> Sequence[Value] | None:
        """The values of the baseline; None without one, or when it has no denominator."""
        return self.baseline if any(value.n for value in self.baseline or ()) else None

    @property
    def whole(self) -> list[Value]:
        """The value of each month; an empty value for the month that is not over yet."""
        return [_NOTHING if month == self.running else value for month, value in self.months.items()]

    @property
    def figures(self) -> list[float | None]:
        """The figure of each month; None for the month that is not over and for months without a denominator."""
        return [value.figure for value in self.whole]

    @property
    def usual(self) -> float:
        """How many forløp the usual month has."""
        return usual([value.n for value in self.whole])

    @property
    def small(self) -> bool:
        """Whether one forløp moves the usual month so far that no line may join the months."""
        return self.definition.is_share and self.usual < LEAST

    def run(self) -> spc.RunChart | None:
        if not any(value.n for value in self.whole):
            return None
        base = None if self.base is None else [value.figure for value in self.base]
        return spc.run_chart(self.figures, base, (0, 1) if self.definition.is_share else (0,))

    def control(self) -> spc.PChart | None:
        """The p-chart; None when the indicator is a mean, for which there is no p-chart."""
        if not self.definition.is_share:
            return None
        base = None if self.base is None else (round(sum(v.hits for v in self.base)), sum(v.n for v in self.base))
        return spc.p_chart([round(v.hits) for v in self.whole], [v.n for v in self.whole], base)


def words(series: Series) -> list[str]:
    """What the rules say, as sentences; the first is the conclusion."""
    run, control = series.run(), series.control()
    if run is None:
        return ["Ingen hel måned har tall, så diagrammet sier ingenting ennå."]
    months = list(series.months)
    said = []
    if run.at_end:
        ends = "over" if run.centre else "under"
        said.append(
            f"Medianen er {shown(run.centre, series.definition.is_share)}, så ingen måned kan ligge {ends} den, og reglene "
            "for serier og kryssinger gjelder ikke."
        )
    elif run.most is None:
        said.append(
            f"Reglene for serier trenger minst {spc.LEAST_MONTHS} måneder utenfor medianen; her er det {run.useful}. "
            "En lengre periode kan ha flere."
        )
    else:
        first, last = (texts.month(months[i]) for i in (run.run[0], run.run[-1]))
        side = "over" if (series.figures[run.run[0]] or 0) > run.centre else "under"
        length = f"Lengste serie på én side av medianen er {run.longest} måneder ({side}, {first} – {last})"
        said.append(
            f"{length}, flere enn de {run.most} som er vanlig ved tilfeldig variasjon: et skift."
            if run.long_run
            else f"{length}; inntil {run.most} er vanlig ved tilfeldig variasjon."
        )
        crossed = f"Rekken krysser medianen {texts.count(run.crossings, 'gang', 'ganger')}"
        said.append(
            f"{crossed}, færre enn de {run.least} som er vanlig ved tilfeldig variasjon: et skift eller en glidning."
            if run.few_crossings
            else f"{crossed}; minst {run.least} er vanlig ved tilfeldig variasjon."
        )
    outside = control.outside if control else ()
    if control:
        said += _limits(control, months)
    if series.small:
        warning = small(series.usual)
        said.append(f"{warning[0].upper()}{warning[1:]}: se på rekken, ikke på enkeltmåneder.")
    if series.running and series.months[series.running].n:
        said.append(unfinished(series.running))
    signal = run.long_run or run.few_crossings or outside
    if signal:
        head = "Signal: noe har endret seg mer enn tilfeldig variasjon forklarer."
    elif run.at_end and sum(figure is not None for figure in series.figures) >= spc.LEAST_MONTHS:
        head = "Diagrammet kan ikke si om endringene er mer enn tilfeldige."
    elif run.most is None:
        head = "For få måneder til å si om endringene er mer enn tilfeldige."
    else:
        head = "Ingen tegn til annet enn tilfeldig variasjon."
    return [head, *said]


def _limits(control: spc.PChart, months: Sequence[date]) -> list[str]:
    """What the control limits say, and why months have none."""
    said = []
    if control.outside:
        named = ", ".join(texts.month(months[i]) for i in control.outside)
        said.append(f"Utenfor kontrollgrensene (3 standardavvik): {named}.")
    elif any(control.limits):
        said.append("Ingen måneder er utenfor kontrollgrensene (3 standardavvik).")
    if control.few:
        least, many = spc.LEAST_EXPECTED, texts.count(len(control.few), "måned", "måneder")
        said.append(
            f"Uten kontrollgrenser: {many} der det ventes færre enn {least} forløp i telleren eller færre enn {least} utenfor "
            f"(n·p eller n·(1 − p) under {least}). Så små tall svinger mer enn grensene regner med."
        )
    return said


def unfinished(month: date) -> str:
    """The sentence that says that the month is not over, so that its point is not read like the others."""
    return f"{texts.month(month).capitalize()} er ikke over: punktet er hult, og reglene regner ikke med det."


def chart(series: Series, colours: Look) -> go.Figure | None:
    """The months as points, the median, and for shares the 3-sigma limits. None when no month that is over has a value."""
    run, control = series.run(), series.control()
    if run is None:
        return None
    share, months = series.definition.is_share, list(series.months)
    scale, axis = (100, "Andel") if share else (1, "mg per døgn")
    counted = sum(v.n for v in series.months.values())
    result = figure(
        f"{series.definition.navn} per måned",
        f"{plain(series.name)}; {texts.number(counted)} forløp, etter startdato",
        colours,
        height=360,
        right=110,
    )
    x = [month.isoformat() for month in months]
    if control:
        for end, name in ((0, "nedre"), (1, "øvre")):
            result.add_scatter(
                x=x,
                y=[scale * limits[end] if limits else None for limits in control.limits],
                mode="lines",
                line={"color": colours.other, "width": 1.2, "dash": "dot", "shape": "hvh"},
                hoverinfo="skip",
                name=name,
            )
        if ends := [limits[1] for limits in control.limits if limits]:
            _label(result, x[-1], scale * ends[-1], "Kontrollgrense", colours.quiet)
    centre = scale * run.centre
    result.add_scatter(
        x=[x[0], x[-1]], y=[centre, centre], mode="lines", hoverinfo="skip", line={"color": colours.quiet, "width": 1.5}
    )
    _label(result, x[-1], centre, f"Median {shown(run.centre, share)}", colours.quiet)
    outside = set(control.outside if control else ())
    in_run = set(run.run if run.long_run else ())
    result.add_scatter(
        x=x,
        y=[None if f is None else scale * f for f in series.figures],
        mode="markers" if series.small else "lines+markers",
        connectgaps=False,
        line={"color": colours.unit, "width": 2},
        marker={
            "size": [11 if i in outside else 8 if i in in_run or series.small else 6 for i in range(len(x))],
            "symbol": ["diamond" if i in outside else "square" if i in in_run else "circle" for i in range(len(x))],
            "color": colours.unit,
            "opacity": 1,
            "line": {"width": 1, "color": colours.surface},
        },
        customdata=[_told(month, value, share) for month, value in series.months.items()],
        hovertemplate=_HOVER,
    )
    _running(result, series, scale, colours)
    _notes(result, series, scale, colours)
    write_n(result, x, [value.n for value in series.months.values()], colours)
    result.update_xaxes(
        **month_ticks(months, 7), range=[-0.5, len(months) - 0.5], categoryorder="array", categoryarray=x
    )
    result.update_yaxes(
        title_text=axis,
        ticksuffix="\u00a0%" if share else "",
        showgrid=True,
        gridcolor=colours.line,
        range=[-3, 106] if share else None,
        rangemode="tozero",
    )
    return result


def how_read(series: Series) -> str:
    """How the points and the line are read."""
    line = (
        "punktene er ikke bundet sammen, fordi månedene er små" if series.small else "linjen er brutt der ingen er det"
    )
    return f"n under punktene er forløp i nevneren; {line}."


def table(series: Series) -> pl.DataFrame:
    """The figures of the chart, one row for each month."""
    control, scale = series.control(), 100 if series.definition.is_share else 1
    limits = control.limits if control else (None,) * len(series.months)
    rows = [
        {
            "Måned": month,
            "Forløp i nevneren": value.n,
            "Andel (%)" if scale == 100 else "mg per døgn": None if value.figure is None else scale * value.figure,
            "Nedre kontrollgrense": scale * ends[0] if ends else None,
            "Øvre kontrollgrense": scale * ends[1] if ends else None,
            "Notat": series.notes.get(month, ""),
        }
        for (month, value), ends in zip(series.months.items(), limits, strict=True)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _told(month: date, value: Value, share: bool) -> list[str]:
    return [texts.month(month), shown(value.figure, share), texts.number(value.n)]


def _running(result: go.Figure, series: Series, scale: int, colours: Look) -> None:
    """Draw the month that is not over as a hollow point beside the line."""
    value = series.months.get(series.running) if series.running else None
    if series.running is None or value is None or value.figure is None:
        return
    result.add_scatter(
        x=[series.running.isoformat()],
        y=[scale * value.figure],
        mode="markers",
        name="ikke over",
        marker={"size": 9, "color": colours.surface, "line": {"width": 2, "color": colours.unit}},
        customdata=[_told(series.running, value, scale == 100)],
        hovertemplate=_HOVER.replace("<extra>", " så langt<extra>"),
    )


def _notes(result: go.Figure, series: Series, scale: int, colours: Look) -> None:
    """Draw a line with its text over each month that has a note, the texts at two heights in turn."""
    shown_notes = [(month, text) for month, text in series.notes.items() if month in series.months]
    for number, (month, text) in enumerate(shown_notes):
        result.add_vline(x=month.isoformat(), line={"color": colours.quiet, "width": 1, "dash": "dash"})
        short = text if len(text) <= 28 else text[:27] + "…"
        late = list(series.months).index(month) > len(series.months) / 2
        result.add_annotation(
            x=month.isoformat(),
            yref="paper",
            y=1.0 - 0.09 * (number % 2),
            text=plain(short),
            showarrow=False,
            xanchor="right" if late else "left",
            xshift=-4 if late else 4,
            font={"size": 11.5, "color": colours.text},
            bgcolor=colours.surface,
        )


def _label(result: go.Figure, x: str, y: float, text: str, colour: str) -> None:
    result.add_annotation(
        x=x, y=y, text=text, showarrow=False, xanchor="left", xshift=8, font={"size": 11, "color": colour}
    )

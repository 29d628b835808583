"""Dekningsgrad as a chart, by month, quarter or year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import plotly.graph_objects as go
import polars as pl

from app.results.charts.drawn import Drawn, table
from app.results.charts.look import Look, figure, month_ticks
from app.results.charts.parts import whole_percent
from app.results.charts.time_axis import axis, write_n
from app.ui import texts
from exports.figures.coverage import STAGES, Dekningsgrad
from exports.figures.grain import MONTH, Span
from exports.figures.shares import NATION

EMPTY = "Ingen forløp oppfyller inklusjonskriteriene i perioden."


def chart(
    own: Sequence[tuple[Span, Dekningsgrad]],
    nation: Mapping[Span, float | None],
    name: str,
    colours: Look,
    running: date | None = None,
    why: str = "",
) -> Drawn | None:
    """Dekningsgrad per period with 95 % intervals and n: the unit in the accent colour, all units in grey. None when no
    period has a denominator.

    With `nation` empty only the unit is drawn. The point of the period that `running`, the month that is not over, is in is
    hollow. `why` says why the periods are no months. No line is drawn across a period without a denominator.
    """
    if not any(c.eligible for _, c in own):
        return None
    spans = [span for span, _ in own]
    places = [span.first.isoformat() for span in spans]
    grain = spans[0].grain
    going = next((span for span, c in own if running in span.months and c.eligible), None)
    unfinished = f"; {going.words} er ikke over" if going else ""
    whole = sum(c.eligible for _, c in own)
    result = figure(
        f"Dekningsgrad per {grain.name}",
        f"{texts.number(whole)} forløp som oppfyller inklusjonskriteriene, etter startdato{unfinished}",
        colours,
        height=340,
        right=120,
    )
    drawn, compared = _compared(own, nation)
    if drawn:
        shares = [nation[span] for span in spans]
        told = [whole_percent(share) for share in shares]
        ys = [None if share is None else 100 * share for share in shares]
        _line(result, spans, ys, told, NATION, colours.other, 2, colours, going)
    ys = [100 * c.included / c.eligible if c.eligible else None for _, c in own]
    told = [f"{c.figure} ({texts.number(c.included)} av {texts.number(c.eligible)}{_between(c)})" for _, c in own]
    _line(result, spans, ys, told, name, colours.unit, 3, colours, going)
    _intervals(result, own, colours)
    _apart(result)
    write_n(result, places, [c.eligible for _, c in own], colours)
    ticks = month_ticks([span.first for span in spans]) if grain is MONTH else axis(spans)
    result.update_xaxes(**ticks, range=[-0.5, len(spans) - 0.5], categoryorder="array", categoryarray=places)
    result.update_yaxes(range=[-4, 104], title_text="Dekningsgrad", showgrid=True, gridcolor=colours.line)
    _stages(result, colours)
    return Drawn(result, _table(own, nation), tuple(filter(None, (why, _read(own, going), compared))))


def _compared(own: Sequence[tuple[Span, Dekningsgrad]], nation: Mapping[Span, float | None]) -> tuple[bool, str]:
    """(whether all units are drawn, the sentence about them). They are not where few of the unit's points have a fellow."""
    if not nation:
        return False, ""
    points = [span for span, c in own if c.eligible]
    shown = sum(nation[span] is not None for span in points)
    of = f"{texts.number(shown)} av {texts.count(len(points), points[0].grain.name, points[0].grain.several)}"
    if shown * 2 < len(points) or not shown:
        return False, (
            f"«{NATION}» er ikke tegnet: de andre enhetenes tall er store nok til å vises i bare {of} med egne forløp."
        )
    said = "Alle enheter samlet er i grått, i hele prosent."
    if shown < len(points):
        said += f" Det er vist i {of} med egne forløp; ellers er de andre enhetenes tall for små."
    return True, said


def _read(own: Sequence[tuple[Span, Dekningsgrad]], going: Span | None) -> str:
    """How the chart is read."""
    said = "n under punktene er forløp i nevneren, og de loddrette strekene er 95\u00a0% konfidensintervall (Wilson)."
    if not all(c.eligible for _, c in own):
        said += " Der n er 0, er det ingen andel: ikke noe punkt, og linjen er brutt."
    return said + (" Den hule sirkelen er perioden som ikke er over." if going else "")


def _between(found: Dekningsgrad) -> str:
    ends = found.value.interval(True)
    return f"; 95\u00a0%: {texts.number(100 * ends[0])}–{texts.number(100 * ends[1])}" if ends else ""


def _table(own: Sequence[tuple[Span, Dekningsgrad]], nation: Mapping[Span, float | None]) -> pl.DataFrame:
    grain = own[0][0].grain
    rows = []
    for span, c in own:
        ends = c.value.interval(True) if c.eligible else None
        share, others = (c.included / c.eligible if c.eligible else None), nation.get(span)
        percents = [None if x is None else round(100 * x, 1) for x in (share, *(ends or (None, None)))]
        rows.append(
            [
                span.first if grain is MONTH else span.words,
                c.included,
                c.eligible,
                *percents,
                None if others is None else round(100 * others),
            ]
        )
    columns = ["Inkludert", "Oppfyller kriteriene", "Dekningsgrad (%)", "Nedre 95 % (%)", "Øvre 95 % (%)"]
    return table([grain.name.capitalize(), *columns, f"{NATION} (%)"], rows)


def _intervals(result: go.Figure, own: Sequence[tuple[Span, Dekningsgrad]], colours: Look) -> None:
    """Draw the 95 % interval of each point, thin, beside the line."""
    found = [(span, 100 * c.included / c.eligible, c.value.interval(True)) for span, c in own if c.eligible]
    ends = [(span.first.isoformat(), y, *(100 * end for end in between)) for span, y, between in found if between]
    result.add_scatter(
        x=[x for x, *_ in ends],
        y=[y for _, y, _, _ in ends],
        mode="markers",
        marker={"opacity": 0},
        hoverinfo="skip",
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [high - y for _, y, _, high in ends],
            "arrayminus": [y - low for _, y, low, _ in ends],
            "thickness": 1,
            "width": 3,
            "color": colours.unit,
        },
    )


def _stages(result: go.Figure, colours: Look) -> None:
    """Draw the two stages as dotted lines, named on the axis."""
    for share in STAGES:
        result.add_hline(y=share, line={"color": colours.quiet, "width": 1, "dash": "dot"})
    ticks = range(0, 101, 20)
    named = [f"{STAGES[t]} · {t}\u00a0%" if t in STAGES else f"{t}\u00a0%" for t in ticks]
    result.update_yaxes(tickvals=list(ticks), ticktext=named)


def _line(
    result: go.Figure,
    spans: Sequence[Span],
    ys: Sequence[float | None],
    told: Sequence[str],
    name: str,
    colour: str,
    width: int,
    colours: Look,
    going: Span | None,
) -> None:
    """Draw a line of per cents, broken where there is none. The hollow point is filled with the background, to hide the line.

    `told` is what each point says on hover.
    """
    alone = sum(y is not None for y in ys) == 1 and width == 2
    result.add_scatter(
        x=[span.first.isoformat() for span in spans],
        y=list(ys),
        mode="lines+markers",
        connectgaps=False,
        line={"color": colour, "width": width},
        marker={
            # All units alone at one point are a stroke, which the unit's own point cannot hide.
            "symbol": "line-ew" if alone else "circle",
            "size": [24 if alone else (9 if span == going else 7) if width > 2 else 6 for span in spans],
            "color": [colours.surface if span == going else colour for span in spans],
            "line": {"color": colour, "width": [3 if alone else 2 if span == going else 0 for span in spans]},
            "opacity": 1,
        },
        name=name,
        cliponaxis=False,
        customdata=[(span.words, words) for span, words in zip(spans, told, strict=True)],
        hovertemplate=f"{name}, %{{customdata[0]}}: %{{customdata[1]}}<extra></extra>",
    )
    place, last = [(span, y) for span, y in zip(spans, ys, strict=True) if y is not None][-1]
    result.add_annotation(
        x=place.first.isoformat(),
        y=last,
        text=name,
        showarrow=False,
        xanchor="left",
        xshift=10,
        font={"color": colour if width > 2 else colours.quiet, "size": 12},
        bgcolor=colours.surface,
    )


def _apart(result: go.Figure) -> None:
    """Move the two names at the ends of the lines apart when they would overlap."""
    labels = [a for a in result.select_annotations() if a.yref != "paper" and a.xanchor == "left" and a.xshift == 10]
    if len(labels) == 2 and abs(labels[0].y - labels[1].y) < 8:
        upper, lower = sorted(labels, key=lambda a: -a.y)
        upper.yshift, lower.yshift = 9, -9

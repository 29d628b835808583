"""The funnel: every unit's figure by the number of forløp behind it, and the limits that chance alone gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import plotly.graph_objects as go
import polars as pl

from app.results.charts.look import Look, figure, plain
from app.ui import texts
from checks import proportions
from exports.figures.indicator_data import Definition, Value, shown
from exports.figures.outside import limits, side

LEVELS = {proportions.LEVEL: ("95\u00a0%", "dash"), proportions.OUTER: ("99,8\u00a0%", "dot")}
STEPS = 80


def chart(definition: Definition, values: dict[str, Value], whole: Value, colours: Look) -> go.Figure | None:
    """A mark for each unit with a denominator, around the pooled figure `whole`. None with fewer than two units."""
    units = {name: value for name, value in values.items() if value.n}
    if len(units) < 2:
        return None
    centre = whole.figure
    assert centre is not None
    deviation = proportions.spread(whole.hits, whole.squares, whole.n) or 0.0
    most = max(v.n for v in units.values())
    sizes = sorted({max(1, round(most * 1.08 * step / STEPS)) for step in range(1, STEPS + 1)})
    scale = 100 if definition.is_share else 1
    drawn, of_all = sum(v.n for v in units.values()), shown(centre, definition.is_share)
    result = figure(
        f"{definition.navn}: enhetene etter antall forløp",
        f"{texts.number(whole.n)} forløp ved {len(units)} enheter; samlet {of_all}"
        if drawn == whole.n
        else f"{texts.number(drawn)} av {texts.number(whole.n)} forløp, ved enhetene som kan vises; alle samlet {of_all}",
        colours,
        height=400,
        right=60,
    )
    draw_limits(
        result,
        sizes,
        lambda n, level: tuple(scale * end for end in limits(definition, centre, deviation, int(n), level)),
        colours,
    )
    result.add_hline(y=scale * centre, line={"color": colours.quiet, "width": 1.2})
    outside = {name: side(definition, value, whole) for name, value in units.items()}
    draw_units(
        result,
        [(name, v.n, scale * (v.figure or 0), bool(outside[name])) for name, v in units.items()],
        [[plain(name), shown(v.figure, definition.is_share), texts.number(v.n)] for name, v in units.items()],
        "%{customdata[0]}: %{customdata[1]} av %{customdata[2]} forløp<extra></extra>",
        colours,
    )
    result.update_xaxes(title_text="Antall forløp i nevneren", rangemode="tozero", range=[0, sizes[-1] * 1.02])
    result.update_yaxes(
        title_text="Andel" if definition.is_share else "mg per døgn",
        ticksuffix="\u00a0%" if definition.is_share else "",
        showgrid=True,
        gridcolor=colours.line,
        range=[-2, 103] if definition.is_share else None,
    )
    return result


def draw_limits(
    result: go.Figure, sizes: Sequence[float], limits: Callable[[float, float], tuple[float, ...]], colours: Look
) -> None:
    """Draw the funnels of LEVELS; `limits` gives the lower and the upper end at a size and a level, as they are drawn."""
    for level, (words, dash) in LEVELS.items():
        ends = [limits(size, level) for size in sizes]
        for end in (0, 1):
            result.add_scatter(
                x=sizes,
                y=[both[end] for both in ends],
                mode="lines",
                hoverinfo="skip",
                line={"color": colours.other, "width": 1.3, "dash": dash},
            )
        # On the right the two funnels lie close together, so one name goes above its line and the other below.
        result.add_annotation(
            x=sizes[-1],
            y=ends[-1][1],
            text=words,
            showarrow=False,
            xanchor="left",
            xshift=4,
            yshift=-2 if level == proportions.LEVEL else 7,
            font={"size": 11, "color": colours.quiet},
        )


def draw_units(
    result: go.Figure,
    units: Sequence[tuple[str, float, float, bool]],
    said: Sequence[Sequence[str]],
    hover: str,
    colours: Look,
) -> None:
    """Draw a mark for each unit, (name, place across, place up, outside the limits?); those outside have their names beside."""
    result.add_scatter(
        x=[x for _, x, _, _ in units],
        y=[y for _, _, y, _ in units],
        mode="markers",
        marker={
            "size": 9,
            "color": colours.unit,
            "line": {"width": 1.5, "color": colours.surface},
            # The shape shows it too, because the place alone may be hard to see.
            "symbol": ["diamond" if outside else "circle" for *_, outside in units],
        },
        customdata=said,
        hovertemplate=hover,
    )
    for name, x, y, _ in (unit for unit in units if unit[-1]):
        result.add_annotation(
            x=x, y=y, text=plain(name), showarrow=False, yshift=13, font={"size": 11.5, "color": colours.text}
        )


def table(definition: Definition, values: dict[str, Value], whole: Value) -> pl.DataFrame:
    """The figures of the chart, one row for each unit."""
    scale = 100 if definition.is_share else 1
    rows = []
    for name, value in values.items():
        ends = value.interval(definition.is_share) if value.n else None
        rows.append(
            {
                "Enhet": name,
                "Forløp i nevneren": value.n,
                "Andel (%)" if definition.is_share else "mg per døgn": _scaled(value.figure, scale),
                "Nedre 95 %": _scaled(ends[0] if ends else None, scale),
                "Øvre 95 %": _scaled(ends[1] if ends else None, scale),
                "Utenfor 99,8 %": side(definition, value, whole),
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _scaled(figure: float | None, scale: int) -> float | None:
    return None if figure is None else round(scale * figure, 4)

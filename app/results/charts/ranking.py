"""The units in order, each with its interval, because an order without intervals would claim more than the figures
show.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import plotly.graph_objects as go

from app.results.charts.look import Look, figure, plain
from app.results.charts.parts import interval
from exports.figures.indicator_data import Value, shown

STAGES = (("Trinn 3: 60\u00a0%", 0.6), ("Trinn 4: 80\u00a0%", 0.8))


def chart(
    title: str,
    subtitle: str,
    values: dict[str, Value],
    centre: float | None,
    share: bool,
    colours: Look,
    *,
    stages: Sequence[tuple[str, float]] = (),
) -> go.Figure | None:
    """A mark and its 95 % interval for each unit, the highest first, with a line at `centre`.

    `stages` are (name, figure) of goals, drawn as lines. None when no unit has a denominator.
    """
    units = sorted(
        ((name, v) for name, v in values.items() if v.figure is not None), key=lambda unit: unit[1].figure or 0
    )
    if not units:
        return None
    scale = 100 if share else 1
    result = figure(title, subtitle, colours, height=max(240, 130 + 34 * len(units)), right=30)
    figures = [scale * (v.figure or 0) for _, v in units]
    ends = [v.interval(share) or (v.figure or 0, v.figure or 0) for _, v in units]
    result.add_scatter(
        x=figures,
        y=[unit_label(name) for name, _ in units],
        mode="markers",
        marker={"size": 9, "color": colours.unit},
        error_x=interval(figures, [(scale * low, scale * high) for low, high in ends], colours),
        customdata=[
            [plain(name), shown(v.figure, share), f"{shown(low, share)} – {shown(high, share)}", v.n]
            for (name, v), (low, high) in zip(units, ends, strict=True)
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} (%{customdata[2]}), %{customdata[3]} forløp<extra></extra>",
    )
    lines = [*stages, *([("Samlet", centre)] if centre is not None else [])]
    for number, (name, place) in enumerate(lines):
        result.add_vline(
            x=scale * place,
            line={"color": colours.quiet, "width": 1.2, "dash": "dot" if number < len(stages) else "solid"},
        )
        result.add_annotation(
            x=scale * place,
            y=1,
            yref="paper",
            yanchor="bottom",
            yshift=15 if number < len(stages) else 1,
            text=name,
            showarrow=False,
            font={"size": 11, "color": colours.quiet},
        )
    result.update_layout(margin_t=92)
    result.update_yaxes(showline=False, tickfont={"size": 11, "color": colours.text}, ticklabelstandoff=6)
    result.update_xaxes(
        title_text="Andel" if share else "mg per døgn",
        ticksuffix="\u00a0%" if share else "",
        showgrid=True,
        gridcolor=colours.line,
        range=[-1, 101] if share else None,
        rangemode="tozero",
    )
    return result


def unit_label(name: str) -> str:
    """A unit's name in as many lines as it takes beside its mark."""
    return "<br>".join(plain(line) for line in wrap(name, 32, break_on_hyphens=False))

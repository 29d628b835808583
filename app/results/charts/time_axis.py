"""The axis of a chart over time: the names of its periods, and n under every point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from app.results.charts.look import Look
from app.ui import texts
from exports.figures.grain import Span

COUNTED = 40  # points that have room for their n under the axis


def axis(shown: Sequence[Span]) -> dict[str, Any]:
    """Axis settings that name the periods, each by its first month."""
    return {
        "type": "category",
        "tickvals": [s.first.isoformat() for s in shown],
        "ticktext": ["<br>".join(s.lines) for s in shown],
        "tickangle": 0,
    }


def write_n(result: go.Figure, places: Sequence[str], counts: Sequence[int], colours: Look) -> bool:
    """Write each point's n between the axis and its labels; False, and nothing, where there are too many to be read."""
    if len(places) > COUNTED:
        return False
    for place, count in zip(places, counts, strict=True):
        _under(result, texts.number(count), colours, x=place)
    _under(result, "n", colours, x=0, xref="paper", xanchor="right", xshift=-6)
    result.update_xaxes(ticklabelstandoff=18)
    return True


def _under(result: go.Figure, text: str, colours: Look, **place: Any) -> None:
    result.add_annotation(
        name="n",
        text=text,
        yref="paper",
        y=0,
        yanchor="top",
        yshift=-4,
        showarrow=False,
        font={"size": 10.5, "color": colours.quiet},
        **place,
    )

"""The common look of our charts: Norwegian figures, quiet axes, the unit in the accent colour, light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import plotly.graph_objects as go

from app.ui.texts import MONTHS

# Scrolling over a chart scrolls the page. Plotly's only button is hidden; app/results/charts/download.py clicks it.
CONFIG = {
    "displayModeBar": True,
    "modeBarButtons": [["toImage"]],
    "displaylogo": False,
    "scrollZoom": False,
    "showTips": False,
}
HEIGHT = 300


@dataclass(frozen=True)
class Look:
    """The colours of a theme. `unit` is the accent, `soft` and `strong` are tints of it, `other` is the grey of what the
    unit is compared with, and `mark` is that grey where it lies over the accent.
    """

    text: str
    quiet: str
    line: str
    unit: str
    other: str
    surface: str
    soft: str
    strong: str
    mark: str


LIGHT = Look("#16242a", "#55646b", "#dfe6e8", "#0f6070", "#9aa9af", "#ffffff", "#9cc4cc", "#0a3640", "#5d6c73")
DARK = Look("#e4ecee", "#a7b6bc", "#2c393f", "#4fb0c0", "#6b7c83", "#12191c", "#2a6470", "#a9dce5", "#c3cfd3")


def look(dark: bool) -> Look:
    return DARK if dark else LIGHT


def plain(text: str) -> str:
    """Text that users have written (names, notes), escaped so that Plotly shows it as written.

    Plotly would make links and bold of what looks like HTML. It knows the entities of <, > and & but not of quotes.
    """
    return escape(text, quote=False)


def figure(
    title: str, subtitle: str, colours: Look, *, height: int = HEIGHT, left: int = 10, right: int = 10
) -> go.Figure:
    """An empty chart in our look. `title` says what the chart shows, `subtitle` how many it counts and of what.

    `left` and `right` are margins in pixels; axes take more where their labels need it.
    """
    axis: dict[str, Any] = {
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
        "linecolor": colours.line,
        "tickfont": {"size": 12, "color": colours.quiet},
        "title": {"font": {"size": 12, "color": colours.quiet}, "standoff": 8},
    }
    return go.Figure(
        layout={
            "template": None,
            "title": {
                "text": f"<b>{title}</b>",
                "subtitle": {"text": subtitle, "font": {"size": 12, "color": colours.quiet}},
                "font": {"size": 15, "color": colours.text},
                "x": 0,
                "xref": "container",
                "xanchor": "left",
                "y": 0.97,
                "yanchor": "top",
                "pad": {"l": 2},
            },
            "font": {"family": "Inter, sans-serif", "color": colours.text, "size": 12},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "separators": ",\u00a0",
            "margin": {"l": left, "r": right, "t": 62, "b": 40},
            "height": height,
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            "hoverlabel": {
                "bgcolor": colours.surface,
                "bordercolor": colours.line,
                "font": {"family": "Inter, sans-serif", "color": colours.text},
            },
            "bargap": 0.28,
            "xaxis": axis,
            "yaxis": axis,
        }
    )


def month_ticks(months: Sequence[date], most: int = 12) -> dict[str, Any]:
    """Axis settings that name at most `most` of the months, with the year at its first month shown."""
    step = max(1, -(-len(months) // most))
    shown = months[::step]
    new_year = [i > 0 and m.year != shown[i - 1].year for i, m in enumerate(shown)]
    # The first month names its year too, unless the next year's name would stand right beside it.
    new_year[0] = len(shown) == 1 or not new_year[1]
    words = [
        MONTHS[m.month - 1][:3] + (f"<br>{m.year}" if named else "") for m, named in zip(shown, new_year, strict=True)
    ]
    return {"type": "category", "tickvals": [m.isoformat() for m in shown], "ticktext": words, "tickangle": 0}

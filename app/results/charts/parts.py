"""The parts of our charts: horizontal bars with their figures beside them, and upright columns along a scale."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go
import polars as pl

from app.results.charts.drawn import Drawn, table
from app.results.charts.look import HEIGHT, Look, figure, plain
from app.ui import texts
from exports.figures.shares import NATION, Bar

_COMPARED = "grå strek: alle enheter"


def interval(figures: Sequence[float], ends: Sequence[tuple[float, float]], colours: Look) -> dict[str, Any]:
    """The settings of error bars from the lower to the upper end around each figure."""
    return {
        "type": "data",
        "symmetric": False,
        "thickness": 2,
        "width": 0,
        "color": colours.unit,
        "array": [high - figure for (_, high), figure in zip(ends, figures, strict=True)],
        "arrayminus": [figure - low for (low, _), figure in zip(ends, figures, strict=True)],
    }


def bars_across(
    title: str, subtitle: str, bars: Sequence[Bar], colours: Look, *, axis: str, of: bool = False, what: str = "Forløp"
) -> Drawn:
    """Horizontal bars, the first at the top, with «54,2 % (123)» beside each and a grey line at the share of all units.

    `axis` names what is counted, with its unit. With `of` each bar has a denominator of its own, which is written beside
    it. `what` is the table's name for what `n` counts.
    """
    compared = any(bar.nation is not None for bar in bars)
    said = f"{subtitle}; {_COMPARED}" if compared else subtitle
    labels = [broken(bar.label, 26) for bar in bars]
    rows = sum(30 + 12 * label.count("<br>") for label in labels)
    result = figure(title, said, colours, height=max(HEIGHT, 110 + rows), right=115)
    words = [f"{bar.words[:-1]} av {texts.number(bar.whole)})" if of and bar.whole else bar.words for bar in bars]
    result.add_bar(
        orientation="h",
        width=min(0.66, 0.2 * len(bars)),
        x=[bar.share for bar in bars],
        y=labels,
        marker_color=[colours.other if bar.quiet else colours.unit for bar in bars],
        customdata=[(plain(bar.label), text) for bar, text in zip(bars, words, strict=True)],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
    )
    if compared:
        _marks(result, labels, bars, colours)
    # The text stands beside the bar, and beyond the line of all units.
    result.add_scatter(
        x=[max(bar.share, 100 * (bar.nation or 0)) for bar in bars],
        y=labels,
        mode="text",
        cliponaxis=False,
        text=[f"\u00a0\u00a0{text}" for text in words],
        textposition="middle right",
        textfont_color=colours.text,
        hoverinfo="skip",
    )
    result.update_yaxes(
        autorange="reversed", showline=False, ticklabelstandoff=6, tickfont={"size": 12.5, "color": colours.text}
    )
    result.update_xaxes(
        title_text=axis,
        ticksuffix="\u00a0%",
        rangemode="tozero",
        nticks=4,
        tickangle=0,
        showgrid=True,
        gridcolor=colours.line,
    )
    return Drawn(result, _table(bars, of=of, what=what))


def _marks(result: go.Figure, labels: Sequence[str], bars: Sequence[Bar], colours: Look) -> None:
    marked = [(label, bar) for label, bar in zip(labels, bars, strict=True) if bar.nation is not None]
    result.add_scatter(
        x=[100 * (bar.nation or 0) for _, bar in marked],
        y=[label for label, _ in marked],
        mode="markers",
        marker={"symbol": "line-ns", "size": 22, "line": {"width": 3, "color": colours.mark}},
        customdata=[whole_percent(bar.nation) for _, bar in marked],
        hovertemplate=f"{NATION}: %{{customdata}}<extra></extra>",
    )


def _table(bars: Sequence[Bar], *, of: bool, what: str) -> pl.DataFrame:
    columns = ["Svar", what, *(["Av"] if of else []), "Andel (%)", f"{NATION} (%)"]
    rows = [
        [
            bar.label,
            bar.n,
            *([bar.whole] if of else []),
            round(bar.share, 1) if bar.whole else None,
            None if bar.nation is None else round(100 * bar.nation),
        ]
        for bar in bars
    ]
    return table(columns, rows)


def columns(
    title: str,
    subtitle: str,
    labels: Sequence[str],
    counts: Sequence[int],
    colours: Look,
    *,
    axis: str,
    what: str,
    nation: Sequence[float | None] = (),
    fill: Sequence[str] = (),
) -> Drawn:
    """Upright bars of shares along a scale (`axis`). `what` is the table's name for the labels; `fill` colours each bar."""
    whole = sum(counts)
    shares = [100 * n / whole for n in counts]
    others = list(nation) or [None] * len(counts)
    compared = any(share is not None for share in others)
    result = figure(title, f"{subtitle}; {_COMPARED}" if compared else subtitle, colours)
    result.add_bar(
        x=list(labels),
        y=shares,
        marker_color=list(fill) or colours.unit,
        customdata=[(texts.number(n), texts.percent(n, whole)) for n in counts],
        hovertemplate="%{x}: %{customdata[0]} forløp, %{customdata[1]}<extra></extra>",
    )
    if compared:
        marked = [(label, share) for label, share in zip(labels, others, strict=True) if share is not None]
        result.add_scatter(
            x=[label for label, _ in marked],
            y=[100 * share for _, share in marked],
            mode="markers",
            marker={"symbol": "line-ew", "size": 20, "line": {"width": 3, "color": colours.mark}},
            customdata=[whole_percent(share) for _, share in marked],
            hovertemplate=f"{NATION}: %{{customdata}}<extra></extra>",
        )
    # The text stands above the bar, and above the line of all units.
    result.add_scatter(
        x=list(labels),
        y=[max(s, 100 * (o or 0)) for s, o in zip(shares, others, strict=True)],
        mode="text",
        text=[texts.number(n) if n else "" for n in counts],
        textposition="top center",
        cliponaxis=False,
        textfont_color=colours.text,
        hoverinfo="skip",
    )
    result.update_xaxes(type="category", title_text=axis)
    result.update_yaxes(
        title_text="Andel av forløpene",
        ticksuffix="\u00a0%",
        rangemode="tozero",
        showgrid=True,
        gridcolor=colours.line,
        nticks=5,
    )
    rows = [
        [label, n, round(share, 1), None if other is None else round(100 * other)]
        for label, n, share, other in zip(labels, counts, shares, others, strict=True)
    ]
    return Drawn(result, table([what, "Forløp", "Andel (%)", f"{NATION} (%)"], rows))


def whole_percent(share: float | None) -> str:
    """The share of all units as «62 %», without decimals."""
    return "" if share is None else f"{texts.number(100 * share)}\u00a0%"


def broken(label: str, width: int = 20) -> str:
    """A long label broken into two or three lines, so that there is room for the bars on a phone."""
    return "<br>".join(plain(line) for line in wrap(label, width, break_long_words=False))

"""The shapes our charts are made of: bars across with their figures beside them."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import plotly.graph_objects as go

from app import texts
from app.charts.template import HEIGHT, Look, figure


def bars_across(
    title: str, subtitle: str, labels: Sequence[str], counts: Sequence[int], whole: int, colours: Look, *,
    axis: str, quiet: Sequence[str] = (),
) -> go.Figure:  # fmt: skip
    """One bar for each label, the first at the top, with «54,2 % (123)» beside it.

    Shares are of `whole`. Labels in `quiet` are drawn in grey. `axis` names what is counted, with its unit.
    """
    tall = max(HEIGHT, 110 + 26 * len(labels))
    result = figure(title, subtitle, colours, height=tall, right=95)
    shares = [100 * n / whole for n in counts]
    result.add_bar(
        orientation="h",
        width=min(0.72, 0.2 * len(labels)),
        x=shares,
        y=[broken(label) for label in labels],
        marker_color=[colours.other if label in quiet else colours.unit for label in labels],
        text=[f"{texts.percent(n, whole)} ({texts.number(n)})" for n in counts],
        textposition="outside",
        cliponaxis=False,
        textfont_color=colours.text,
        customdata=list(labels),
        hovertemplate="%{customdata}: %{text}<extra></extra>",
    )
    result.update_yaxes(
        autorange="reversed",
        showline=False,
        ticklabelstandoff=6,
        tickfont={"size": 12.5, "color": colours.text},
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
    return result


def broken(label: str) -> str:
    """A long label on two or three lines, so that the bars keep their room on a phone."""
    return "<br>".join(wrap(label, 20, break_long_words=False))

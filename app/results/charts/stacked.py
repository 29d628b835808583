"""One horizontal bar for each of several wholes, divided into the same states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from app.results.charts.look import HEIGHT, Look, figure
from app.ui import texts
from exports.figures.numbers import Distribution

HELD_BACK = "Der tabellen ikke har noe tall for alle enheter, er de andre enhetenes tall for små til å vises."
_READABLE = 7  # per cent; a smaller part has no room for its figure


@dataclass(frozen=True)
class State:
    """A part of the bars: its text, the codes it counts, its colour and that of the figure inside."""

    words: str
    codes: tuple[int, ...]
    colour: str
    inside: str


def stacked(
    title: str, subtitle: str, wholes: Mapping[str, Distribution], states: Sequence[State], colours: Look, *, axis: str
) -> go.Figure:
    """A bar of 100 % for each of `wholes` (label -> distribution), the first at the top. `axis` says what 100 % is of."""
    result = figure(title, subtitle, colours, height=HEIGHT + 30, right=28)
    for state in states:
        counts = [d.n(*state.codes) for d in wholes.values()]
        shares = [100 * n / d.whole for n, d in zip(counts, wholes.values(), strict=True)]
        result.add_bar(
            orientation="h",
            x=shares,
            y=list(wholes),
            marker_color=state.colour,
            name=state.words,
            customdata=counts,
            text=[f"{texts.number(share)}\u00a0%" if share >= _READABLE else "" for share in shares],
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": state.inside, "size": 12},
            hovertemplate=f"%{{y}}, {state.words.lower()}: %{{x:.1f}}\u00a0% (%{{customdata}})<extra></extra>",
        )
    result.update_layout(
        barmode="stack",
        showlegend=True,
        # Under the axis, where two lines of states have room, also on a phone.
        legend={
            "orientation": "h",
            "x": 0,
            "y": -0.3,
            "yanchor": "top",
            "traceorder": "normal",
            "font": {"size": 12},
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )
    ticks = list(range(0, 101, 20))
    result.update_xaxes(range=[0, 100], tickvals=ticks, ticktext=[f"{n}\u00a0%" for n in ticks], title_text=axis)
    result.update_yaxes(
        autorange="reversed", showline=False, ticklabelstandoff=6, tickfont={"size": 12.5, "color": colours.text}
    )
    return result


def held_back(wholes: Iterable[Distribution], code: int) -> tuple[str, ...]:
    """The sentence under the bars when the share of all units with the code, which the table has, is held back for one of them."""
    return (HELD_BACK,) if any(d.whole and d.hides(code) for d in wholes) else ()


def rounded(share: float | None) -> int | None:
    """A share of all units in whole per cent."""
    return None if share is None else round(100 * share)

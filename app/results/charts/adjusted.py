"""Units after adjustment for the patients they have: beside the figures as they are, and in a funnel with over-dispersion."""

from __future__ import annotations

from collections.abc import Collection
from math import sqrt

import plotly.graph_objects as go
import polars as pl

from app.results.charts.compared import Compared
from app.results.charts.funnel import STEPS, draw_limits, draw_units
from app.results.charts.look import Look, figure, plain
from app.results.charts.parts import interval
from app.results.charts.ranking import unit_label
from app.ui import texts
from checks import proportions
from checks.comparison.standardised import Standardised
from exports.figures.indicator_data import shown


def chart(compared: Compared, seen: Collection[str], colours: Look) -> go.Figure | None:
    """A filled mark with its interval for each unit's adjusted share, and a hollow one for the share as it is."""
    units = sorted(_shown(compared, seen), key=lambda unit: unit[1].share(compared.whole))
    if not units:
        return None
    whole = compared.whole
    labels = [unit_label(name) for name, _ in units]
    result = figure(
        f"{compared.definition.kort}: justert og som det er",
        "Fylt: justert, med 95 % intervall. Hul: som det er",
        colours,
        height=max(260, 150 + 34 * len(units)),
        right=30,
    )
    crude = [100 * unit.observed / unit.n for _, unit in units]
    adjusted = [100 * unit.share(whole) for _, unit in units]
    ends = [unit.interval(whole) for _, unit in units]
    for first, last, label in zip(crude, adjusted, labels, strict=True):
        result.add_scatter(
            x=[first, last],
            y=[label, label],
            mode="lines",
            hoverinfo="skip",
            line={"color": colours.other, "width": 1, "dash": "dot"},
        )
    result.add_scatter(
        x=adjusted,
        y=labels,
        mode="markers",
        marker={"size": 9, "color": colours.unit},
        error_x=interval(adjusted, [(100 * low, 100 * high) for low, high in ends], colours),
        customdata=[[plain(name), shown(unit.share(whole), True), texts.number(unit.n)] for name, unit in units],
        hovertemplate="%{customdata[0]}: justert %{customdata[1]}, %{customdata[2]} forløp<extra></extra>",
    )
    result.add_scatter(
        x=crude,
        y=labels,
        mode="markers",
        marker={"size": 9, "color": colours.surface, "line": {"width": 2, "color": colours.mark}},
        customdata=[[plain(name), shown(unit.observed / unit.n, True)] for name, unit in units],
        hovertemplate="%{customdata[0]}: som det er %{customdata[1]}<extra></extra>",
    )
    result.add_vline(x=100 * whole, line={"color": colours.quiet, "width": 1.2})
    result.add_annotation(
        x=100 * whole,
        y=1,
        yref="paper",
        yanchor="bottom",
        text="Samlet",
        showarrow=False,
        font={"size": 11, "color": colours.quiet},
    )
    result.update_layout(margin_t=92)
    result.update_yaxes(showline=False, tickfont={"size": 11, "color": colours.text}, ticklabelstandoff=6)
    result.update_xaxes(
        title_text="Andel", ticksuffix="\u00a0%", showgrid=True, gridcolor=colours.line, range=[-1, 101]
    )
    return result


def funnel(compared: Compared, seen: Collection[str], colours: Look) -> go.Figure | None:
    """The adjusted shares by how much each says, with limits that allow for the over-dispersion. None under two units."""
    units = _shown(compared, seen)
    if len(units) < 2:
        return None
    whole, spread = compared.whole, compared.dispersion
    weight = {name: whole * (1 - whole) / unit.error(whole) ** 2 for name, unit in units}
    most = max(weight.values())
    sizes = [max(1.0, most * 1.08 * step / STEPS) for step in range(1, STEPS + 1)]
    result = figure(
        f"{compared.definition.kort}: justert trakt",
        f"φ = {texts.number(spread.phi, 2)}; ekstra spredning {texts.number(100 * sqrt(spread.tau2), 1)} prosentpoeng",
        colours,
        height=400,
        right=60,
    )

    def limits(size: float, level: float) -> tuple[float, ...]:
        ends = spread.limits(whole, sqrt(whole * (1 - whole) / size), level)
        return tuple(100 * min(1.0, max(0.0, end)) for end in ends)

    draw_limits(result, sizes, limits, colours)
    result.add_hline(y=100 * whole, line={"color": colours.quiet, "width": 1.2})
    outside = {name: side(compared, unit) for name, unit in units}
    draw_units(
        result,
        [(name, weight[name], 100 * unit.share(whole), bool(outside[name])) for name, unit in units],
        [[plain(name), shown(unit.share(whole), True), texts.number(unit.n)] for name, unit in units],
        "%{customdata[0]}: justert %{customdata[1]}, %{customdata[2]} forløp<extra></extra>",
        colours,
    )
    result.update_xaxes(title_text="Forløp, vektet etter hvor mye de sier", rangemode="tozero", range=[0, sizes[-1]])
    result.update_yaxes(
        title_text="Justert andel", ticksuffix="\u00a0%", showgrid=True, gridcolor=colours.line, range=[-2, 103]
    )
    return result


def side(compared: Compared, unit: Standardised) -> str:
    """«over» or «under» when the unit is outside the 99,8 % limits that allow for over-dispersion, «» otherwise."""
    low, high = compared.dispersion.limits(compared.whole, unit.error(compared.whole), proportions.OUTER)
    share = unit.ratio * compared.whole
    return "under" if share < low else "over" if share > high else ""


def table(compared: Compared, seen: Collection[str]) -> pl.DataFrame:
    """The figures of both charts, one row for each unit."""
    whole = compared.whole
    rows = [
        {
            "Enhet": name,
            "Forløp i nevneren": unit.n,
            "Andel som den er (%)": 100 * unit.observed / unit.n,
            "Forventet andel (%)": 100 * unit.expected / unit.n,
            "Observert ÷ forventet": texts.number(unit.ratio, 2),
            "Justert andel (%)": 100 * unit.share(whole),
            "Nedre 95 %": 100 * unit.interval(whole)[0],
            "Øvre 95 %": 100 * unit.interval(whole)[1],
            "Utenfor 99,8 %": side(compared, unit),
        }
        for name, unit in _shown(compared, seen)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _shown(compared: Compared, seen: Collection[str]) -> list[tuple[str, Standardised]]:
    return [(name, unit) for name, unit in compared.units.items() if name in seen]

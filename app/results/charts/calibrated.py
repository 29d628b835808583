"""The model that figures are adjusted by, so that it can be judged: its calibration by tenth, and its odds ratios."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go
import polars as pl

from app.results.charts.compared import Compared
from app.results.charts.look import Look, figure
from app.ui import texts
from checks.comparison.calibration import Calibration


def chart(found: Calibration, colours: Look) -> go.Figure:
    """What was observed in each tenth by what was expected; on the line the model is right."""
    result = figure(
        "Modellens kalibrering",
        f"Tideler etter forventet andel; c = {texts.number(found.c, 2)}, Brier = {texts.number(found.brier, 3)}",
        colours,
        height=320,
    )
    result.add_scatter(
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        hoverinfo="skip",
        line={"color": colours.other, "width": 1.2, "dash": "dash"},
    )
    result.add_scatter(
        x=[100 * tenth.expected / tenth.n for tenth in found.tenths],
        y=[100 * tenth.hits / tenth.n for tenth in found.tenths],
        mode="markers",
        marker={"size": 9, "color": colours.unit},
        customdata=[
            [texts.number(100 * t.expected / t.n, 1), texts.number(100 * t.hits / t.n, 1), t.n] for t in found.tenths
        ],
        hovertemplate="forventet %{customdata[0]}\u00a0%, observert %{customdata[1]}\u00a0% av %{customdata[2]} forløp<extra></extra>",
    )
    for axes, title in ((result.update_xaxes, "Forventet andel"), (result.update_yaxes, "Observert andel")):
        axes(title_text=title, ticksuffix="\u00a0%", showgrid=True, gridcolor=colours.line, range=[-3, 103], nticks=6)
    return result


def table(found: Calibration) -> pl.DataFrame:
    rows = [
        {
            "Tidel": number,
            "Forløp": tenth.n,
            "Forventet andel (%)": 100 * tenth.expected / tenth.n,
            "Observert andel (%)": 100 * tenth.hits / tenth.n,
        }
        for number, tenth in enumerate(found.tenths, 1)
    ]
    return pl.DataFrame(rows)


def words(found: Calibration) -> str:
    """How good the model is, as one sentence without counts."""
    furthest = max(abs(tenth.hits - tenth.expected) / tenth.n for tenth in found.tenths)
    return (
        f"c = {texts.number(found.c, 2)} (0,5 er tilfeldig, 1 er perfekt). Brier = {texts.number(found.brier, 3)}, mot "
        f"{texts.number(found.without, 3)} uten å ta hensyn til noe. I tideler etter forventet andel er det på det meste "
        f"{texts.count(round(100 * furthest), 'prosentpoeng', 'prosentpoeng')} mellom forventet og observert."
    )


def adjusted_for(compared: Compared) -> str:
    """Which factors the model has, and which have too few forløp to be in it."""
    used = {term.factor for term in compared.model.terms}
    named = [
        ", ".join(
            compared.factors[name].tittel.lower() for name in compared.model.reference if (name in used) is inside
        )
        for inside in (True, False)
    ]
    left_out = f" For få forløp til å ta hensyn til: {named[1]}." if named[1] else ""
    return f"Justert for {named[0]}.{left_out}"


def odds(compared: Compared) -> str:
    """The odds ratios, as an HTML table: each band against the largest one of its factor."""
    rows = []
    for name, (reference, _) in compared.model.reference.items():
        factor = compared.factors[name]
        found = {term.code: term for term in compared.model.terms if term.factor == name}
        rows.append(_row(f"{factor.tittel}: {factor.bands[reference]}", "1", "sammenlignes med"))
        for code, band in factor.bands.items():
            if code in found:
                term = found[code]
                between = f"{texts.number(term.low, 2)} – {texts.number(term.high, 2)}"
                rows.append(_row(band, texts.number(term.odds, 2), between, indented=True))
            elif (name, code) in compared.model.merged:
                rows.append(_row(band, "1", "for få", indented=True))
    head = "".join(f'<th scope="col"{css}>{said}</th>' for said, css in _HEAD)
    return (
        f'<div class="sr-rulle"><table class="sr-tabell sr-indikatorer"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


_HEAD = (("Forhold", ""), ("Oddsratio", " class=sr-tall"), ("95\u00a0% intervall", " class=sr-tall"))


def _row(label: str, odds: str, between: str, *, indented: bool = False) -> str:
    css = ' class="sr-variant"' if indented else ""
    return (
        f'<tr{css}><th scope="row">{escape(label)}</th><td class="sr-tall">{odds}</td>'
        f'<td class="sr-tall">{between}</td></tr>'
    )

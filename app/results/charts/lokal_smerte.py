"""Lokal oversikt, «Smerte og opioider»: the kinds of pain, and how pain and opioids changed during the forløp.

Each function draws the figures of a choice, and returns None when there is nothing to draw.
"""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from app.results.charts.drawn import Drawn, table
from app.results.charts.look import Look, figure
from app.results.charts.parts import broken
from app.results.charts.shares import drawn
from app.ui import texts
from exports.figures import lokal as figures
from exports.figures.numbers import Numbers, Pair
from exports.figures.shares import NATION

_HELD_BACK = "Der alle enheter ikke er vist, er de andre enhetenes tall for små til å vises."


pain = drawn(figures.pain)
pain_first = drawn(figures.pain_first)


def intensity(numbers: Numbers, colours: Look) -> Drawn | None:
    """Mean NRS at the first and the last visit of the same forløp, and how many went down."""
    found = [(label, numbers.pairs[name]) for name, label in figures.MEASURES.items() if name in numbers.pairs]
    if not found:
        return None
    sizes = sorted(pair.n for _, pair in found)
    many = "–".join(texts.number(n) for n in dict.fromkeys((sizes[0], sizes[-1])))
    compared = any(pair.nation for _, pair in found)
    result = figure(
        "Smerteintensitet, første → siste tilsyn",
        f"{many} forløp der begge er registrert{'; grått: alle enheter' if compared else ''}",
        colours,
        right=20,
    )
    for place, (label, pair) in enumerate(found):
        if pair.nation:
            _nation(result, place + 0.3, pair.nation, colours)
        _dumbbell(result, place, label, pair, colours)
    _name_ends(result, found[0][1], colours)
    result.update_xaxes(
        range=[-0.4, 10.4],
        tickvals=list(range(0, 11, 2)),
        title_text="Gjennomsnittlig NRS (0–10)",
        showgrid=True,
        gridcolor=colours.line,
    )
    labels = [
        broken(label, 24) + f"<br><span style='font-size:11px;color:{colours.quiet}'>"
        f"{texts.percent(pair.down, pair.n)} lavere</span>"
        for label, pair in found
    ]
    result.update_yaxes(
        range=[len(found) - 0.4, -0.6],
        tickvals=list(range(len(found))),
        ticktext=labels,
        tickfont={"size": 12.5, "color": colours.text},
        showline=False,
        ticklabelstandoff=6,
    )
    return Drawn(result, _change_table(found), (_HELD_BACK,) if any(pair.hides for _, pair in found) else ())


def _dumbbell(result: go.Figure, place: float, label: str, pair: Pair, colours: Look) -> None:
    towards = ("middle right", "middle left") if pair.last < pair.first else ("middle left", "middle right")
    result.add_scatter(
        x=[pair.first, pair.last],
        y=[place, place],
        mode="lines+markers+text",
        line={"color": colours.soft, "width": 4},
        marker={"size": 13, "color": [colours.surface, colours.unit], "line": {"width": 2, "color": colours.unit}},
        text=[texts.number(pair.first, 1), f"<b>{texts.number(pair.last, 1)}</b>"],
        textposition=towards,
        textfont={"color": colours.text, "size": 12},
        cliponaxis=False,
        hovertemplate=f"{label}: NRS %{{x:.1f}}, {texts.number(pair.n)} forløp<extra></extra>",
    )


def _nation(result: go.Figure, place: float, ends: tuple[float, float], colours: Look) -> None:
    result.add_scatter(
        x=list(ends),
        y=[place, place],
        mode="lines+markers",
        line={"color": colours.other, "width": 2},
        marker={"size": 7, "color": [colours.surface, colours.other], "line": {"width": 1.5, "color": colours.other}},
        hovertemplate=f"{NATION}: NRS %{{x:.1f}}<extra></extra>",
    )


def _name_ends(result: go.Figure, top: Pair, colours: Look) -> None:
    """Write «siste» and «første» at the ends of the uppermost line, outside it."""
    ends = sorted([("første", top.first), ("siste", top.last)], key=lambda end: end[1])
    for (words, x), side in zip(ends, ("right", "left"), strict=True):
        result.add_annotation(
            x=x,
            y=0,
            yshift=17,
            xshift=8 if side == "right" else -8,
            xanchor=side,
            text=words,
            showarrow=False,
            font={"size": 11, "color": colours.quiet},
        )


def _change_table(found: list[tuple[str, Pair]]) -> pl.DataFrame:
    rows = [
        [
            label,
            pair.n,
            round(pair.first, 1),
            round(pair.last, 1),
            pair.down,
            pair.n - pair.down - pair.up,
            pair.up,
            *(pair.nation or (None, None)),
        ]
        for label, pair in found
    ]
    return table(
        [
            "Mål",
            "Forløp",
            "Snitt første",
            "Snitt siste",
            "Lavere",
            "Lik",
            "Høyere",
            f"{NATION} første",
            f"{NATION} siste",
        ],
        rows,
    )


def doses(numbers: Numbers, colours: Look) -> Drawn | None:
    """Mean oral morphine equivalents (mg a day) at the first and the last visit, of forløp with both."""
    first, last = numbers.of("omeq_forste"), numbers.of("omeq_siste")
    if not first.whole:
        return None
    mean = numbers.pairs.get("OMEQ")
    said = f"{texts.count(first.whole, 'forløp', 'forløp')} med begge"
    if mean:
        said += f"; snitt {texts.number(mean.first)} → {texts.number(mean.last)} mg/døgn"
        if mean.nation:
            said += f" ({NATION.lower()} {texts.number(mean.nation[0])} → {texts.number(mean.nation[1])})"
    result = figure("Orale morfinekvivalenter, første → siste tilsyn", said, colours)
    labels = [answer.tekst for answer in first.answers]
    ends = (("første", first, colours.soft, -0.2), ("siste", last, colours.unit, 0.2))
    for words, found, colour, _ in ends:
        result.add_bar(
            x=labels,
            y=[100 * a.n / found.whole for a in found.answers],
            marker_color=colour,
            name=words,
            customdata=[a.n for a in found.answers],
            hovertemplate=f"{words} tilsyn, %{{x}} mg: %{{customdata}} forløp (%{{y:.1f}}\u00a0%)<extra></extra>",
        )
    for words, found, _, shift in ends:
        top = max(range(len(labels)), key=lambda i: found.answers[i].n)
        result.add_annotation(
            x=top + shift,
            y=100 * found.answers[top].n / found.whole,
            text=words,
            showarrow=False,
            yanchor="bottom",
            xanchor="right" if shift < 0 else "left",
            xshift=-40 * shift,
            font={"size": 12, "color": colours.text},
        )
    result.update_layout(barmode="group", bargroupgap=0.08)
    result.update_xaxes(type="category", title_text="Orale morfinekvivalenter (mg/døgn)")
    result.update_yaxes(
        title_text="Andel av forløpene",
        ticksuffix="\u00a0%",
        rangemode="tozero",
        showgrid=True,
        gridcolor=colours.line,
        nticks=5,
    )
    rows = [[label, a.n, b.n] for label, a, b in zip(labels, first.answers, last.answers, strict=True)]
    notes = (_HELD_BACK,) if mean and mean.hides else ()
    return Drawn(result, table(["mg/døgn", "Første tilsyn (forløp)", "Siste tilsyn (forløp)"], rows), notes)


reduction = drawn(figures.reduction)

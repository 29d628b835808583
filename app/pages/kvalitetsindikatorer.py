"""Kvalitetsindikatorer: the unit's figures beside the nation's, their definitions, and each indicator over time."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.results import comparison, indicator_page
from app.results.charts.look import look
from app.results.indicator_page import Shown, explained
from app.ui import notices, page, texts
from app.web import resources
from exports.figures import indicator_data
from exports.figures.indicator_data import Definition, Value
from ingest.access import Actor

LEAD = (
    "Registerets indikatorer for egen enhet, regnet av alle forløpene som startet i perioden, også dem som ikke er i det nasjonale "
    "datasettet. Intervallet viser hvor sikker "
    "andelen er: 95 % konfidensintervall (Wilson)."
)
_HIDDEN = "vises ikke"
HELD_BACK = '<p class="sr-ingress">«Vises ikke»: de andre enhetenes tall er for små til å vises.</p>'


def draw(actor: Actor) -> None:
    notices.heading("Kvalitetsindikatorer", LEAD)
    shown = indicator_page.begin(actor)
    if shown is None:
        return
    unit = indicator_page.choose_unit(actor, shown.names)
    name = shown.names.get(unit, unit)
    definitions = indicator_data.definitions(shown.con)
    own = indicator_data.by_indicator(shown.con, unit, shown.period)
    if any(value.n for value in own.values()):
        st.html(_table(shown, definitions, own, name))
    else:
        st.html(f'<p class="sr-tomside">{indicator_page.EMPTY}</p>')
    st.html('<h2 class="sr-undertittel">Over tid</h2>')
    chosen = indicator_page.choose_indicator(definitions, "indikator_over_tid")
    indicator_page.draw_over_time(actor, shown, chosen, unit, name)
    colours = look(st.context.theme.type == "dark")
    comparison.draw_unit(shown, chosen, unit, name, colours)
    comparison.draw_falls(shown, unit, name, colours)


def _table(shown: Shown, definitions: list[Definition], own: dict[str, Value], name: str) -> str:
    everybody = indicator_data.by_indicator(shown.con, None, shown.period)
    smallest = resources.current().settings.minste_celle
    head = "".join(
        f'<th scope="col" class="{css}">{escape(words)}</th>'
        for words, css in (
            ("Indikator", ""),
            (name, "sr-tall"),
            ("95 % intervall", "sr-tall"),
            ("Teller", "sr-tall"),
            ("Nevner", "sr-tall"),
            ("Alle enheter", "sr-tall"),
        )
    )
    body = "".join(
        _row(d, own.get(d.indikator, Value(0, 0)), everybody.get(d.indikator, Value(0, 0)), smallest)
        for d in definitions
    )
    return (
        f'<div class="sr-rulle"><table class="sr-tabell sr-indikatorer"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{HELD_BACK if _HIDDEN in body else ''}"
    )


def _row(definition: Definition, own: Value, everybody: Value, smallest: int) -> str:
    title = f'<th scope="row">{definition.indikator} {escape(definition.navn)} {explained(definition)}</th>'
    css = ' class="sr-variant"' if definition.hoved else ""
    if not definition.in_use:
        return f'<tr{css}>{title}<td colspan="5" class="sr-dempet">Ikke aktuelt: spørsmålet stilles ikke ennå</td></tr>'
    share = definition.is_share
    ends = own.interval(share) if own.n else None
    between = " – ".join(indicator_data.shown(end, share) for end in ends) if ends else ""
    others = indicator_data.others_share(own, everybody, share, smallest)
    hits = texts.number(own.hits) if share else texts.number(own.hits, 1)
    cells = [
        indicator_data.shown(own.figure, share),
        between,
        hits if own.n else "",
        texts.number(own.n),
        _HIDDEN
        if others is None
        else f"{texts.number(100 * others)}\u00a0%"
        if share
        else f"{texts.number(others)}\u00a0mg",
    ]
    return f"<tr{css}>{title}" + "".join(f'<td class="sr-tall">{cell}</td>' for cell in cells) + "</tr>"


page.show(draw)

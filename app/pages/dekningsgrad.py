"""Dekningsgrad: how many of those who could be in the national register are, by startdato (manual: «Innleverte registreringer»)."""

from __future__ import annotations

from html import escape

import polars as pl
import streamlit as st

from app import notices, overview, texts
from app.charts import coverage, data
from app.charts.coverage import Coverage
from app.charts.template import CONFIG, look
from app.session import current_actor
from checks.errors import RegisterError
from ingest.access import Actor, may

EXPLANATION = (
    "Andelen av forløpene som oppfyller inklusjonskriteriene, der pasienten har samtykket og er formelt henvist "
    "med tilsynsanmodning. Telles i forløp etter startdato."
)


def draw(actor: Actor) -> None:
    notices.heading("Dekningsgrad", EXPLANATION)
    shown = overview.begin(actor, own_unit_first=False)
    if shown is None:
        return
    unit, name, chosen = shown.choice.unit, shown.name, shown.period
    everybody = data.coverage(shown.con, chosen)
    rows = everybody.filter(pl.col("AvdRESH") == unit) if unit else everybody
    _figures(coverage.total(rows), name)
    if not coverage.total(rows).eligible:
        return
    left, right = st.columns([3, 2])
    own = coverage.per_month(rows, chosen.months)
    nation = coverage.per_month(everybody, chosen.months) if unit else []
    drawn = coverage.chart(
        own, nation, "Enheten" if unit else overview.NATION, look(st.context.theme.type == "dark")
    )
    if drawn is not None:
        left.container(border=True).plotly_chart(drawn, theme=None, config=CONFIG, key="dekning_maned")
    right.container(border=True).html(_states(rows))
    st.html(_table("Måned", [(texts.month(m), c) for m, c in own], coverage.total(rows)))
    if may(actor, "se_nasjonalt"):
        st.html(_table("Enhet", coverage.per_unit(everybody), coverage.total(everybody)))


def _figures(found: Coverage, name: str) -> None:
    if found.figure is None:
        st.html(f'<p class="sr-tomside">{coverage.EMPTY}</p>')
        return
    formal = (
        f"{found.formal_figure} blant formelt henviste" if found.formal_figure else "ingen formelt henviste"
    )
    unanswered = ""
    if found.unanswered:
        unanswered = f" {texts.count(found.unanswered, 'forløp er', 'forløp er')} ikke avklart ennå og ikke regnet med."
    st.html(
        f"""<div class="sr-nokkeltall"><p class="sr-stort">{found.figure}</p>
        <p><b>{texts.number(found.included)}</b> av <b>{texts.number(found.eligible)}</b> forløp som oppfyller
        inklusjonskriteriene er inkludert.<br><span class="sr-dempet">Til sammenligning {formal}
        ({texts.number(found.included)} av {texts.number(found.formal)}).{unanswered}</span></p></div>"""
    )


def _states(rows: pl.DataFrame) -> str:
    body = "".join(
        f'<tr><td>{escape(words)}</td><td class="sr-tall">{texts.number(n)}</td>'
        f'<td class="sr-tall">{texts.number(formal)}</td></tr>'
        for words, n, formal in coverage.states(rows)
    )
    found = coverage.total(rows)
    return (
        '<h2 class="sr-undertittel">Samtykke blant dem som oppfyller kriteriene</h2>'
        '<div class="sr-rulle"><table class="sr-tabell"><thead><tr><th scope="col">Tilstand</th>'
        '<th scope="col" class="sr-tall">Forløp</th><th scope="col" class="sr-tall">Formelt henvist</th></tr></thead>'
        f'<tbody>{body}</tbody><tfoot><tr><th scope="row">Sum</th><td class="sr-tall">{texts.number(found.eligible)}</td>'
        f'<td class="sr-tall">{texts.number(found.formal)}</td></tr></tfoot></table></div>'
    )


def _table(what: str, lines: list[tuple[str, Coverage]], sums: Coverage) -> str:
    head = (
        what,
        "Forløp",
        "Oppfyller kriteriene",
        "Inkludert",
        "Dekningsgrad",
        "Blant formelt henviste",
    )
    columns = "".join(
        f'<th scope="col"{"" if i == 0 else " class=sr-tall"}>{word}</th>' for i, word in enumerate(head)
    )
    body = "".join(f"<tr>{_line(label, found)}</tr>" for label, found in lines)
    return (
        f'<div class="sr-rulle"><table class="sr-tabell"><thead><tr>{columns}</tr></thead><tbody>{body}</tbody>'
        f"<tfoot><tr>{_line('Sum', sums)}</tr></tfoot></table></div>"
    )


def _line(label: str, found: Coverage) -> str:
    cells = [
        texts.number(found.all),
        texts.number(found.eligible),
        texts.number(found.included),
        found.figure or "ingen i nevneren",
        found.formal_figure or "ingen i nevneren",
    ]
    return f'<th scope="row">{escape(label)}</th>' + "".join(
        f'<td class="sr-tall">{cell}</td>' for cell in cells
    )


_actor = current_actor()
if _actor is not None:
    try:
        draw(_actor)
    except RegisterError as _error:
        st.error(str(_error))

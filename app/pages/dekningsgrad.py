"""Dekningsgrad: how many of the forløp that could be in the national register are there, by startdato (manual:
«Innleverte registreringer»).
"""

from __future__ import annotations

from html import escape

import polars as pl
import streamlit as st

from app.results import overview, referred
from app.results.charts import dekningsgrad, period
from app.results.charts.download import show
from app.results.charts.look import look
from app.ui import links, notices, page, texts
from app.web import resources
from checks import in_words
from exports.figures import coverage, data, grain
from exports.figures.coverage import Dekningsgrad
from ingest.access import Actor, may

SHOWN = 40


def draw(actor: Actor) -> None:
    notices.heading("Dekningsgrad", f"{coverage.lead()} Telles i forløp etter startdato.")
    shown = overview.begin(actor, own_unit_first=False, places=True)
    if shown is None:
        return
    choice, chosen = shown.choice, shown.period
    unit = choice.unit
    everybody = data.dekningsgrad(shown.con, chosen)
    rows = data.dekningsgrad_of(shown.con, choice, chosen) if unit else everybody
    found = coverage.total(rows)
    beside, epj = st.columns(2, gap="large")
    with beside:
        _figures(found, data.patients(shown.con, choice, chosen))
    with resources.current().store.read(actor) as tx:
        epj.html(referred.drawn(shown.con, tx, choice, chosen))
    if not found.eligible:
        return
    left, right = st.columns([3, 2])
    own = coverage.per_month(rows, chosen.months)
    smallest = resources.current().settings.minste_celle
    running = period.running(chosen.months, shown.today)
    sizes = {month: c.eligible for month, c in own}
    length, why = grain.choose(chosen.months, sizes, running)
    spans = grain.spans(chosen.months, length, sizes)
    drawn = dekningsgrad.chart(
        coverage.per_span(rows, spans),
        coverage.nation_by_span(everybody, unit, spans, smallest) if unit else {},
        "Enheten" if unit else overview.NATION,
        look(st.context.theme.type == "dark"),
        running,
        why,
    )
    if drawn is not None:
        with left.container(border=True):
            show(
                drawn.figure,
                drawn.table,
                key="dekning_maned",
                name="dekningsgrad",
                about=shown.about,
                notes=drawn.notes,
            )
    right.container(border=True).html(_states(rows))
    if unit:
        _asked(data.may_be_asked(shown.con, choice, chosen))
    st.html(_table("Måned", [(texts.month(m), c) for m, c in own], found))
    if unit and not choice.avdeling:
        st.html(_table("Avdeling", coverage.per_group(rows, "avdeling"), found))
    if may(actor, "se_nasjonalt"):
        st.html(_table("Enhet", coverage.per_group(everybody, "SykehusNavn"), coverage.total(everybody)))


def _figures(found: Dekningsgrad, patients: tuple[int, int]) -> None:
    if found.figure is None:
        st.html(f'<p class="sr-tomside">{dekningsgrad.EMPTY}</p>')
        return
    formal = "ingen er formelt henvist"
    if found.formal_figure:
        share = f"{texts.number(found.formal_included)} av {texts.number(found.formal)}"
        formal = f"til sammenligning {found.formal_figure} blant formelt henviste ({share})"
    unanswered = ""
    if found.unanswered:
        unanswered = f" {texts.count(found.unanswered, 'forløp er', 'forløp er')} ikke avklart ennå og ikke regnet med."
    st.html(
        f"""<div class="sr-nokkeltall"><p class="sr-stort">{found.figure}</p>
        <p><b>Dekningsgrad: {texts.number(found.included)}</b> av <b>{texts.number(found.eligible)}</b> forløp som oppfyller
        inklusjonskriteriene er inkludert, {texts.number(patients[0])} av {texts.number(patients[1])} pasienter.<br>
        <span class="sr-dempet">{formal[0].upper()}{formal[1:]}.{unanswered}{_parts(found)}</span></p></div>"""
    )


def _parts(found: Dekningsgrad) -> str:
    """The dekningsgrad of each edition, where the period crosses the day between them."""
    if len(found.parts) < 2:
        return ""
    said = [
        f"utgaven med {name} {in_words.percent(int(part.hits), part.n)} ({texts.number(part.hits)} av {texts.number(part.n)})"
        for name, part in found.parts.items()
    ]
    return f"<br>Perioden har forløp fra begge utgavene: {' og '.join(said)}."


def _asked(numbers: list[int]) -> None:
    """Draw the forløp that meet the criteria and have no answer about samtykke, each a link to TO where it is given."""
    if not numbers:
        st.html('<p class="sr-ingress">Alle som oppfyller kriteriene i perioden har svar på samtykke.</p>')
        return
    shown = " ".join(links.link(links.form(n, "to"), f"Forløp {n}") for n in numbers[:SHOWN])
    rest = f" og {texts.number(len(numbers) - SHOWN)} til" if len(numbers) > SHOWN else ""
    st.html(
        f'<h2 class="sr-undertittel">Kan fortsatt spørres om samtykke ({texts.number(len(numbers))})</h2>'
        f'<p class="sr-forlopsliste">{shown}{rest}</p>'
    )


def _states(rows: pl.DataFrame) -> str:
    body = "".join(
        f'<tr><td>{escape(words)}</td><td class="sr-tall">{texts.number(n)}</td>'
        f'<td class="sr-tall">{texts.number(formal)}</td></tr>'
        for words, n, formal in coverage.states(rows)
    )
    found = coverage.total(rows)
    return (
        '<h2 class="sr-undertittel">' + coverage.states_of() + " blant dem som oppfyller kriteriene</h2>"
        '<div class="sr-rulle"><table class="sr-tabell"><thead><tr><th scope="col">Tilstand</th>'
        '<th scope="col" class="sr-tall">Forløp</th><th scope="col" class="sr-tall">Formelt henvist</th></tr></thead>'
        f'<tbody>{body}</tbody><tfoot><tr><th scope="row">Sum</th><td class="sr-tall">{texts.number(found.eligible)}</td>'
        f'<td class="sr-tall">{texts.number(found.formal)}</td></tr></tfoot></table></div>'
    )


def _table(what: str, lines: list[tuple[str, Dekningsgrad]], sums: Dekningsgrad) -> str:
    head = (what, "Forløp", "Oppfyller kriteriene", "Inkludert", "Dekningsgrad", "Blant formelt henviste")
    columns = "".join(f'<th scope="col"{"" if i == 0 else " class=sr-tall"}>{word}</th>' for i, word in enumerate(head))
    body = "".join(f"<tr>{_line(label, found)}</tr>" for label, found in lines)
    return (
        f'<div class="sr-rulle"><table class="sr-tabell"><thead><tr>{columns}</tr></thead><tbody>{body}</tbody>'
        f"<tfoot><tr>{_line('Sum', sums)}</tr></tfoot></table></div>"
    )


def _line(label: str, found: Dekningsgrad) -> str:
    cells = [
        texts.number(found.all),
        texts.number(found.eligible),
        texts.number(found.included),
        found.figure or "ingen i nevneren",
        found.formal_figure or "ingen i nevneren",
    ]
    return f'<th scope="row">{escape(label)}</th>' + "".join(f'<td class="sr-tall">{cell}</td>' for cell in cells)


page.show(draw)

"""Lokal oversikt: figures of what the unit has done, and what waits at the unit (manual: «Lokal oversikt»)."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.components.choice_row import choice_row
from app.components.field import mount
from app.results import korridor, overview, waiting_list
from app.results.charts import lokal, summary
from app.results.charts.download import show
from app.results.charts.look import look
from app.results.overview import Overview
from app.ui import notices, page
from app.web import resources
from exports.figures import data
from exports.figures.numbers import Numbers
from ingest.access import Actor
from ingest.lists import waiting
from ingest.store import OSLO


def draw(actor: Actor) -> None:
    notices.heading("Lokal oversikt")
    shown = overview.begin(actor, own_unit_first=True, places=True)
    if shown is None:
        return
    _this_month(actor, shown)
    smallest = resources.current().settings.minste_celle
    numbers = data.read(shown.con, shown.choice, shown.period, smallest)
    if numbers.months.is_empty():
        st.html(f'<p class="sr-tomside">{escape(_nothing(shown))}</p>')
        return
    names = list(lokal.SECTIONS)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        place = mount(choice_row("Vis", list(enumerate(names, 1)), 1, key="oversikt_del_valg"), always=True)
        _korridor(shown, numbers, smallest)
    chosen = names[place - 1]
    colours = look(st.context.theme.type == "dark")
    _charts(list(lokal.drawn(chosen, numbers, shown.period.months, colours)), shown.about)


def _this_month(actor: Actor, shown: Overview) -> None:
    """Draw the month so far, from the published figures, beside what waits now, from the register itself."""
    left, right = st.columns([3, 2])
    left.container(border=True).html(summary.table(shown.con, shown.choice, shown.published.astimezone(OSLO).date()))
    choice = shown.choice
    if choice.unit is None:
        return
    with resources.current().store.read(actor) as tx:
        lists, today = waiting.lists(tx, choice.unit, choice.avdeling, choice.lokasjon), tx.today
    part = choice.avdeling is not None or choice.lokasjon is not None
    right.container(border=True).html(waiting_list.html(lists, today, part=part))


def _korridor(shown: Overview, numbers: Numbers, smallest: int) -> None:
    """Draw the button for the poster, which is typeset when the user clicks.

    There is no poster of an avdeling or lokasjon, whose figures are too few to be shown in public.
    """
    if shown.choice.unit is None or shown.choice.avdeling or shown.choice.lokasjon:
        return
    st.download_button(
        "Plakat til korridoren (PDF)",
        lambda: korridor.pdf(numbers, shown.name, shown.period, shown.published, smallest),
        "smerteteamet_i_tall.pdf",
        "application/pdf",
        key="korridor",
        on_click="ignore",
    )


def _nothing(shown: Overview) -> str:
    if shown.choice.avdeling or shown.choice.lokasjon:
        return "Ingen forløp i perioden på denne avdelingen og lokasjonen. Velg en annen, eller en lengre periode."
    return "Ingen forløp med startdato i perioden. Velg en lengre periode."


def _charts(charts: list, about: str) -> None:
    for start in range(0, len(charts), 2):
        for column, (key, drawn, empty) in zip(st.columns(2), charts[start : start + 2], strict=False):
            with column.container(border=True):
                if drawn is None:
                    st.html(f'<p class="sr-tomside">{escape(empty)}</p>')
                else:
                    show(drawn.figure, drawn.table, key=f"diagram_{key}", name=key, about=about, notes=drawn.notes)


page.show(draw)

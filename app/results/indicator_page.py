"""What the pages of indicators share: their top, «?», charts with their figures, and an indicator over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import duckdb
import plotly.graph_objects as go
import polars as pl
import streamlit as st

from app.results import publishing
from app.results.charts import download, over_time, period
from app.results.charts.look import look
from app.ui import notices, texts
from app.web import resources
from exports.figures import data, indicator_data
from exports.figures.indicator_data import Definition
from ingest import units
from ingest.access import Actor, may, require
from ingest.results import diagram

EMPTY = "Ingen forløp med startdato i perioden. Velg en lengre periode."


@dataclass(frozen=True)
class Shown:
    """What a page shows: a cursor on the published file, today, the units' names, the months; ``note`` is what a file that is
    taken from the page must say besides.
    """

    con: duckdb.DuckDBPyConnection
    today: date
    names: dict[str, str]
    period: data.Period
    note: str = ""

    @property
    def about(self) -> str:
        """Whose figures and which months a chart of all units shows."""
        return f"Alle enheter, {self.period.words}{self.note}"


def begin(actor: Actor) -> Shown | None:
    """Let the user choose the period; None, with a sentence on the page, when there is nothing to show."""
    held = resources.current()
    con = publishing.published(actor)
    if con is None:
        return None
    with held.store.read(actor) as tx:
        today, names = tx.today, {u["resh"]: u["navn"] for u in units.all_units(tx)}
    chosen = period.choose(today, data.first_month(con))
    if not chosen.months:
        st.info("Perioden slutter før den begynner. Velg en senere sluttmåned.")
        return None
    said = f"{chosen.words}. Sist publisert {texts.moment(data.published_at(con), today)}."
    st.html(f'<p class="sr-ingress">{escape(said)}</p>')
    return Shown(con, today, names, chosen)


def choose_unit(actor: Actor, names: dict[str, str]) -> str:
    """The RESH-id of the unit whose figures are shown: the user's own, or the one that SC chooses. REG-060 or REG-061."""
    require(actor, "se_oversikt", actor.enhet)
    if not may(actor, "se_nasjonalt"):
        return actor.enhet
    options = list(names)
    first = options.index(actor.enhet) if actor.enhet in options else 0
    return st.selectbox("Enhet", options, index=first, format_func=names.__getitem__, width=420, key="indikator_enhet")


def choose_indicator(definitions: Sequence[Definition], key: str) -> Definition:
    """Let the user choose which of the indicators in use a chart shows."""
    used = [d for d in definitions if d.in_use]
    return st.selectbox("Indikator", used, format_func=lambda d: f"{d.indikator}  {d.navn}", width=520, key=key)


def show(
    figure: go.Figure | None, table: pl.DataFrame, empty: str, *, key: str, about: str, notes: Sequence[str] = ()
) -> None:
    """Draw a chart with its figures as a table under it, which screen readers read too; the sentence `empty` without one."""
    if figure is None:
        st.html(f'<p class="sr-tomside">{escape(empty)}</p>')
        return
    download.show(figure, table, key=key, name=key, about=about, notes=notes)


def explained(definition: Definition) -> str:
    """The definition behind «?», as HTML."""
    lines = [
        ("Teller", definition.teller_tekst),
        ("Nevner", definition.nevner_tekst),
        ("Ikke med", definition.utelatt_tekst),
        ("Merk", definition.valg),
    ]
    told = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in lines if text)
    label = f"Hva er {definition.indikator}?"
    return (
        f'<details class="sr-hva"><summary aria-label="{label}" title="{label}">?</summary>'
        f'<dl class="sr-fakta">{told}</dl></details>'
    )


def draw_over_time(actor: Actor, shown: Shown, definition: Definition, enhet: str, name: str) -> None:
    """Draw the indicator over time for a unit or for diagram.NATION, with signals in words, notes and baseline."""
    with resources.current().store.read(actor) as tx:
        notes = diagram.notes(tx, enhet, definition.indikator)
        frozen = diagram.baseline(tx, enhet, definition.indikator)
    unit = None if enhet == diagram.NATION else enhet

    def by_month(months: data.Period) -> dict[date, indicator_data.Value]:
        return indicator_data.by_month(shown.con, definition.indikator, unit, months)

    values = by_month(shown.period)
    this = shown.today.replace(day=1)
    base = [v for month, v in by_month(data.Period(*frozen)).items() if month != this] if frozen else None
    series = over_time.Series(definition, name, values, notes, base, period.running(list(values), shown.today))
    with st.container(border=True):
        drawn = over_time.chart(series, look(st.context.theme.type == "dark"))
        show(
            drawn,
            over_time.table(series),
            "Ingen hel måned har tall for denne indikatoren.",
            key="over_tid",
            about=f"{name}, {shown.period.words}{shown.note}",
        )
        if drawn is not None:
            head, *rest = over_time.words(series)
            told = "".join(f"<li>{escape(line)}</li>" for line in rest)
            st.html(
                f'<p class="sr-undertittel">{escape(head)}</p><ul class="sr-funn">{told}</ul>{_basis(series, frozen, enhet)}'
            )
    if may(actor, "styre_diagram"):
        _edit(actor, shown, enhet, definition.indikator, notes, frozen)


def _basis(series: over_time.Series, frozen: tuple[date, date] | None, enhet: str) -> str:
    if frozen is None:
        said = "Median og kontrollgrenser er regnet av alle månedene som vises."
    else:
        said = f"Median og kontrollgrenser er frosset til {texts.month(frozen[0])} – {texts.month(frozen[1])}."
        if series.base is None:
            said += " Der er ingen forløp, så de er regnet av månedene som vises."
    if enhet == diagram.NATION:
        # Months with small counts are not hidden, since they are often the best and the worst.
        said += " Små tall er ikke skjult her: diagrammet er for nasjonal koordinator."
    return f'<p class="sr-ingress">{said} {over_time.how_read(series)} Regler: Anhøj (serier og kryssinger) og 3 standardavvik.</p>'


def _edit(
    actor: Actor, shown: Shown, enhet: str, indikator: str, notes: dict[date, str], frozen: tuple[date, date] | None
) -> None:
    """Draw the fields for a note on a month that is shown, and for the baseline, which may be of any months."""
    months = shown.period.months
    first_ever = min(data.first_month(shown.con) or months[0], months[0])
    known = data.Period(first_ever, max(months[-1], shown.today.replace(day=1))).months
    message = notices.place()
    note, base = st.columns(2)
    with note, st.form("notat", border=True):
        month = st.selectbox("Notat på måned", months[::-1], format_func=texts.month, key=f"notat_{indikator}")
        text = st.text_input(
            "Notat (tomt fjerner det)",
            max_chars=diagram.LONGEST,
            placeholder="for eksempel ny prosedyre fra mai",
            autocomplete="off",
        )
        if st.form_submit_button("Lagre notat"):
            with notices.refusals(message):
                with resources.current().store.write(actor) as tx:
                    diagram.write_note(tx, enhet, indikator, month, text)
                notices.later(f"Notatet for {texts.month(month)} er {'lagret' if text.strip() else 'fjernet'}.")
                st.rerun()
        if notes:
            st.html(
                '<dl class="sr-fakta">'
                + "".join(f"<dt>{texts.month(m)}</dt><dd>{escape(t)}</dd>" for m, t in notes.items())
                + "</dl>"
            )
    with base, st.form("basislinje", border=True):
        start, end = st.columns(2)
        usual = frozen or (months[0], months[min(11, len(months) - 1)])
        first = start.selectbox("Basislinje fra", known, index=_place(known, usual[0]), format_func=texts.month)
        last = end.selectbox("til og med", known, index=_place(known, usual[1]), format_func=texts.month)
        freeze, release = st.columns(2)
        if freeze.form_submit_button("Frys basislinjen", width="stretch"):
            with notices.refusals(message):
                with resources.current().store.write(actor) as tx:
                    diagram.freeze(tx, enhet, indikator, first, last)
                notices.later("Basislinjen er frosset.")
                st.rerun()
        if release.form_submit_button("Opphev", disabled=frozen is None, width="stretch"):
            with notices.refusals(message):
                with resources.current().store.write(actor) as tx:
                    diagram.thaw(tx, enhet, indikator)
                notices.later("Basislinjen er opphevet.")
                st.rerun()


def _place(months: list[date], month: date) -> int:
    return months.index(month) if month in months else 0

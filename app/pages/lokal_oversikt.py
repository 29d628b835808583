"""Lokal oversikt: simple charts of the unit's registrations (manual: «Lokal oversikt»)."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go
import streamlit as st

from app import notices, overview
from app.charts import data, lokal
from app.charts.template import CONFIG, look
from app.session import current_actor
from checks.errors import RegisterError
from ingest.access import Actor


def draw(actor: Actor) -> None:
    notices.heading("Lokal oversikt")
    shown = overview.begin(actor, own_unit_first=True)
    if shown is None:
        return
    frames = data.read(shown.con, shown.unit, shown.period)
    if frames["maned"].is_empty():
        st.html('<p class="sr-tomside">Ingen forløp med startdato i perioden. Velg en lengre periode.</p>')
        return
    _charts(frames, shown.period)


def _charts(frames: dict, chosen: data.Period) -> None:
    colours = look(st.context.theme.type == "dark")
    charts: list[tuple[str, go.Figure | None, str]] = [
        ("maned", lokal.registrations(frames["maned"], chosen.months, colours), ""),
        ("tilsyn", lokal.visits(frames["tilsyn"], colours), "Ingen har svar på om pasienten har fått tilsyn."),
        ("type", lokal.types(frames["forlopstype"], colours), "Ingen forløp i perioden."),
        ("samtykke", lokal.consent(frames["samtykke"], colours), "Ingen tilsette pasienter i perioden."),
        ("smerte", lokal.pain(frames["smertekategori"], colours), "Ingen smertediagnoser er registrert i perioden."),
        ("nrs", lokal.intensity(frames["nrs"], colours),
         "Ingen forløp har smerteintensitet både ved første og siste tilsyn."),
        ("omeq", lokal.opioids(frames["omeq"], colours),
         "Ingen forløp har morfinekvivalenter både ved første og siste tilsyn."),
        ("avdeling", lokal.departments(frames["avdeling"], colours), "Ingen avdelinger er registrert i perioden."),
        ("ventetid", lokal.waiting(frames["ventetid"], colours), "Ingen forløp har både henvist dato og startdato."),
    ]  # fmt: skip
    for start in range(0, len(charts), 2):
        for column, (name, figure, empty) in zip(st.columns(2), charts[start : start + 2], strict=False):
            with column.container(border=True):
                if figure is None:
                    st.html(f'<p class="sr-tomside">{escape(empty)}</p>')
                else:
                    st.plotly_chart(figure, theme=None, config=CONFIG, key=f"diagram_{name}")


_actor = current_actor()
if _actor is not None:
    try:
        draw(_actor)
    except RegisterError as _error:
        st.error(str(_error))

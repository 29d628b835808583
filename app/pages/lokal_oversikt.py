"""Lokal oversikt: simple charts of the unit's registrations (manual: «Lokal oversikt»)."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go
import streamlit as st

from app import notices, publishing, resources, texts
from app.charts import data, lokal, period
from app.charts.template import CONFIG, look
from app.session import current_actor
from checks.errors import RegisterError
from exports.published import connect
from ingest import units
from ingest.access import Actor, may, require

EVERYBODY = "Alle enheter"


def draw(actor: Actor) -> None:
    notices.heading("Lokal oversikt")
    held = resources.current()
    try:
        con = connect(held.settings.data)
    except RegisterError as error:
        st.info(str(error))
        publishing.button(actor)
        return
    with held.store.read(actor) as tx:
        today, names = tx.today, {u["resh"]: u["navn"] for u in units.all_units(tx)}
    unit = _unit(actor, names)
    chosen = period.choose(today, data.first_month(con))
    published = texts.moment(data.published_at(con), today)
    who = names.get(unit, unit) if unit else EVERYBODY
    with st.container(horizontal=True, vertical_alignment="center"):
        said = f"{who}, {period.words(chosen)}. Sist publisert {published}."
        st.html(f'<p class="sr-ingress">{escape(said)}</p>', width="content")
        publishing.button(actor)
    if not chosen.months:
        st.info("Perioden slutter før den begynner. Velg en senere sluttmåned.")
        return
    frames = data.read(con, unit, chosen)
    if frames["maned"].is_empty():
        st.html('<p class="sr-tomside">Ingen forløp med startdato i perioden. Velg en lengre periode.</p>')
        return
    _charts(frames, chosen)


def _unit(actor: Actor, names: dict[str, str]) -> str | None:
    """The unit to show: one's own; SC may choose any, or all of them."""
    if not may(actor, "se_nasjonalt"):
        require(actor, "se_oversikt", actor.enhet)
        return actor.enhet
    options = ["", *names]
    own = options.index(actor.enhet) if actor.enhet in options else 0
    chosen = st.selectbox(
        "Enhet", options, index=own, format_func=lambda resh: names.get(resh, EVERYBODY), key="oversikt_enhet",
        width=420,
    )  # fmt: skip
    return chosen or None


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

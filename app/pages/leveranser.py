"""Leveranser: the published file with its digest, a delivery after a recipe made here or uploaded, and those that are made."""

from __future__ import annotations

import logging
from datetime import date
from html import escape
from pathlib import Path
from typing import Any, get_args

import streamlit as st

from app.components.date_field import date_field, require_date
from app.components.field import mount
from app.files import background, document_table, file_list
from app.files.query_files import PUBLISHED
from app.ui import links, notices, page, texts
from app.web import resources
from exports import deliveries, documents
from exports.queries import dictionary
from exports.recipe_text import MOST_RECIPE, words_of
from exports.selection import Format, Table
from ingest.access import Actor, require
from ingest.people import users

log = logging.getLogger("smertereg.leveranser")
KIND = "leveranse"
LEAD = (
    "Data ut av registeret, uten navn og fødselsnummer. Leveransene har én rad per forløp og små tall er ikke skjult: "
    "de er til internt bruk, og hver av dem logges."
)
_OTHERWISE = "Leveransen ble ikke laget. Prøv igjen; gjentar det seg, meld fra til nasjonal koordinator."
_SCREEN, _FILE = "Velg på skjermen", "Last opp oppskrift"
_TYPES = {1: "Forløp 1", 2: "Forløp 2", 3: "Forløp 3"}


def draw(actor: Actor) -> None:
    notices.heading("Leveranser", LEAD)
    require(actor, "hente_data")
    held = resources.current()
    with held.store.read(actor) as tx:
        found, today = deliveries.published(tx, held.settings.data), tx.today
    with st.container(border=True):
        _published(found, today)
    with st.container(border=True):
        st.html(file_list.starters())
    with st.container(border=True):
        st.html('<h2 class="sr-undertittel">Ny leveranse</h2>')
        screen, file = st.tabs([_SCREEN, _FILE])
        with screen:
            _chosen(actor, found.path)
        with file:
            _uploaded(actor)
        _progress(actor)
    with held.store.read(actor) as tx:
        made, names = [d for d in documents.listed(tx) if d.slag == documents.DELIVERY], users.names(tx)
    st.html('<h2 class="sr-undertittel">Leveranser som er laget</h2>')
    st.html(document_table.html(made, names) if made else '<p class="sr-tomside">Ingen leveranser er laget ennå.</p>')


def _published(found: deliveries.Published, today: date) -> None:
    moment = texts.moment(found.moment, today) if found.moment else ""
    st.html(
        '<h2 class="sr-undertittel">Den publiserte filen</h2><dl class="sr-fakta">'
        f"<dt>Fil</dt><dd>{escape(found.name)} ({document_table.size(found.size)})</dd>"
        f"<dt>Publisert</dt><dd>{escape(moment)}</dd>"
        f'<dt>SHA-256</dt><dd><code class="sr-kontrollsum">{found.sha256}</code></dd></dl>'
        f'<p class="sr-lenkerad">{links.fetched(PUBLISHED, "Last ned (DuckDB)")}</p>'
    )


def _chosen(actor: Actor, file: Path) -> None:
    """Draw the choices of a recipe, and the button that makes the delivery."""
    first, last, kinds = st.columns(3, vertical_alignment="bottom")
    with first:
        fra = mount(date_field("Startdato fra", None, key="leveranse_fra"))
    with last:
        til = mount(date_field("til", None, key="leveranse_til"))
    types = kinds.multiselect(
        "Forløpstyper", list(_TYPES), format_func=_TYPES.__getitem__, placeholder="Alle", key="leveranse_typer"
    )
    left, right = st.columns(2, vertical_alignment="bottom")
    tables = left.multiselect(
        "Tabeller", get_args(Table), default=["allevarnum"], placeholder="Velg", key="leveranse_tabeller"
    )
    formats = right.multiselect(
        "Formater", get_args(Format), default=["csv"], placeholder="Velg", key="leveranse_formater"
    )
    columns = {c.name: c.meaning for t in dictionary.tables(file) if t.name in tables for c in t.columns}
    variables = st.multiselect(
        "Variabler",
        list(columns),
        format_func=lambda name: f"{name} – {columns.get(name, '')}"[:90],
        placeholder="Alle i tabellene",
        key="leveranse_variabler",
    )
    if st.button("Lag leveranse", type="primary", key="leveranse_lag", disabled=background.running(actor, KIND)):
        words = {
            "fra": fra and fra.isoformat() if isinstance(fra, date) else fra,
            "til": til and til.isoformat() if isinstance(til, date) else til,
            "forlopstyper": types,
            "tabeller": tables,
            "formater": formats,
            "variabler": variables,
        }
        with notices.refusals():
            require_date("Startdato fra", "leveranse_fra")
            require_date("Startdato til", "leveranse_til")
            _begin(actor, {name: value for name, value in words.items() if value}, "valgene")


def _uploaded(actor: Actor) -> None:
    """Draw the upload of a recipe, and the button that makes its delivery."""
    st.html(
        '<p class="sr-ingress">En oppskrift ligger i hver leveranse (oppskrift.yaml), og kan kjøres igjen på det som er '
        "publisert nå.</p>"
    )
    with st.container(key="oppskrift_fil"):
        given = st.file_uploader(
            f"Oppskrift (YAML, høyst {MOST_RECIPE // 1000} kB)",
            type=["yaml", "yml"],
            key="leveranse_oppskrift",
            max_upload_size=1,
        )
    if given is None:
        return
    if st.button("Lag leveranse", type="primary", key="leveranse_kjor", disabled=background.running(actor, KIND)):
        with notices.refusals():
            _begin(actor, words_of(given.getvalue(), given.name), given.name)


def _begin(actor: Actor, words: dict[str, Any], source: str) -> None:
    """Begin to make the delivery. What is wrong with the recipe is said at once."""
    held = resources.current()
    with held.store.read(actor) as tx:
        deliveries.allowed(tx, words, source)
    smallest = held.settings.minste_celle
    background.start(
        actor,
        KIND,
        lambda step: deliveries.make(held.store, actor, held.settings.data, words, source, step, smallest),
        log,
        _OTHERWISE,
    )
    st.rerun()


def _progress(actor: Actor) -> None:
    if background.running(actor, KIND):
        background.progress(actor, KIND)
        return
    run = background.newest(actor, KIND)
    if run is None:
        return
    if run.error:
        notices.refused(run.error)
        return
    notices.done("Leveransen er laget, og står øverst i listen.")
    if run.result.small:
        notices.remark(f"Små grupper: {' '.join(run.result.small[:8])}")
    if run.result.codes:
        notices.remark(run.result.codes)


page.show(draw)

"""«Genererte dokumenter» on Filarkiv: make a document, show how far it has come, fetch it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from html import escape

import streamlit as st

from app.files import background, document_table
from app.files.document_table import NAMES
from app.ui import notices, texts
from app.web import resources
from exports import datamodell, described, documents, reported
from exports.documents import DATADUMP, KATALOG, KLOKEBOK, MODEL, YEARLY, Document
from ingest import units
from ingest.access import Actor, may, require
from ingest.people import users

log = logging.getLogger("smertereg.dokumenter")
KIND = "dokument"
YEARS = 6  # years that a yearly report is offered for, this one first
_OTHERWISE = "Dokumentet ble ikke laget. Prøv igjen; gjentar det seg, meld fra til nasjonal koordinator."


def start(actor: Actor, slag: str, year: int, unit: str | None = None) -> None:
    """Begin to make a document (``year`` and ``unit`` are those of a yearly report), unless one is being made for this user. Raises
    REG-060 for a role that may not.
    """
    require(actor, "hente_data")
    held = resources.current()

    def make(step: Callable[[str], None]) -> object:
        if slag == KATALOG:
            return described.make(held.store, actor, held.settings, step)
        if slag == YEARLY:
            return reported.make_yearly(held.store, actor, held.settings, year, step, unit)
        if slag == MODEL:
            return datamodell.make(held.store, actor, held.settings.data, step)
        return documents.make(held.store, actor, held.settings.data, slag, step)

    background.start(actor, KIND, make, log, _OTHERWISE)


def draw(actor: Actor) -> None:
    """Draw the buttons, the progress while a document is made, and the list of documents."""
    running = background.running(actor, KIND)
    with resources.current().store.read(actor) as tx:
        this, found, names = tx.today.year, documents.listed(tx), users.names(tx)
        offered = {unit["resh"]: unit["navn"] for unit in units.all_units(tx)} if may(actor, "se_nasjonalt") else {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        year = st.selectbox("År (årsrapport)", range(this, this - YEARS, -1), index=1, key="dokument_aar", width=130)
        unit = _whose(offered) if offered else None
        for slag in (YEARLY, KLOKEBOK, DATADUMP, MODEL, *((KATALOG,) if may(actor, "hente_nasjonalt") else ())):
            if st.button(f"Lag {NAMES[slag].lower()}", key=f"lag_{slag}", disabled=running):
                with notices.refusals():
                    start(actor, slag, year, unit)
                    st.rerun()
        if running:
            background.progress(actor, KIND)
    run = background.newest(actor, KIND)
    if run is not None and run.error:
        notices.refused(run.error)
    if may(actor, "se_nasjonalt"):
        _yearly(actor, next((d for d in found if d.slag == KATALOG), None), names)
    found = [d for d in found if d.slag in (YEARLY, KLOKEBOK, DATADUMP, MODEL, KATALOG)]
    st.html(document_table.html(found, names) if found else '<p class="sr-tomside">Ingen dokumenter er laget ennå.</p>')


def _whose(names: dict[str, str]) -> str | None:
    """Draw the choice of whose yearly report it is: the nation's (None), or a unit's, which is for that unit itself."""
    options = [None, *names]
    return st.selectbox(
        "Gjelder (årsrapport)",
        options,
        format_func=lambda resh: "Hele landet" if resh is None else names[resh],
        key="dokument_enhet",
        width=280,
    )


def _yearly(actor: Actor, newest: Document | None, names: dict[str, str]) -> None:
    """Draw when the description was checked, a reminder of it, and the button that says it is done."""
    held = resources.current()
    with held.store.read(actor) as tx:
        check, reminder = described.checked(tx), described.reminder(tx, held.settings)
    if check is not None:
        who = escape(names.get(check.bruker, check.bruker))
        st.html(f'<p class="sr-ingress">Beskrivelsen ble sist kontrollert {texts.moment(check.tid)} av {who}.</p>')
    if reminder:
        st.warning(reminder)
    if newest is None or (check is not None and check.dokument_id == newest.dokument_id):
        return
    if st.button("Bekreft at den nyeste beskrivelsen er kontrollert", key="kontrollert"):
        with notices.refusals():
            with held.store.write(actor) as tx:
                described.confirm(tx, newest.dokument_id)
            st.rerun()

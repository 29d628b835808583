"""«Genererte dokumenter» on Filarkiv: make a klokebok or a datadump, show how far it has come, fetch it."""

from __future__ import annotations

import logging

import streamlit as st

from app.files import background, document_table
from app.files.document_table import NAMES
from app.ui import notices
from app.web import resources
from exports import documents
from exports.documents import DATADUMP, KLOKEBOK
from ingest.access import Actor, require
from ingest.people import users

log = logging.getLogger("smertereg.dokumenter")
KIND = "dokument"
_OTHERWISE = "Dokumentet ble ikke laget. Prøv igjen; gjentar det seg, meld fra til nasjonal koordinator."


def start(actor: Actor, slag: str) -> None:
    """Begin to make a document, unless one is being made for this user. Raises REG-060 for a role that may not."""
    require(actor, "hente_data")
    held = resources.current()
    background.start(
        actor, KIND, lambda step: documents.make(held.store, actor, held.settings.data, slag, step), log, _OTHERWISE
    )


def draw(actor: Actor) -> None:
    """Draw the buttons, the progress while a document is made, and the list of documents."""
    running = background.running(actor, KIND)
    with st.container(horizontal=True, vertical_alignment="center"):
        for slag in (KLOKEBOK, DATADUMP):
            if st.button(f"Lag {NAMES[slag].lower()}", key=f"lag_{slag}", disabled=running):
                with notices.refusals():
                    start(actor, slag)
                    st.rerun()
        if running:
            background.progress(actor, KIND)
    run = background.newest(actor, KIND)
    if run is not None and run.error:
        st.error(run.error)
    with resources.current().store.read(actor) as tx:
        found, names = documents.listed(tx), users.names(tx)
    found = [d for d in found if d.slag in (KLOKEBOK, DATADUMP)]
    st.html(document_table.html(found, names) if found else '<p class="sr-tomside">Ingen dokumenter er laget ennå.</p>')

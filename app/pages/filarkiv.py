"""Filarkiv: the registry's files for behandlere, generated documents, and subscriptions (manual: «Filarkiv»)."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.files import file_list, generating, subscriptions
from app.files.archive import PAPER, READ, RESERVASJON, SAMTYKKE, TEXT, TEXTS, VEILEDNING, Text
from app.ui import links, notices, page
from app.web import resources
from checks import eprom
from checks.codebook import load
from exports.printouts import paper
from ingest.access import Actor, may
from ingest.prom import hads_licence

NOT_ON_PAPER = " Deles foreløpig ikke ut til pasientene."
HADS = (
    "HADS – papirversjon kan ikke lages her: tekstene er lisensiert, og er ikke lagt inn i dette registeret. Bruk det trykte "
    "skjemaet som sykehuset har lisens for, eller spør den som drifter SmerteReg om å legge inn tekstene."
)


def draw(actor: Actor) -> None:
    notices.heading("Filarkiv", "Registerfiler som er relevante for behandlere.")
    left, right = st.columns(2)
    with left.container(border=True):
        edition = resources.current().settings.with_reservation
        for part in (VEILEDNING, SAMTYKKE, *([RESERVASJON] if edition else [])):
            ours = [(text.tittel, text.om, _text(text)) for text in TEXTS if text.del_av == part]
            st.html(file_list.html(part, ours))
    texts = hads_licence.texts(resources.current().settings)
    with right.container(border=True):
        forms = [
            (
                f"{load().skjema[form].navn} – papirversjon",
                f"{load().skjema[form].tittel}.{'' if form in eprom.ON_PAPER else NOT_ON_PAPER}",
                links.fetched(PAPER.replace("{navn}", form), "PDF", shown=True),
            )
            for form in paper.offered(texts)
        ]
        st.html(file_list.html("Pasientskjema på papir", forms))
        if texts is None:
            st.html(f'<p class="sr-ingress">{escape(HADS)}</p>')
    if may(actor, "abonnere"):
        with st.container(border=True):
            st.html('<h2 class="sr-undertittel">Abonnement på rapporter</h2>')
            subscriptions.draw(actor)
    if may(actor, "hente_data"):
        with st.container(border=True):
            st.html('<h2 class="sr-undertittel">Genererte dokumenter</h2>')
            generating.draw(actor)
        with st.container(border=True):
            st.html(file_list.starters())


def _text(text: Text) -> str:
    pdf = links.fetched(TEXT.replace("{navn}", text.navn), "PDF", shown=True)
    return f"{links.fetched(READ.replace('{navn}', text.navn), 'Les', shown=True)} {pdf}" if text.leses else pdf


page.show(draw)

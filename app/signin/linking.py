"""«HelseID» on Min side: the user gives the password, goes on to HelseID, and can sign in with it from then on."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from app.signin import helseid
from app.ui import form_key
from app.web import resources, session
from checks.errors import RegisterError
from ingest.access import Actor
from ingest.people import login


def draw(actor: Actor, linked: bool, message: Any) -> None:
    """Draw the section; a refusal is shown in ``message``, a place on the page."""
    st.html('<h2 class="sr-undertittel">HelseID</h2>')
    if linked:
        st.html(
            f'<p class="sr-gjort">Du kan logge inn med HelseID.</p><form method="post" action="{helseid.UNLINK}">'
            f'{form_key.field()}<button class="sr-knapplenke" type="submit">Koble fra</button></form>'
        )
        return
    st.html(
        '<p class="sr-ingress">Koble til én gang, så kan du logge inn med HelseID i stedet for passord og kode. '
        "Den som kobler til, kan siden logge inn som deg. Derfor spør vi om passordet ditt.</p>"
    )
    place = st.empty()
    with place.form("helseid_skjema", border=False):
        password = st.text_input(
            "Passordet ditt", type="password", key="helseid_passord", autocomplete="current-password", width=260
        )
        given = st.form_submit_button("Koble til HelseID", key="helseid_koble")
    if not given:
        return
    try:
        login.check_own_password(resources.current().store, actor, password)
    except RegisterError as error:
        message.error(str(error))
        return
    found = session.find(session.script_token())
    if found is not None:
        address = escape(helseid.permission(found.nokkel))
        place.html(
            '<p class="sr-gjort">Passordet stemmer.</p>'
            f'<p><a class="sr-knapplenke" href="{address}" target="_self">Gå videre til HelseID</a></p>'
        )

"""The frame around every page: who is signed in, the menu, and that this is a demo.

The pages' names and order are the manual's. The menu shows a page when its file exists and the role may use it. It only
saves users a refusal: access is decided in ingest/access.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.ui import form_key, notices
from app.web import resources
from app.web.session import PROJECTS, ROLE_NAMES, SIGN_OUT
from ingest.access import ROLES, Actor, roles_with
from ingest.people import sessions

EVERYBODY = ""
_PAGES = Path(__file__).parents[1] / "pages"


@dataclass(frozen=True)
class Page:
    """A page: its file in app/pages (without .py), which is also its address; its name; its place in the menu; and the
    action (ingest/access.py) that a role needs to see it. ``reservation`` is of a page that only the edition with reservation has.
    """

    file: str
    title: str
    group: str = ""
    action: str = "lese"
    in_menu: bool = True
    reservation: bool = False

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(ROLES) if self.action == EVERYBODY else roles_with(self.action)

    @property
    def path(self) -> Path:
        return _PAGES / f"{self.file}.py"

    @property
    def address(self) -> str:
        return "/" if self is PAGES[0] else "/" + self.file


PAGES = (
    Page("arbeidsliste", "Arbeidsliste", "Registrering"),
    Page("ny_registrering", "Ny registrering", "Registrering", "registrere"),
    Page("pasientregistreringer", "Pasientregistreringer", "Registrering"),
    Page("innleverte", "Innleverte registreringer", "Registrering", "kontrollere_epj"),
    Page("pasientsok", "Pasientsøk", "Registrering", "søke"),
    Page("lokal_oversikt", "Lokal oversikt", "Resultater", "se_oversikt"),
    Page("dekningsgrad", "Dekningsgrad", "Resultater", "se_oversikt"),
    Page("kvalitetsindikatorer", "Kvalitetsindikatorer", "Resultater", "se_oversikt"),
    Page("nasjonal_oversikt", "Nasjonal oversikt", "Resultater", "se_nasjonalt"),
    Page("datakvalitet", "Datakvalitet", "Resultater", "kvalitetssikre"),
    Page("leveranser", "Leveranser", "Data", "hente_data"),
    Page("sporring", "Spørring", "Data", "spørre"),
    Page("avdelinger", "Avdelinger", "Administrasjon", "administrere_lister"),
    Page("lokasjoner", "Lokasjoner", "Administrasjon", "administrere_lister"),
    Page("enheter", "Enheter", "Administrasjon", "administrere_enheter"),
    Page("filarkiv", "Filarkiv", "Administrasjon", EVERYBODY),
    Page("brukere", "Brukere", "Administrasjon", "godkjenne_brukere"),
    Page("rett_identitet", "Rett identitet", "Administrasjon", "be_om_retting"),
    Page("reservasjoner", "Reservasjoner", "Administrasjon", "slette_pasient", reservation=True),
    Page("logg", "Innsynslogg", "Administrasjon", "se_logg"),
    Page("systeminfo", "Systeminfo", "Administrasjon", "se_systeminfo"),
    Page("min_side", "Min side", "Administrasjon", EVERYBODY),
    Page("skjema", "Skjema", in_menu=False),
    Page("personopplysninger", "Personopplysninger", in_menu=False),
    Page("pasienthistorikk", "Pasienthistorikk", in_menu=False),
)


def available(role: str) -> list[Page]:
    """The pages that exist and that `role` may use, in the menu's order."""
    return [page for page in PAGES if page.path.exists() and role in page.roles]


def start(role: str) -> Page:
    """The page that a role begins on."""
    return available(role)[0]


def run(actor: Actor, unit: str) -> None:
    """Draw the frame for `actor` at the unit called `unit`, then the page that the address names."""
    pages = {
        page: st.Page(page.path, title=page.title, url_path=page.file, default=page is PAGES[0])
        for page in PAGES
        if page.path.exists()
    }
    # Streamlit is told of every page, so that our own sentence, not Streamlit's, refuses a page the role may not use.
    chosen = st.navigation(list(pages.values()), position="hidden")
    edition = resources.current().settings.with_reservation
    allowed = {page: pages[page] for page in available(actor.rolle) if edition or not page.reservation}
    with st.sidebar:
        _who(actor, unit)
        _menu(allowed)
    if chosen in allowed.values():
        chosen.run()
        notices.placed()
    elif chosen.url_path in {page.file for page in available(actor.rolle)}:
        notices.heading(chosen.title, "Registeret bruker utgaven med samtykke, der ingen kan reservere seg.")
    else:
        notices.heading(
            chosen.title,
            f"Siden er ikke tilgjengelig for rollen {ROLE_NAMES[actor.rolle]}. Bytt rolle, eller spør en koordinator.",
        )
        st.html('<p><a href="/" target="_self">Til startsiden</a></p>')


def _who(actor: Actor, unit: str) -> None:
    held = resources.current()
    with held.store.read(actor) as tx:
        several = len(sessions.roles(tx, actor.bruker)) > 1
    demo = '<p class="sr-demo">Demo – syntetiske pasienter</p>' if held.store.demo else ""
    change = f'<br><a href="{PROJECTS}" target="_self">Bytt enhet eller rolle</a>' if several else ""
    st.html(
        f"""<div class="sr-hvem">{demo}<p class="sr-enhet">{escape(unit)}</p>
        <p class="sr-bruker"><b>{escape(actor.navn)}</b><br><span>{escape(ROLE_NAMES[actor.rolle])}</span>{change}</p>
        <form method="post" action="{SIGN_OUT}">{form_key.field()}<button type="submit">Logg ut</button></form></div>"""
    )


def _menu(pages: dict[Page, StreamlitPage]) -> None:
    in_menu = [page for page in pages if page.in_menu]
    for group, members in groupby(in_menu, key=lambda page: page.group):
        st.html(f'<p class="sr-menygruppe">{escape(group)}</p>')
        for page in members:
            st.page_link(pages[page], label=page.title, width="stretch")

"""The page of a unit's list, lokasjoner or avdelinger: what there is, add, change (manual: «Avdelinger», «Lokasjoner»)."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from app import notices, resources
from checks.errors import RegisterError
from ingest import unit_lists, units
from ingest.access import Actor, require


@dataclass(frozen=True)
class Words:
    """How the page speaks of its list. `kind` is lokasjon or avdeling."""

    kind: str
    title: str
    one: str
    lead: str


def draw(actor: Actor, words: Words) -> None:
    """Draw the page; LC and SC only (REG-060 for others)."""
    notices.heading(words.title, words.lead)
    try:
        require(actor, "administrere_lister", actor.enhet)
    except RegisterError as error:
        st.error(str(error))
        return
    notices.place()
    with resources.current().store.read(actor) as tx:
        entries = units.entries(tx, words.kind, actor.enhet, only_active=False)
        used = unit_lists.used(tx, words.kind, actor.enhet)
    _add(actor, words)
    if not entries:
        st.html(f'<p class="sr-tomside">Ingen {words.title.lower()} ennå. Legg til den første over.</p>')
    for entry in entries:
        _line(actor, words, entry, used.get(entry["id"], 0))


def _add(actor: Actor, words: Words) -> None:
    # A new number gives empty fields once an entry is added; a refused one keeps what was typed.
    turn = st.session_state.get(f"ny_{words.kind}_nr", 0)
    with st.form(f"ny_{words.kind}_{turn}", clear_on_submit=False):
        name, short, resh, button = st.columns([4, 2, 2, 1.4], vertical_alignment="bottom")
        full = name.text_input("Navn", max_chars=120, key=f"ny_{words.kind}_navn_{turn}")
        shown = short.text_input("Visningsnavn", max_chars=30, key=f"ny_{words.kind}_visning_{turn}",
                                 help="Forkortet navn, som vises i arbeidslisten.")  # fmt: skip
        number = resh.text_input("RESH-id", max_chars=12, key=f"ny_{words.kind}_resh_{turn}")
        if not button.form_submit_button(f"Legg til {words.one}", width="stretch"):
            return
    with notices.refusals():
        with resources.current().store.write(actor) as tx:
            unit_lists.add(tx, words.kind, actor.enhet, full, shown, number)
        st.session_state[f"ny_{words.kind}_nr"] = turn + 1
        notices.later(f"{full.strip()} er lagt til.")
        st.rerun()


def _line(actor: Actor, words: Words, entry: dict[str, Any], used: int) -> None:
    state = "Aktiv" if entry["aktiv"] else "<b>Ikke aktiv</b>"
    resh = f"RESH {escape(entry['resh'])}" if entry["resh"] else "uten RESH-id"
    said = f"<b>{escape(entry['navn'])}</b><span>{escape(entry['visningsnavn'])}</span><span>{resh}</span>"
    with st.container(key=f"sr-listelinje-{words.kind}-{entry['id']}"):
        text, change = st.columns([6, 1], vertical_alignment="center")
        text.html(f'<div class="sr-person sr-oppforing">{said}<span>{state}</span></div>')
        if change.button("Endre", key=f"endre_{words.kind}_{entry['id']}", width="stretch"):
            _change(actor, words, entry, used)


@st.dialog("Endre")
def _change(actor: Actor, words: Words, entry: dict[str, Any], used: int) -> None:
    full = st.text_input("Navn", entry["navn"], max_chars=120) or ""
    shown = st.text_input("Visningsnavn", entry["visningsnavn"], max_chars=30) or ""
    number = st.text_input("RESH-id", entry["resh"] or "", max_chars=12) or ""
    active = st.radio("Aktiv", ["Ja", "Nei"], index=0 if entry["aktiv"] else 1, horizontal=True)
    st.caption(
        f"Brukt i {used} forløp: sett Aktiv til Nei når den ikke lenger skal brukes." if used
        else "Ikke brukt i noen registrering."
    )  # fmt: skip
    message = st.empty()
    save, delete, cancel = st.columns(3)
    try:
        if save.button("Lagre", type="primary", width="stretch"):
            with resources.current().store.write(actor) as tx:
                unit_lists.change(
                    tx, words.kind, actor.enhet, entry["id"], full, shown, number, active == "Ja"
                )
            notices.later(f"{full.strip()} er lagret.")
            st.rerun()
        if delete.button(
            "Slett", width="stretch", disabled=bool(used), help="Bare hvis den er opprettet ved feil."
        ):
            with resources.current().store.write(actor) as tx:
                unit_lists.remove(tx, words.kind, actor.enhet, entry["id"])
            notices.later(f"{entry['navn']} er slettet.")
            st.rerun()
    except RegisterError as error:
        message.error(str(error))
    if cancel.button("Avbryt", width="stretch"):
        st.rerun()

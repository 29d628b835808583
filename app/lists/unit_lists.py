"""What the pages Avdelinger and Lokasjoner draw: one of a unit's lists (manual: «Avdelinger», «Lokasjoner»)."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from app.ui import links, notices, symbols
from app.web import resources
from checks.errors import RegisterError
from ingest import units
from ingest.access import Actor, may, require
from ingest.lists import unit_lists
from ingest.lists.unit_lists import Entry

RESH_REGISTER = "https://register.nhn.no/resh"
_HELP = (
    '<p class="sr-ingress">Visningsnavnet er det forkortede navnet som arbeidslisten viser. RESH-id finner du i '
    f'<a href="{RESH_REGISTER}" target="_blank" rel="noopener noreferrer">RESH-registeret</a>, eller bruk Orfu.</p>'
)
_PLACE = "liste_enhet"


@dataclass(frozen=True)
class Words:
    """The words for a list: its kind, the page's name, and the definite form of the word for an entry."""

    kind: str
    title: str
    one: str
    lead: str


AVDELINGER = Words(
    "avdeling",
    "Avdelinger",
    "avdelingen",
    "Alle avdelinger som smerteteamet går på tilsyn til. Må være oppdatert til enhver tid.",
)
LOKASJONER = Words(
    "lokasjon",
    "Lokasjoner",
    "lokasjonen",
    "Sykehusene som smerteteamet registrerer ved. Må være oppdatert til enhver tid.",
)


def draw(actor: Actor, words: Words) -> None:
    """Draw the unit's list and a line for a new entry; the pencil and the bin of an entry open a dialog."""
    notices.heading(words.title, words.lead)
    message = notices.place()
    try:
        enhet = _unit(actor)
    except RegisterError as error:
        st.error(str(error))
        return
    _add(actor, words, enhet)
    with resources.current().store.read(actor) as tx:
        found = units.entries(tx, words.kind, enhet, only_active=False)
    st.html(_table(words, found) if found else _empty(words))
    with notices.refusals(message):
        _dialogs(actor, words, enhet)


def _unit(actor: Actor) -> str:
    """The RESH-id of the unit whose list is shown: the user's own, or the one that SC chooses."""
    require(actor, "administrere_lister")
    if not may(actor, "se_nasjonalt"):
        return actor.enhet
    with resources.current().store.read(actor) as tx:
        names = {u["resh"]: u["navn"] for u in units.all_units(tx)}
    choices = list(names)
    chosen = st.session_state.get(_PLACE, actor.enhet)
    place = choices.index(chosen) if chosen in choices else 0
    # The choice is not stored under the widget's own key, so that it stays when the user goes to the other list.
    st.session_state[_PLACE] = st.selectbox("Enhet", choices, index=place, format_func=lambda r: names[r], width=420)
    return str(st.session_state[_PLACE])


def _add(actor: Actor, words: Words, enhet: str) -> None:
    """Draw the line for a new entry; the text stays in the fields until the entry is stored."""
    keys = {name: f"ny_{words.kind}_{name}" for name in unit_lists.LONGEST}
    said = f"ny_{words.kind}_feil"

    def submitted() -> None:
        typed = {name: st.session_state[key] for name, key in keys.items()}
        try:
            with resources.current().store.write(actor) as tx:
                unit_lists.add_entry(tx, words.kind, enhet, **typed)
        except RegisterError as error:
            st.session_state[said] = str(error)
            return
        for key in keys.values():
            st.session_state[key] = ""
        notices.later(f"«{typed['navn'].strip()}» er lagt til.")

    with st.form(f"ny_{words.kind}"):
        columns = st.columns([5, 3, 2, 2], vertical_alignment="bottom")
        for column, (name, key) in zip(columns, keys.items(), strict=False):
            column.text_input(
                unit_lists.LABELS[name],
                key=key,
                placeholder=f"for eksempel {enhet}" if name == "resh" else None,
                max_chars=unit_lists.LONGEST[name],
                autocomplete="off",
            )
        columns[3].form_submit_button("Legg til", type="primary", on_click=submitted, width="stretch")
        if error := st.session_state.pop(said, None):
            st.html(f'<p class="sr-feltfeil" role="alert">{escape(error)}</p>')
        st.html(_HELP)


def _table(words: Words, found: list[dict[str, Any]]) -> str:
    head = "".join(
        f'<th scope="col">{escape(unit_lists.LABELS[n])}</th>' for n in ("navn", "visningsnavn", "resh", "aktiv")
    )
    rows = "".join(_row(words, entry) for entry in sorted(found, key=lambda e: not e["aktiv"]))
    return (
        '<div class="sr-rulle"><table class="sr-tabell sr-liste"><thead><tr>'
        f'{head}<th scope="col"><span class="sr-lese">Endre eller slett</span></th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(words: Words, entry: dict[str, Any]) -> str:
    page = words.title.lower()
    name = escape(entry["navn"])
    change = links.link(
        f"/{page}?endre={entry['id']}", symbols.icon("endre"), css="sr-symbol", label=f"Endre {entry['navn']}"
    )
    remove = links.link(
        f"/{page}?slett={entry['id']}", symbols.icon("slett"), css="sr-symbol", label=f"Slett {entry['navn']}"
    )
    muted = "" if entry["aktiv"] else ' class="sr-dempet"'
    return (
        f'<tr><th scope="row" {muted}>{name}</th><td{muted}>{escape(entry["visningsnavn"])}</td>'
        f"<td{muted}>{escape(entry['resh'] or '–')}</td><td>{'Ja' if entry['aktiv'] else 'Nei'}</td>"
        f'<td class="sr-tall sr-handling">{change}{remove}</td></tr>'
    )


def _empty(words: Words) -> str:
    return (
        f'<p class="sr-tomside">Ingen {words.title.lower()} er lagt til. Registrering er ikke mulig før enheten '
        "har minst én lokasjon og én avdeling.</p>"
    )


def _dialogs(actor: Actor, words: Words, enhet: str) -> None:
    """Open the dialog that the page's address asks for, once; the address is then the page's own again."""
    for name, dialog in (("endre", _change), ("slett", _remove)):
        asked = st.query_params.pop(name, "")
        if asked.isascii() and asked.isdigit() and len(asked) < 9:
            with resources.current().store.read(actor) as tx:
                entry = unit_lists.get_entry(tx, words.kind, enhet, int(asked))
            st.dialog(f"{name.capitalize()} {words.one}")(dialog)(actor, words, enhet, int(asked), entry)


def _change(actor: Actor, words: Words, enhet: str, entry_id: int, entry: Entry) -> None:
    typed: dict[str, Any] = {
        name: st.text_input(
            unit_lists.LABELS[name],
            getattr(entry, name) or "",
            max_chars=most,
            autocomplete="off",
            key=f"endre_{words.kind}_{entry_id}_{name}",
        )
        for name, most in unit_lists.LONGEST.items()
    }
    choices = {1: "Ja", 0: "Nei"}
    active = st.radio(
        "Aktiv",
        list(choices),
        index=0 if entry.aktiv else 1,
        format_func=choices.__getitem__,
        horizontal=True,
        key=f"endre_{words.kind}_{entry_id}_aktiv",
    )
    st.html(f'<p class="sr-ingress">Settes til Nei når {words.one} har vært i bruk, men ikke skal brukes mer.</p>')
    st.html(_HELP)
    message = st.empty()
    save, cancel = st.columns(2)
    if save.button("Lagre", type="primary", width="stretch"):
        with notices.refusals(message):
            with resources.current().store.write(actor) as tx:
                new = Entry(**typed, aktiv=entry.aktiv if active is None else active)
                changed = unit_lists.change_entry(tx, words.kind, enhet, entry_id, new)
            if changed:
                notices.later(f"«{new.navn.strip()}» er endret.")
            st.rerun()
    if cancel.button("Avbryt", width="stretch"):
        st.rerun()


def _remove(actor: Actor, words: Words, enhet: str, entry_id: int, entry: Entry) -> None:
    st.markdown(f"**{notices.plain(entry.navn)}**")
    st.write(f"Brukes bare når {words.one} er opprettet feil og ikke har vært brukt i registrering.")
    message = st.empty()
    remove, cancel = st.columns(2)
    if remove.button("Slett", type="primary", width="stretch"):
        with notices.refusals(message):
            with resources.current().store.write(actor) as tx:
                unit_lists.remove_entry(tx, words.kind, enhet, entry_id)
            notices.later(f"«{entry.navn}» er slettet.")
            st.rerun()
    if cancel.button("Avbryt", width="stretch"):
        st.rerun()

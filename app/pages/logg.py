"""Innsynslogg: who has opened, searched for and changed what, for one patient or by one user (LC, SC)."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from app.components.date_field import date_field, require_date
from app.components.field import mount
from app.ui import log_table, notices, page, texts
from app.web import resources
from checks import pasted
from checks.errors import RegisterError
from ingest import units
from ingest.access import Actor, may
from ingest.lists import innsyn
from ingest.lists.innsyn import Found, Query

_READ, _PATIENT = "logg_lest", "logg_pid"


def draw(actor: Actor) -> None:
    notices.heading(
        "Innsynslogg",
        "Hvem som har åpnet, søkt etter og endret opplysninger. Lesing av loggen logges også."
        + ("" if may(actor, "se_nasjonalt") else " Du ser hendelsene ved egen enhet."),
    )
    try:
        with resources.current().store.read(actor) as tx:
            people = innsyn.people(tx)
            names = {u["resh"]: u["navn"] for u in units.all_units(tx)}
        query = _query(people)
        if query.pasient_id is None and query.bruker is None:
            st.html('<p class="sr-tomside">Skriv en PasientID (PID), eller velg en bruker.</p>')
            return
        found = _read(actor, query)
    except RegisterError as error:
        st.error(str(error))
        return
    _show(found, query, names)


def _query(people: dict[str, str]) -> Query:
    """Draw the fields; returns what the user asks for. The page's address may name the patient."""
    asked = st.query_params.pop("pasient", "")
    if asked.isascii() and asked.isdigit() and len(asked) <= 9:
        st.session_state[_PATIENT] = asked
        st.session_state["logg_bruker"] = ""
    columns = st.columns([2, 4, 4, 4], vertical_alignment="bottom")
    typed = pasted.number(columns[0].text_input("PID", key=_PATIENT, max_chars=9, autocomplete="off"))
    user = columns[1].selectbox(
        "Bruker", [None, *people], format_func=lambda b: f"{people[b]} ({b})" if b else "Alle", key="logg_bruker"
    )
    period = {}
    for column, name, label in ((columns[2], "fra", "Fra og med"), (columns[3], "til", "Til og med")):
        key = f"logg_{name}"
        with column:
            period[name] = mount(date_field(label, None, key=key))
        require_date(label, key)
    if typed and not (typed.isascii() and typed.isdigit()):
        raise RegisterError("REG-046")
    chosen = Query(int(typed) if typed else None, user or None, period["fra"], period["til"])
    side = st.session_state.setdefault("logg_side", {})
    return replace(chosen, side=side.get(chosen, 0))


def _read(actor: Actor, query: Query) -> Found:
    """The page of the log. It is read again only when the question changes, since each reading is logged."""
    known: tuple[Actor, Query, Found] | None = st.session_state.get(_READ)
    if known is not None and known[:2] == (actor, query):
        return known[2]
    same = known is not None and replace(known[1], side=0) == replace(query, side=0)
    top = known[2].topp if known is not None and same else None
    with resources.current().store.write(actor) as tx:
        found = innsyn.read(tx, replace(query, topp=top))
    st.session_state[_READ] = (actor, query, found)
    return found


def _show(found: Found, query: Query, names: dict[str, str]) -> None:
    if not found.events:
        st.html('<p class="sr-tomside">Ingen hendelser. Kontroller PID og periode.</p>')
        return
    last = -(-found.antall // innsyn.PAGE) - 1
    with st.container(horizontal=True, vertical_alignment="center"):
        said = (
            f"{texts.count(found.antall, 'hendelse', 'hendelser')}, side {query.side + 1} av {last + 1}, nyeste først"
        )
        st.html(f'<p class="sr-ingress" role="status">{escape(said)}</p>', width="content")
        st.button("‹ Nyere", disabled=query.side == 0, on_click=_turn, args=(query, -1))
        st.button("Eldre ›", disabled=query.side >= last, on_click=_turn, args=(query, 1))
        st.button("Les på nytt", on_click=st.session_state.pop, args=(_READ, None))
    st.html(log_table.html(found.events, names))


def _turn(query: Query, step: int) -> None:
    first = replace(query, side=0)
    st.session_state["logg_side"] = {first: query.side + step}


page.show(draw)

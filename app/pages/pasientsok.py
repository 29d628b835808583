"""Pasientsøk: find a patient who is registered already, on the way to Pasienthistorikk (manual: «Pasientsøk»)."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st

from app.components.goto import follow
from app.components.table import Cell, Column, table
from app.ui import links, notices, page, revealed, texts
from app.web import resources
from checks.errors import RegisterError
from checks.identity import NO_NUMBER
from ingest import units
from ingest.access import Actor, may
from ingest.lists import search
from ingest.lists.search import Found, Hit
from ingest.store import Tx

KEY, _FOUND, _REFUSED = "pasientsok", "pasientsok_funnet", "pasientsok_avvist"
COLUMNS = (
    Column("Pasient"),
    Column("Fødselsnummer"),
    Column("Kjønn"),
    Column("PID", number=True),
    Column("Forløp", number=True),
    Column("Siste startdato"),
)
_HELP = (
    "**PID** (PasientID) er et unikt nummer som følger pasienten. En pasient har bare én PID.\n\n"
    "**FID** (ForløpsID) opprettes ved et nytt forløp. En pasient kan ha flere FID."
)


def draw(actor: Actor) -> None:
    where = "" if may(actor, "se_nasjonalt") else " ved egen enhet"
    notices.heading("Pasientsøk", f"Søk på pasienter som allerede er registrert{where}.")
    test_persons = resources.current().settings.test_persons
    columns = st.columns([6, 5, 5], vertical_alignment="bottom")
    with columns[0]:
        _field(
            actor,
            "navn",
            "Søk på navn eller fødselsnr",
            "Søk",
            lambda tx, text: search.by_name_or_number(tx, text, test_persons=test_persons),
        )
    with columns[1]:
        _field(actor, "pid", "Slå opp PasientID", "Slå opp", search.by_patient, help=_HELP)
    with columns[2]:
        _field(actor, "fid", "Slå opp ForløpsID", "Slå opp", search.by_forlop, help=_HELP)
    if sentence := st.session_state.pop(_REFUSED, None):
        st.html(f'<p class="sr-feltfeil" role="alert">{escape(sentence)}</p>')
    known: tuple[Actor, Found] | None = st.session_state.get(_FOUND)
    if known is not None and known[0] == actor:
        _show(actor, known[1])


def _field(
    actor: Actor, name: str, label: str, verb: str, find: Callable[[Tx, str], Found | Hit], *, help: str | None = None
) -> None:
    """Draw one of the three searches. The text goes to the server through the page's socket and never in an address."""

    def submitted() -> None:
        try:
            with resources.current().store.write(actor) as tx:
                found = find(tx, st.session_state[f"sok_{name}"])
        except RegisterError as error:
            st.session_state.pop(_FOUND, None)
            st.session_state[_REFUSED] = str(error)
            return
        if isinstance(found, Hit):
            follow(links.history(found.pasient_id))
        else:
            st.session_state[_FOUND] = (actor, found)

    with st.form(f"sok_{name}_skjema", border=False):
        field, button = st.columns([5, 2] if name == "navn" else [3, 2], vertical_alignment="bottom")
        field.text_input(label, key=f"sok_{name}", autocomplete="off", help=help)
        button.form_submit_button(
            verb, type="primary" if name == "navn" else "secondary", on_click=submitted, width="stretch"
        )


def _show(actor: Actor, found: Found) -> None:
    if not found.hits:
        st.html(
            '<p class="sr-tomside">Ingen pasienter funnet. Kontroller skrivemåten; skal pasienten registreres her '
            "for første gang, gå til Ny registrering.</p>"
        )
        return
    said = texts.count(len(found.hits), "pasient", "pasienter")
    if found.flere:
        said = f"De første {said}. Skriv mer av navnet for å se færre."
    st.html(f'<p class="sr-ingress" role="status">{escape(said)}</p>')
    nation = may(actor, "se_nasjonalt")
    names: dict[str, str] = {}
    if nation:
        with resources.current().store.read(actor) as tx:
            names = {u["resh"]: u["navn"] for u in units.all_units(tx)}
    columns = (*COLUMNS, Column("Enhet")) if nation else COLUMNS
    table(
        columns,
        [(hit.pasient_id, _cells(hit, names)) for hit in found.hits],
        key=KEY,
        caption="Pasienter som ble funnet",
        on_event=lambda event: _take(actor, event),
    )


def _cells(hit: Hit, names: dict[str, str]) -> list[Cell | str]:
    shown = revealed.number(hit.pasient_id)
    cells: list[Cell | str] = [
        Cell(hit.navn, href=links.history(hit.pasient_id)),
        shown or Cell(hit.fnr_maskert, button="" if hit.fnr_maskert == NO_NUMBER else "vis", event="vis"),
        texts.SEX.get(hit.kjonn or 0, ""),
        str(hit.pasient_id),
        str(hit.antall),
        texts.day(hit.siste),
    ]
    return [*cells, ", ".join(names.get(unit, unit) for unit in hit.enheter)] if names else cells


def _take(actor: Actor, event: dict[str, Any]) -> None:
    try:
        if event["handling"] == "vis":
            revealed.show(actor, int(event["id"]))
    except RegisterError as error:
        st.session_state[_REFUSED] = str(error)


page.show(draw)

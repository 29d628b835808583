"""The search fields and the list of Innleverte registreringer, and the list as a file (manual: same name)."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import date
from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from starlette.requests import Request
from starlette.routing import Route

from app.components.date_field import date_field, require_date
from app.components.field import mount, not_understood
from app.components.table import Cell, Column, table
from app.ui import links, revealed, texts
from app.web import fetched, resources
from checks import epj_file
from checks.errors import RegisterError
from checks.identity import NO_NUMBER
from checks.samtykke import STATES
from exports import lists
from ingest import units
from ingest.access import Actor, may
from ingest.lists import innleverte
from ingest.lists.innleverte import PAGE, Found, Search

ADDRESS = "/innleverte.csv"
KEY, _SEARCH, _ROUND, _REFUSED = "innleverte", "innleverte_sok", "innleverte_runde", "innleverte_avvist"
COLUMNS = (
    Column("Pasient", "navn"),
    Column("Fødselsnummer"),
    Column("Alder", "alder", number=True),
    Column("Startdato", "startdato"),
    Column("Lokasjon", "lokasjon"),
    Column("Avdeling", "avdeling"),
    Column("Type"),
    Column("Samtykke"),
    Column("Innlevert"),
    Column("FID", "forlop_id", number=True),
)
# A limit that nobody types: Streamlit would refuse a number beyond it in English. An impossible age finds no forløp, and
# the page says that in Norwegian.
_NO_LIMIT = 999_999
_DATES = (("fra", "Startdato fra"), ("til", "til"))


def routes() -> list[Route]:
    """`/innleverte.csv?enhet=…&fra=…`: everything that a search finds, without identity."""
    return [fetched.route(ADDRESS, _file)]


def search_of(actor: Actor) -> Search:
    """The search of this browser tab; at first the whole list of the user's own unit, for SC that of the nation."""
    enhet = None if may(actor, "se_nasjonalt") else actor.enhet
    known: tuple[Actor, Search] | None = st.session_state.get(_SEARCH)
    return known[1] if known is not None and known[0] == actor else Search(enhet)


def draw(actor: Actor) -> None:
    """Draw the fields with «Søk» and «Nullstill», and the list below."""
    _fields(actor, search_of(actor))
    search = search_of(actor)
    try:
        if refused := st.session_state.pop(_REFUSED, None):
            raise refused
        for name, _ in _DATES:
            require_date(f"Startdato {name}", _key(name))
        with resources.current().store.read(actor) as tx:
            found = innleverte.find(tx, search)
    except RegisterError as error:
        st.html(f'<p class="sr-feltfeil" role="alert">{escape(str(error))}</p>')
        return
    _pages(actor, search, found)
    if found.rows:
        table(
            COLUMNS,
            [(row["pasient_id"], _cells(row)) for row in found.rows],
            key=KEY,
            caption="Innleverte registreringer",
            sorted_by=search.sortering,
            descending=search.synkende,
            on_event=lambda event: _take(actor, search, event),
        )


def _keep(actor: Actor, search: Search) -> None:
    st.session_state[_SEARCH] = (actor, search)


def _fields(actor: Actor, search: Search) -> None:
    # «Nullstill» begins a new round with new keys for all fields, so that they are empty again.
    turn = st.session_state.setdefault(_ROUND, 0)
    chosen = st.session_state.setdefault(f"innleverte_valg_{turn}", asdict(search))
    with resources.current().store.read(actor) as tx:
        names = {u["resh"]: u["navn"] for u in units.all_units(tx)}
        enhet = chosen["enhet"]
        places = {
            kind: {e["id"]: e["visningsnavn"] for e in units.entries(tx, kind, enhet, only_active=False)}
            if enhet
            else {}
            for kind in units.KINDS
        }
    if may(actor, "se_nasjonalt"):
        chosen["enhet"] = st.selectbox(
            "Enhet",
            [None, *names],
            format_func=lambda r: names[r] if r else "Alle enheter",
            width=420,
            key=f"innleverte_enhet_{turn}",
        )
    columns = st.columns([14, 14, 6, 6, 8, 8], vertical_alignment="bottom")
    for column, (name, label) in zip(columns, _DATES, strict=False):
        with column:
            chosen[name] = mount(date_field(label, chosen[name], key=_key(name)))
    for column, name, label in ((columns[2], "alder_fra", "Alder fra"), (columns[3], "alder_til", "til")):
        chosen[name] = column.number_input(
            label, -_NO_LIMIT, _NO_LIMIT, value=None, step=1, key=_key(name), placeholder="år"
        )
    for column, kind in zip(columns[4:], units.KINDS, strict=True):
        found = places[kind]
        chosen[f"{kind}_id"] = column.selectbox(
            kind.capitalize(),
            [None, *found],
            format_func=lambda i, f=found: f[i] if i else "Alle",
            key=f"innleverte_{kind}_{turn}_{chosen['enhet']}",
            disabled=not found,
        )
    with st.container(horizontal=True):
        # Not a callback, which would run before the value of a field that the user left by this click has come.
        asked = st.button("Søk", type="primary", key="innleverte_start")
        if asked and not any(not_understood(_key(name)) for name, _ in _DATES):
            _search(actor, search, chosen)
        st.button("Nullstill", key="innleverte_nullstill", on_click=_reset)


def _key(name: str) -> str:
    """The key of a field in this round (see `_fields`)."""
    return f"innleverte_{name}_{st.session_state[_ROUND]}"


def _search(actor: Actor, search: Search, chosen: dict[str, Any]) -> None:
    asked = {f.name: chosen[f.name] for f in fields(Search) if f.name not in ("sortering", "synkende", "side")}
    _keep(actor, replace(search, **asked, side=0))


def _reset() -> None:
    st.session_state.pop(_SEARCH, None)
    st.session_state[_ROUND] += 1


def _pages(actor: Actor, search: Search, found: Found) -> None:
    last = max(-(-found.antall // PAGE) - 1, 0)
    said = texts.count(found.antall, "innlevert registrering", "innleverte registreringer")
    said = (
        f"{said}, side {search.side + 1} av {texts.number(last + 1)}"
        if found.antall
        else ("Ingen innleverte registreringer passer til søket.")
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'<p class="sr-ingress" role="status">{said}</p>', width="content")
        if found.antall > PAGE:
            for label, step, stop in (("‹ Forrige", -1, search.side == 0), ("Neste ›", 1, search.side >= last)):
                st.button(label, disabled=stop, on_click=_keep, args=(actor, replace(search, side=search.side + step)))
        if found.antall and may(actor, "eksportere"):
            st.html(links.fetched(address(search), "Eksporter listen (csv)"), width="content")


def _cells(row: dict[str, Any]) -> list[Cell | str]:
    shown = revealed.number(row["pasient_id"])
    masked = row["fnr_maskert"]
    return [
        Cell(row["navn"], href=links.history(row["pasient_id"])),
        shown or Cell(masked, button="" if masked == NO_NUMBER else "vis", event="vis"),
        "" if row["alder"] is None else str(row["alder"]),
        texts.day(row["startdato"]),
        row["lokasjon"],
        row["avdeling"],
        texts.forlopstype(row["forlopstype"]),
        STATES[row["samtykke"]],
        texts.day(row["innlevert"]),
        str(row["forlop_id"]),
    ]


def _take(actor: Actor, search: Search, event: dict[str, Any]) -> None:
    if event["handling"] == "sorter" and event["kolonne"] in innleverte.SORTS:
        same = search.sortering == event["kolonne"]
        _keep(actor, replace(search, sortering=event["kolonne"], synkende=same and not search.synkende, side=0))
    elif event["handling"] == "vis":
        try:
            revealed.show(actor, int(event["id"]))
        except RegisterError as error:
            st.session_state[_REFUSED] = error


def address(search: Search) -> str:
    """The address of a search's list as a file. It holds dates, ages and ids of places, and nothing about a patient."""
    asked = {f.name: getattr(search, f.name) for f in fields(Search) if f.name not in ("sortering", "synkende", "side")}
    return f"{ADDRESS}?{urlencode({name: value for name, value in asked.items() if value is not None})}"


def _file(request: Request, actor: Actor) -> fetched.File:
    asked = request.query_params

    def whole(name: str) -> int | None:
        return fetched.number(request, name, "REG-212") if name in asked else None

    def day(name: str) -> date | None:
        found = epj_file.read_date(asked.get(name, ""))
        if name in asked and found is None:
            raise RegisterError("REG-009", felt="Startdato", verdi=asked[name][:10])
        return found

    search = Search(
        asked.get("enhet"),
        day("fra"),
        day("til"),
        whole("alder_fra"),
        whole("alder_til"),
        whole("lokasjon_id"),
        whole("avdeling_id"),
    )
    with resources.current().store.write(actor) as tx:
        frame = innleverte.export(tx, search)
        name = f"smertereg_innleverte_{tx.today.isoformat()}.csv"
    return fetched.File(name, lists.csv_bytes(frame), fetched.CSV)

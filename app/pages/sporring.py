"""Spørring: SQL on the published file that the role may see, with the dictionary beside it and the answer under it."""

from __future__ import annotations

import logging
from html import escape

import streamlit as st

from app.files import background, query_answer, query_dictionary
from app.files.query_examples import EXAMPLES
from app.files.query_files import QUERY, newest
from app.results import query_chart
from app.ui import notices, page, texts
from app.ui.fragments import fragment
from app.web import resources
from checks.errors import RegisterError
from exports.publish import published_at
from exports.queries import service
from exports.queries.run import Query
from exports.queries.words import Place, QueryRefused
from exports.scope import scope_of
from exports.tables import NATIONAL, published_file
from ingest import units
from ingest.access import Actor, require

log = logging.getLogger("smertereg.sporring")
LEAD = "SQL mot det som er publisert. Små tall er ikke skjult: til internt bruk. Hver spørring og hver fil logges."
_FIELD, _TEXT, _LAST, _BEGIN, _AGAIN = (
    "sporring_felt",
    "sporring_tekst",
    "sporring_siste",
    "sporring_eks",
    "sporring_gjen",
)
_REMEMBERED = 10
_BESIDE = 100  # characters before and after the word that is wrong
_AT_ONCE = 1.5  # seconds that the page waits before it says that the query runs


def draw(actor: Actor) -> None:
    notices.heading("Spørring", LEAD)
    require(actor, "spørre")
    held = resources.current()
    with held.store.read(actor) as tx:
        scope, today = scope_of(tx), tx.today
        name = "Nasjonal fil" if scope == NATIONAL else f"Filen til {units.name(tx, scope)}"
    file = published_file(held.settings.data, scope)
    if moment := published_at(held.settings.data):
        st.html(f'<p class="sr-ingress">{escape(name)}, publisert {texts.moment(moment, today)}.</p>')
    with st.container(key="sporring_side"):
        work, words = st.columns([5, 3], gap="medium")
        with words, st.container(border=True):
            query_dictionary.draw(file)
        with work:
            _write(actor)
            _answer(actor)


def _write(actor: Actor) -> None:
    """Draw the field, with what can be put in it above and the button under it."""
    if _FIELD not in st.session_state:
        st.session_state[_FIELD] = st.session_state.get(_TEXT, next(iter(EXAMPLES.values())))
    recent: list[str] = st.session_state.setdefault(_LAST, [])
    left, right = st.columns(2)
    left.selectbox(
        "Eksempler",
        list(EXAMPLES),
        index=None,
        placeholder="Velg et eksempel",
        key=_BEGIN,
        on_change=_take,
        args=(_BEGIN,),
    )
    right.selectbox(
        "Siste spørringer",
        recent,
        index=None,
        placeholder="Velg en du har kjørt" if recent else "Ingen ennå",
        format_func=lambda sql: " ".join(sql.split())[:90],
        key=_AGAIN,
        on_change=_take,
        args=(_AGAIN,),
    )
    with st.form("sporring_skjema", border=False):
        st.text_area("SQL", key=_FIELD, height=210, max_chars=service.LONGEST)
        run = st.form_submit_button("Kjør (Ctrl+Enter)", type="primary", key="sporring_kjor", on_click=_remember)
    st.session_state[_TEXT] = st.session_state[_FIELD]
    if run:
        with notices.refusals():
            _begin(actor, st.session_state[_FIELD])


def _remember() -> None:
    """Put the query that is to be run first among the last ones."""
    sql, recent = st.session_state[_FIELD].strip(), st.session_state[_LAST]
    if sql:
        st.session_state[_LAST] = [sql, *(old for old in recent if old != sql)][:_REMEMBERED]


def _take(chosen: str) -> None:
    """Put the example or the earlier query that was chosen in the field."""
    found = st.session_state[chosen]
    if found is not None:
        st.session_state[_FIELD] = EXAMPLES.get(found, found)
        st.session_state[chosen] = None


def _begin(actor: Actor, sql: str) -> None:
    """Run the query, and wait a little for its answer. Raises REG-380 while an earlier one runs."""
    if background.running(actor, QUERY):
        raise RegisterError("REG-380")
    held, query = resources.current(), Query()
    background.start(
        actor,
        QUERY,
        lambda _step: service.ask(held.store, actor, held.settings.data, sql, query),
        log,
        "Spørringen ble ikke kjørt. Prøv igjen; gjentar det seg, meld fra til nasjonal koordinator.",
        stop=query.stop,
    )
    if begun := background.newest(actor, QUERY):
        begun.step = "Kjører …"
        begun.done.wait(_AT_ONCE)


def _answer(actor: Actor) -> None:
    run = background.newest(actor, QUERY)
    if run is None:
        return
    if not run.done.is_set():
        _running(actor)
        return
    if run.error:
        notices.refused(run.error)
        if isinstance(run.refused, QueryRefused) and run.refused.where:
            st.html(_marked(run.refused.where))
        return
    with resources.current().store.read(actor) as tx:
        asked = service.require_own(tx, newest(actor))
    query_answer.draw_head(asked)
    rows = asked.answer.rows
    table, chart = st.tabs(["Tabell", "Diagram"])
    with table:
        st.html(query_answer.table(rows) if rows.height else '<p class="sr-tomside">Ingen rader.</p>')
    with chart:
        query_chart.draw(rows, f"sporring_{asked.nr}")


def _marked(where: Place) -> str:
    """The line that is wrong, with the word marked."""
    return (
        f'<p class="sr-sqlfeil">Linje {where.line}: {escape(where.before[-_BESIDE:])}<mark>{escape(where.word)}</mark>'
        f"{escape(where.after[:_BESIDE])}</p>"
    )


@fragment(run_every=0.5)
def _running(actor: Actor) -> None:
    """Say that the query runs, with the way to stop it; the page is drawn anew when it has ended."""
    run = background.newest(actor, QUERY)
    if run is None or run.done.is_set():
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'<p class="sr-ingress" role="status">{escape(run.step)}</p>', width="content")
        if run.stop is not None:
            st.button("Stopp", key="sporring_stopp", on_click=run.stop)


page.show(draw)

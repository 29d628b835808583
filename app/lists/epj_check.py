"""«Kontroll mot EPJ»: the hospital's own list against the register, on the page Innleverte registreringer (LC, SC).

The file is read in memory and forgotten when the user leaves the page; «Ta vare på tallene» stores only counts.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from app.lists import epj_result
from app.ui import notices
from app.web import resources
from checks import epj_file
from checks.errors import RegisterError
from ingest import units
from ingest.access import Actor, may, require
from ingest.lists import epj, epj_import

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

USUAL_DAYS, MOST_TYPED = 3, 999_999
_NONE = "– finnes ikke i filen –"
_KEPT = "epj_"
LEAD = (
    "Last opp sykehusets egen liste over henvisninger til smerteteamet (csv eller Excel, én linje per henvisning) og se "
    "hvilke pasienter som er registrert. Filen leses bare nå: ingenting av den lagres."
)


def forget() -> None:
    """Forget the file and what was found in it; called when another part of the page, or another user, comes."""
    for key in [key for key in st.session_state if str(key).startswith(_KEPT)]:
        del st.session_state[key]


def draw(actor: Actor) -> None:
    """Draw the upload, the choice of columns and tolerance, and what the check found."""
    st.html(f'<p class="sr-ingress">{escape(LEAD)}</p>')
    try:
        enhet = _unit(actor)
        turn = st.session_state.setdefault("epj_runde", 0)
        uploaded = st.file_uploader(
            f"Sykehusets liste (høyst {epj_import.MOST_BYTES // 1_000_000} MB)",
            type=["csv", "txt", "xlsx", "xlsm", "xls"],
            key=f"epj_fil_{turn}",
            max_upload_size=epj_import.MOST_BYTES // 1_000_000,
        )
        if uploaded is None:
            return
        table, notes = _table(uploaded)
        for note in notes:
            st.html(f'<p class="sr-ingress">{escape(note)}</p>')
        columns, days = _columns(table, uploaded.file_id)
        _check(actor, enhet, table, columns, days)
    except RegisterError as error:
        notices.refused(str(error))


def _unit(actor: Actor) -> str:
    """The RESH-id of the unit to check: the user's own, or the one that SC chooses."""
    require(actor, "kontrollere_epj")
    if not may(actor, "se_nasjonalt"):
        return actor.enhet
    with resources.current().store.read(actor) as tx:
        names = {u["resh"]: u["navn"] for u in units.all_units(tx)}
    own = list(names).index(actor.enhet) if actor.enhet in names else 0
    chosen = st.selectbox("Enhet", list(names), index=own, format_func=lambda r: names[r], width=420, key="epj_enhet")
    return str(chosen)


def _table(uploaded: UploadedFile) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The file as a table, read once, and what the user should know of how it was read."""
    known = st.session_state.get("epj_tabell")
    if known is None or known[0] != uploaded.file_id:
        known = (uploaded.file_id, epj_import.read_table(uploaded.getvalue()))
        st.session_state["epj_tabell"] = known
    return known[1]


def _columns(table: pl.DataFrame, file_id: str) -> tuple[dict[str, str | None], int]:
    """The column for each kind of value (guessed until the user chooses another), and how many days may differ."""
    guessed = epj_file.guess(table)
    columns: dict[str, str | None] = {}
    places = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
    for place, (field, label) in zip(places, epj_file.LABELS.items(), strict=False):
        options = [None, *table.columns]
        columns[field] = place.selectbox(
            label,
            options,
            index=options.index(guessed[field]),
            format_func=lambda name: name or _NONE,
            key=f"epj_kolonne_{field}_{file_id}",
        )
    # The field takes any number: the check refuses too many days in Norwegian, where Streamlit would do it in English.
    days = places[3].number_input(
        "Toleranse (dager)",
        -MOST_TYPED,
        MOST_TYPED,
        USUAL_DAYS,
        key="epj_dager",
        help="Hvor mange dager datoen i listen kan avvike fra datoen i registeret.",
    )
    return columns, int(days)


def _check(actor: Actor, enhet: str, table: pl.DataFrame, columns: dict[str, str | None], days: int) -> None:
    """Check when the file, a column or the tolerance has changed; drawing the page again makes no new check."""
    held = resources.current()
    question = (actor, enhet, st.session_state["epj_tabell"][0], tuple(columns.items()), days)
    known = st.session_state.get("epj_svar")
    if known is None or known[0] != question:
        with held.store.write(actor) as tx:
            lines, refused, doubled = epj_file.read(
                table, columns, today=tx.today, test_persons=held.settings.test_persons
            )
            known = (question, epj.check(tx, enhet, lines, days), refused, doubled)
        st.session_state["epj_svar"] = known
    _, checked, refused, doubled = known
    epj_result.figure(checked, refused, doubled)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Ta vare på tallene", type="primary", key="epj_behold", on_click=_keep, args=(actor, checked))
        st.button("Avslutt og glem listen", key="epj_glem", on_click=_end)
    st.html(
        '<p class="sr-ingress">Bare antall henviste og registrerte per måned og avdeling lagres, og vises som '
        "«registrert av henvist» på siden Dekningsgrad etter neste publisering. Tall for samme måneder erstattes.</p>"
    )
    epj_result.lines(checked, refused, doubled)


def _end() -> None:
    turn = st.session_state.get("epj_runde", 0)
    forget()
    st.session_state["epj_runde"] = turn + 1


def _keep(actor: Actor, checked: epj.Checked) -> None:
    try:
        with resources.current().store.write(actor) as tx:
            months = epj.keep(tx, checked)
    except RegisterError as error:
        notices.later(str(error))
        return
    notices.later(
        f"Tallene for {'én måned' if months == 1 else f'{months} måneder'} er lagret, og tas med på siden Dekningsgrad ved neste publisering."
    )

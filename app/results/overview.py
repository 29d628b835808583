"""The top of a page over the published tables: whose figures, which period, and when they were published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

import duckdb
import streamlit as st

from app.results import publishing
from app.results.charts import period
from app.ui import texts
from app.web import resources
from exports.figures import data
from ingest import units
from ingest.access import Actor, may, require

NATION = "Alle enheter"
_ALL = 0  # the choice «Alle»; not None, which would make Streamlit offer to clear the choice


@dataclass(frozen=True)
class Overview:
    """What a page shows: a cursor on the published file, whose forløp and what these are called (unit, avdeling and
    lokasjon), the months, when it was published, today.
    """

    con: duckdb.DuckDBPyConnection
    choice: data.Choice
    name: str
    period: data.Period
    published: datetime
    today: date

    @property
    def about(self) -> str:
        """Whose figures and which months: «Sykehuset, Gastro, des. 2025 – nov. 2026»."""
        return f"{self.name}, {self.period.words}"


def begin(actor: Actor, *, own_unit_first: bool, places: bool = False) -> Overview | None:
    """Let the user choose, and say what is shown; None, with a sentence on the page, when there is nothing to show.

    SC may choose any unit or all of them; others see their own. With `places` the user may choose an avdeling and a
    lokasjon of the unit too. Raises REG-060.
    """
    held = resources.current()
    con = publishing.published(actor)
    if con is None:
        return None
    with held.store.read(actor) as tx:
        today, names = tx.today, {u["resh"]: u["navn"] for u in units.all_units(tx)}
    unit = _unit(actor, names, own_unit_first)
    chosen = period.choose(today, data.first_month(con))
    choice, where = _place(con, unit) if places and unit else (data.Choice(unit), [])
    name = ", ".join([names.get(unit, unit) if unit else NATION, *where])
    with st.container(horizontal=True, vertical_alignment="center"):
        published = data.published_at(con)
        said = f"{name}, {chosen.words}. Sist publisert {texts.moment(published, today)}."
        st.html(f'<p class="sr-ingress">{escape(said)}</p>', width="content")
        publishing.button(actor)
    if not chosen.months:
        st.info("Perioden slutter før den begynner. Velg en senere sluttmåned.")
        return None
    return Overview(con, choice, name, chosen, published, today)


def visible_units(actor: Actor, units: Iterable[str]) -> list[str]:
    """The RESH-ids of ``units`` whose figures the actor may see, «» (the nation) first. REG-060 when there are none."""
    require(actor, "se_oversikt", actor.enhet)
    return ["", *units] if may(actor, "se_nasjonalt") else [actor.enhet]


def _unit(actor: Actor, names: dict[str, str], own_unit_first: bool) -> str | None:
    options = visible_units(actor, names)
    if options == [actor.enhet]:
        return actor.enhet
    first = options.index(actor.enhet) if own_unit_first and actor.enhet in options else 0
    chosen = st.selectbox(
        "Enhet",
        options,
        index=first,
        format_func=lambda resh: names.get(resh, NATION),
        width=420,
        key=f"oversikt_enhet_{own_unit_first}",
    )
    return chosen or None


def _place(con: duckdb.DuckDBPyConnection, unit: str) -> tuple[data.Choice, list[str]]:
    """The avdeling and lokasjon of the unit that the user chooses, and their names; «Alle» at first."""
    chosen, where = [], []
    columns = st.columns(2, width=420)
    for column, label, names in zip(columns, ("Avdeling", "Lokasjon"), data.places(con, unit), strict=True):
        chosen.append(
            column.selectbox(
                label,
                [_ALL, *names],
                format_func=lambda i, names=names: names.get(i, "Alle"),
                key=f"valgt_{label}_{unit}",
            )
        )
        if chosen[-1] != _ALL:
            where.append(names[chosen[-1]])
    return data.Choice(unit, *(None if place == _ALL else place for place in chosen)), where

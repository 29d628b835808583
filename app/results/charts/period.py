"""The period that Lokal oversikt and Dekningsgrad show: whole months, as the published tables hold them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from app.components.choice_row import choice_row
from app.components.field import mount
from app.ui import texts
from exports.figures.data import Period

YEAR, THIS, LAST, ALL, OWN = range(1, 6)
CHOICES = ((YEAR, "Siste 12 måneder"), (THIS, "I år"), (LAST, "I fjor"), (ALL, "Alle"), (OWN, "Egne måneder"))
_STATE = "periode"


def period(choice: int, today: date, first: date | None) -> Period:
    """The months of a choice. «Siste 12 måneder» ends with the month of `today`; «Alle» begins with that of `first`."""
    this = today.replace(day=1)
    if choice == THIS:
        return Period(date(today.year, 1, 1), this)
    if choice == LAST:
        return Period(date(today.year - 1, 1, 1), date(today.year - 1, 12, 1))
    if choice == ALL:
        return Period(min(first or this, this), this)
    back = today.year * 12 + today.month - 12
    return Period(date(back // 12, back % 12 + 1, 1), this)


def choose(today: date, first: date | None) -> Period:
    """Let the user choose a period. The choice holds on all pages of the browser tab."""
    choice = mount(choice_row("Periode", CHOICES, YEAR, key="periode_valg"), always=True)
    if choice != OWN:
        return period(choice, today, first)
    months = period(ALL, today, first).months
    usual = period(YEAR, today, first)
    state: dict[str, date] = st.session_state.setdefault(_STATE, {})
    start, end = st.columns(2, width=420)
    begin = start.selectbox(
        "Fra og med",
        months,
        format_func=texts.month,
        key="periode_fra",
        index=_place(months, state.get("fra", usual.first)),
    )
    last = end.selectbox(
        "Til og med",
        months,
        format_func=texts.month,
        key="periode_til",
        index=_place(months, state.get("til", usual.last)),
    )
    state |= {"fra": begin, "til": last}
    return Period(begin, last)


def running(months: Sequence[date], today: date) -> date | None:
    """The month of `today` if it is among `months`, else None: its figures are not complete yet."""
    this = today.replace(day=1)
    return this if this in months else None


def _place(months: list[date], month: date) -> int:
    return months.index(month) if month in months else 0

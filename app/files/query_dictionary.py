"""The dictionary beside a query: the tables of the published file, and what their columns and codes mean."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from app.ui import texts
from exports.queries import dictionary
from exports.queries.dictionary import Column

_CODES = 12  # codes of a column that are shown at once; the others are folded


def draw(file: Path) -> None:
    """Draw the choice of a table, the search among its columns, and the columns."""
    found = {table.name: table for table in dictionary.tables(file)}
    st.html('<h2 class="sr-undertittel">Ordbok</h2>')
    name = st.selectbox(
        "Tabell",
        list(found),
        key="ordbok_tabell",
        format_func=lambda n: f"{n} ({texts.count(found[n].rows, 'rad', 'rader')})",
    )
    table = found[name]
    if table.meaning:
        st.html(f'<p class="sr-ingress">{escape(table.meaning)}</p>')
    word = st.text_input("Finn kolonne", key="ordbok_sok", placeholder="navn eller spørsmål", max_chars=80).casefold()
    columns = [c for c in table.columns if word.strip() in f"{c.name} {c.meaning}".casefold()]
    said = texts.count(len(columns), "kolonne", "kolonner")
    st.html(
        f'<p class="sr-ingress" role="status">{said}</p>'
        f'<div class="sr-ordbok" tabindex="0" role="region" aria-label="Kolonnene i {escape(name)}">'
        f"<dl>{''.join(map(_column, columns))}</dl></div>"
    )


def _column(column: Column) -> str:
    codes = ""
    if column.codes:
        listed = [f"<b>{code}</b> {escape(text or '')}" for code, text in column.codes]
        codes = f"<p>{' · '.join(listed[:_CODES])}</p>"
        if listed[_CODES:]:
            codes += (
                f"<details><summary>{len(listed) - _CODES} koder til</summary>{' · '.join(listed[_CODES:])}</details>"
            )
    return (
        f'<dt><code>{escape(column.name)}</code> <span class="sr-dempet">{escape(column.type.lower())}</span></dt>'
        f"<dd>{escape(column.meaning)}{codes}</dd>"
    )

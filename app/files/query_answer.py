"""The answer of a query on the screen: how many rows, the files of it, and the rows as a table."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from app.files.query_files import result_address
from app.ui import links, texts
from exports.queries.service import Asked

SHOWN = 200
_LONG = 120  # characters of a text in a cell


def draw_head(asked: Asked) -> None:
    """Say how many rows there are and what was left out, with the links to the files."""
    files = " ".join(
        links.fetched(result_address(asked.nr, ending), said)
        for ending, said in (("csv", "csv"), ("parquet", "Parquet"))
    )
    st.html(
        f'<div class="sr-svarhode"><p role="status"><b>{escape(_counted(asked))}</b> {escape(_bounded(asked))}</p>'
        f"<div>{files}</div></div>"
    )


def _counted(asked: Asked) -> str:
    rows = asked.answer.rows
    return f"{texts.count(rows.height, 'rad', 'rader')}, {texts.count(rows.width, 'kolonne', 'kolonner')}."


def _bounded(asked: Asked) -> str:
    said = []
    if asked.answer.left_out:
        more = "Mer enn " if asked.answer.many else ""
        left = texts.count(asked.answer.left_out, "rad", "rader")
        said.append(f"{more}{left} til fikk ikke plass, og er verken her eller i filene.")
    if asked.answer.rows.height > SHOWN:
        said.append(f"De første {SHOWN} vises; filene har alle {texts.number(asked.answer.rows.height)}.")
    return " ".join(said)


def table(rows: pl.DataFrame) -> str:
    """The first rows as an HTML table."""
    numeric = [kind.is_numeric() for kind in rows.dtypes]
    head = "".join(
        f'<th scope="col"{_side(number)}>{escape(name)}</th>'
        for name, number in zip(rows.columns, numeric, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{_side(number)}>{_cell(value)}</td>" for value, number in zip(row, numeric, strict=True))
        + "</tr>"
        for row in rows.head(SHOWN).iter_rows()
    )
    return (
        '<div class="sr-rulle sr-svar" tabindex="0" role="region" aria-label="Svaret"><table class="sr-tabell">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _side(number: bool) -> str:
    return ' class="sr-tall"' if number else ""


def _cell(value: Any) -> str:
    text = shown(value)
    if value is None:
        return '<span class="sr-dempet">–</span>'
    return escape(text if len(text) <= _LONG else text[: _LONG - 1] + "…")


def shown(value: Any) -> str:
    """A value as the screen shows it: Norwegian decimals, whole numbers without spaces, as they stand in a query."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nei"
        case float() | Decimal():
            return f"{value:.6g}".replace(".", ",") if isinstance(value, float) else str(value).replace(".", ",")
        case datetime():
            return value.isoformat(" ", "seconds")
        case date():
            return value.isoformat()
    return str(value)

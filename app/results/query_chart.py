"""A simple chart of a query's answer: one column along the axis, one number upwards."""

from __future__ import annotations

from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from app.results.charts.look import CONFIG, Look, figure, look, plain
from app.ui import texts

MOST = 500
KINDS = ("Stolper", "Linje", "Punkter")


def draw(rows: pl.DataFrame, key: str) -> None:
    """Let the user choose kind and columns, and draw; say so when the answer has nothing to draw."""
    numbers = [name for name, kind in rows.schema.items() if kind.is_numeric()]
    if not numbers or rows.is_empty():
        st.html('<p class="sr-tomside">Et diagram trenger minst én rad og én kolonne med tall.</p>')
        return
    kind, x, y = st.columns(3)
    chosen = kind.selectbox("Diagram", KINDS, key=f"{key}_slag")
    along = x.selectbox("Bortover", rows.columns, key=f"{key}_x")
    others = [name for name in numbers if name != along] or numbers
    up = y.selectbox("Oppover", others, index=len(others) - 1, key=f"{key}_y")
    drawn = chart(rows, chosen, along, up, look(st.context.theme.type == "dark"))
    st.plotly_chart(drawn, theme=None, config=CONFIG | {"displayModeBar": False}, key=f"{key}_diagram")
    if chosen == KINDS[0] and rows.head(MOST)[along].is_duplicated().any():
        st.html(f'<p class="sr-ingress">Rader med samme «{escape(along)}» ligger oppå hverandre.</p>')
    if rows.height > MOST:
        st.html(f'<p class="sr-ingress">Diagrammet har de første {MOST} av {texts.number(rows.height)} rader.</p>')


def chart(rows: pl.DataFrame, kind: str, along: str, up: str, colours: Look) -> go.Figure:
    """The first rows as bars, a line or points, in our look."""
    shown = rows.head(MOST)
    x: list[Any] = shown[along].to_list()
    if not shown[along].dtype.is_numeric() and not shown[along].dtype.is_temporal():
        x = [plain(str(value)) if value is not None else "–" for value in x]
    y = shown[up].cast(pl.Float64).to_list()
    made = figure(plain(up), f"etter {plain(along)}", colours, height=340)
    if kind == KINDS[0]:
        made.add_bar(x=x, y=y, marker={"color": colours.unit})
    else:
        mode = "lines+markers" if kind == "Linje" else "markers"
        made.add_scatter(x=x, y=y, mode=mode, line={"color": colours.unit}, marker={"color": colours.unit, "size": 7})
    if kind == KINDS[0] or not shown[along].dtype.is_numeric():
        made.update_xaxes(type="date" if shown[along].dtype.is_temporal() else "category")
    made.update_yaxes(rangemode="tozero", showgrid=True, gridcolor=colours.line)
    return made

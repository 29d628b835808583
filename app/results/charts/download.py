"""A chart on a page: drawn, told in words for screen readers, its figures as a table, and to take along.

PNG and SVG are made by the browser from the chart it shows; the csv comes with the page, so that no address gives
figures to anybody else. A file leaves the page that says whose figures and which months it is of, so it carries that
with it: a picture at the bottom, the csv in a column of its own.
"""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from app.components.hosted import hosted_component
from app.results.charts.as_table import as_csv, as_rows
from app.results.charts.template import CONFIG, look, plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

ABOUT = "Gjelder"  # the csv's column

_component = hosted_component("smertereg_diagram", "chart_tools.js")


def show(
    figure: go.Figure, table: pl.DataFrame, *, key: str, name: str, about: str, place: DeltaGenerator | None = None
) -> None:
    """Draw `figure` with its text alternative and «Last ned: PNG · SVG · CSV» under it.

    `table` holds the figures that are drawn, its columns named for the reader (numbers, text, or first days of
    months). `key` is unique on the page. `name` is the beginning of the files' names: «tilsyn» gives tilsyn.png.
    `about` says whose figures and which months, for the files.
    """
    colours = look(st.context.theme.type == "dark")
    with place or st.container():
        st.plotly_chart(figure, theme=None, config=CONFIG, key=key)
        title = figure.layout.title  # pyright: ignore[reportAttributeAccessIssue]
        _component(
            key=f"{key}_verktoy",
            data={
                "diagram": key,
                "navn": name,
                "tittel": _words(title.text.removeprefix("<b>").removesuffix("</b>")),
                "undertittel": _words(title.subtitle.text or ""),
                "kolonner": table.columns,
                "rader": as_rows(table),
                "csv": as_csv(table.with_columns(pl.lit(about).alias(ABOUT))),
                "om": plain(about),
                "omFarge": colours.quiet,
                # A file has to be readable where there is no page behind it.
                "bakgrunn": colours.surface,
            },
        )


def _words(text: str) -> str:
    """Plotly's text as a reader hears it."""
    return unescape(text.replace("<br>", " "))

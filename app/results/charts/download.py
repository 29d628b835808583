"""A chart on a page: the drawing, a text for screen readers, the figures as a table, and files to download.

The browser makes PNG and SVG from the chart it shows. The csv comes with the page, so that no address gives the figures
to anybody else. The page says whose figures and which months a chart shows; a downloaded file is read without the page,
so a picture says it at the bottom, and the csv in a column of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape, unescape
from typing import TYPE_CHECKING

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from app.components.hosted import hosted_component
from app.results.charts.as_table import as_csv, as_rows
from app.results.charts.look import CONFIG, look, plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

ABOUT = "Gjelder"  # the csv's column

_component = hosted_component("smertereg_diagram", "chart_tools.js")


def show(
    figure: go.Figure,
    table: pl.DataFrame,
    *,
    key: str,
    name: str,
    about: str,
    notes: Sequence[str] = (),
    place: DeltaGenerator | None = None,
) -> None:
    """Draw `figure` with its text alternative and «Last ned: PNG · SVG · CSV» under it.

    `table` holds the figures that are drawn, its columns named for the reader (numbers, text, or first days of months).
    `key` is unique on the page. `name` is the files' name without its ending: «tilsyn» gives tilsyn.png. `about` says in
    the files whose figures they hold and of which months. `notes` are sentences under the chart.
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
                # A picture has no page behind it, so it needs a background of its own to be readable.
                "bakgrunn": colours.surface,
            },
        )
        if notes:
            st.html(f'<p class="sr-ingress">{escape(" ".join(notes))}</p>')


def _words(text: str) -> str:
    """Plotly's text without its HTML, as a screen reader is to say it."""
    return unescape(text.replace("<br>", " "))

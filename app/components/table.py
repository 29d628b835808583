"""A table that the server sorts, with links and small buttons in its cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.components.hosted import hosted_component

_component = hosted_component("smertereg_tabell", "table.js")


@dataclass(frozen=True)
class Column:
    """A column. ``sorts`` is the sort order that a click on the heading asks for; empty when there is none."""

    title: str
    sorts: str = ""
    number: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell: plain ``text``, a link to one of our pages, or a button that sends ``event`` with the row's id."""

    text: str
    href: str = ""
    button: str = ""
    event: str = ""


def table(
    columns: Sequence[Column],
    rows: Sequence[tuple[int, Sequence[Cell | str]]],
    *,
    key: str,
    caption: str,
    sorted_by: str = "",
    descending: bool = False,
    on_event: Callable[[dict[str, Any]], None],
) -> None:
    """Draw the table. Screen readers read ``caption``.

    `on_event` is called, before the run that follows, with {handling: sorter, kolonne} or {handling: a cell's event, id}.
    """

    def happened() -> None:
        event = (st.session_state[key] or {}).get("hendelse")
        if event:
            on_event(event)

    _component(
        key=key,
        data={
            "kolonner": [[c.title, c.sorts, c.number] for c in columns],
            "rader": [[number, [_cell(cell) for cell in cells]] for number, cells in rows],
            "tittel": caption,
            "sortert": sorted_by,
            "synkende": descending,
        },
        on_hendelse_change=happened,
    )


def _cell(cell: Cell | str) -> Mapping[str, str] | str:
    if isinstance(cell, str):
        return cell
    return {"tekst": cell.text, "lenke": cell.href, "knapp": cell.button, "hendelse": cell.event}

"""A list of files under a heading: what each is called, what it is for, and links to it."""

from __future__ import annotations

from html import escape

from app.files.archive import STARTER, STARTERS
from app.ui import links

BEGIN = "Begynn her"


def html(title: str, files: list[tuple[str, str, str]]) -> str:
    """The list as HTML: (name, what it is, links as HTML)."""
    items = "".join(
        f'<li><div><b>{escape(name)}</b><br><span class="sr-dempet">{escape(what)}</span></div><div>{where}</div></li>'
        for name, what, where in files
    )
    return f'<h2 class="sr-undertittel">{escape(title)}</h2><ul class="sr-filer">{items}</ul>'


def starters() -> str:
    """The programs that a statistician begins with, as HTML."""
    return html(
        BEGIN,
        [
            (name, what, links.fetched(STARTER.replace("{navn}", name), f"Last ned {name}"))
            for name, what in STARTERS.items()
        ],
    )

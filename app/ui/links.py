"""Addresses of our pages, and links to them that change page without loading everything again."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

START = "/"


def form(forlop_id: int, skjema: str) -> str:
    return "/skjema?" + urlencode({"forlop": forlop_id, "skjema": skjema})


def po(pasient_id: int, forlop_id: int | None = None) -> str:
    query = {"pasient": pasient_id} | ({"forlop": forlop_id} if forlop_id else {})
    return "/personopplysninger?" + urlencode(query)


def history(pasient_id: int) -> str:
    return "/pasienthistorikk?" + urlencode({"pasient": pasient_id})


def log(pasient_id: int) -> str:
    return "/logg?" + urlencode({"pasient": pasient_id})


def identity(pasient_id: int | None = None, med: int | None = None, onske: int | None = None) -> str:
    """«Rett identitet»: of a patient, beside another (``med``), because of a request (``onske``)."""
    query = {"pasient": pasient_id, "med": med, "onske": onske}
    return "/rett_identitet?" + urlencode({name: value for name, value in query.items() if value is not None})


def reservation(pasient_id: int | None = None) -> str:
    """«Reservasjoner»: the cases, or one patient's reservation."""
    return "/reservasjoner" + (f"?{urlencode({'pasient': pasient_id})}" if pasient_id else "")


def link(href: str, html: str, *, css: str = "", label: str | None = None) -> str:
    """A link as HTML. `html` is HTML already; `label` is read by screen readers and shown on hover."""
    said = f' title="{escape(label)}" aria-label="{escape(label)}"' if label else ""
    return f'<a class="{css}" href="{escape(href)}" target="_self" data-sr-side{said}>{html}</a>'


def fetched(href: str, text: str, *, shown: bool = False) -> str:
    """A link to a file that looks like a button; with `shown` it opens in a new tab, for reading a PDF."""
    tab = ' target="_blank" rel="noopener"' if shown else ' target="_self" download'
    return f'<a class="sr-knapplenke" href="{escape(href)}"{tab}>{escape(text)}</a>'

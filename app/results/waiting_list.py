"""«Venter» on Lokal oversikt: how many forløp wait and for what, each with a link to the form that it waits for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import escape

from app.ui import links, texts
from checks.codebook import load
from ingest.lists.waiting import OPEN_DAYS, Lists, Waiting

SHOWN = 25


PART = (
    '<p class="sr-ingress">Bare avdelingen og lokasjonen du har valgt. Forløp der de ikke er oppgitt, er ikke med.</p>'
)


def html(lists: Lists, today: date, *, part: bool) -> str:
    """The four lists as HTML, each folded; an empty list says so.

    ``part`` tells that the lists are of an avdeling or lokasjon only, which is then said.
    """
    parts = (
        (f"Skjema åpne over {OPEN_DAYS} dager", lists.aapne, lambda d: _ago(d, today)),
        ("Samtykke mangler", lists.samtykke, lambda d: _ago(d, today)),
        ("Pasientskjema låses snart", lists.laases, lambda d: f"låses {texts.day(d)}"),
        ("Opioidskjema skal sendes", lists.opioid, lambda d: f"forfaller {texts.day(d)}"),
    )
    body = "".join(_part(title, waiting, said) for title, waiting, said in parts)
    return f'<h2 class="sr-undertittel">Venter nå</h2>{PART if part else ""}<div class="sr-venteliste">{body}</div>'


def _part(title: str, waiting: list[Waiting], said: Callable[[date], str]) -> str:
    if not waiting:
        return f'<p><b class="sr-antall sr-dempet">0</b> {escape(title)}</p>'
    lines = "".join(_line(one, said(one.dag)) for one in waiting[:SHOWN])
    if rest := len(waiting) - SHOWN:
        lines += f"<li>og {texts.number(rest)} til på arbeidslisten</li>" if rest > 0 else ""
    return (
        f'<details><summary><b class="sr-antall">{texts.number(len(waiting))}</b> {escape(title)}</summary>'
        f"<ul>{lines}</ul></details>"
    )


def _line(one: Waiting, said: str) -> str:
    name = load().skjema[one.skjema].navn
    where = f" · {escape(one.avdeling)}" if one.avdeling else ""
    link = links.link(links.form(one.forlop_id, one.skjema), f"Forløp {one.forlop_id}, {escape(name)}")
    return f'<li>{link}<span class="sr-dempet">{where} · {escape(said)}</span></li>'


def _ago(day: date, today: date) -> str:
    return f"startet for {texts.count((today - day).days, 'dag', 'dager')} siden"

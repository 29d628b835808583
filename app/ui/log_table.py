"""Rows of the log as a table for people: who did what, when, and what each value was changed from and to."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from app.ui import links, texts
from checks.codebook import load
from ingest.lists.innsyn import Event

_HEAD = ("Tid", "Hvem", "Enhet", "Hendelse", "PID", "Forløp og skjema", "Detaljer")
# Digests are for `smertereg check`, not for people.
_TECHNICAL = {"avtrykk", "forsegling"}
_FEW = 3


def html(events: list[Event], units: Mapping[str, str]) -> str:
    """The table as HTML, in the order given; `units` maps RESH-id to name."""
    columns = "".join(f'<th scope="col">{name}</th>' for name in _HEAD)
    rows = "".join(_row(event, units) for event in events)
    return (
        '<div class="sr-rulle"><table class="sr-tabell sr-logg"><thead><tr>'
        f"{columns}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(event: Event, units: Mapping[str, str]) -> str:
    who = f'{escape(event.navn)} <span class="sr-dempet">{escape(event.bruker)}, {escape(event.rolle)}</span>'
    patient = ""
    if event.pasient_id is not None:
        patient = links.link(links.log(event.pasient_id), str(event.pasient_id), label="Loggen for pasienten")
    cells = [
        texts.moment(event.tid),
        who,
        escape(units.get(event.enhet, event.enhet)),
        escape(event.hendelse),
        patient,
        escape(_where(event)),
        _details(event),
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _where(event: Event) -> str:
    form = event.skjema and load().skjema.get(event.skjema)
    parts = [f"FID {event.forlop_id}" if event.forlop_id else "", form.navn if form else ""]
    return " · ".join(part for part in parts if part)


def _details(event: Event) -> str:
    """What was changed, as HTML, folded when it is more than a few lines."""
    lines = [line for name, value in (event.detaljer or {}).items() for line in _lines(event, name, value)]
    said = "<br>".join(escape(line) for line in lines)
    if len(lines) <= _FEW:
        return said
    return f"<details><summary>{len(lines)} opplysninger</summary>{said}</details>"


def _lines(event: Event, name: str, value: Any) -> list[str]:
    if name in _TECHNICAL:
        return []
    if name == "endret" and isinstance(value, dict):
        return [_changed(event, variable, change) for variable, change in value.items()]
    if isinstance(value, dict) and value.keys() == {"fra", "til"}:
        return [_changed(event, name, value)]
    if isinstance(value, dict):
        value = ", ".join(f"{k} {v}" for k, v in value.items() if v is not None)
    if isinstance(value, list):
        value = ", ".join(str(v) for v in value)
    return [f"{name}: {_said(value)}"]


def _changed(event: Event, name: str, change: Any) -> str:
    if not isinstance(change, dict):
        return f"{name}: {change}"
    return f"{name}: {_answer(event, name, change['fra'])} → {_answer(event, name, change['til'])}"


def _answer(event: Event, name: str, value: Any) -> str:
    """The value with the text that the codebook has for it."""
    form = load().skjema.get(event.skjema or "")
    variable = form.variabler.get(name) if form else None
    if isinstance(value, list):
        return f"{len(value)} diagnoser"
    if variable is None or value is None or not variable.koder:
        return _said(value)
    text = variable.tekst(value)
    return text if text == str(value) else f"{value} ({text})"


def _said(value: Any) -> str:
    if value is None:
        return "tom"
    return {True: "ja", False: "nei"}.get(value, str(value)) if isinstance(value, bool) else str(value)

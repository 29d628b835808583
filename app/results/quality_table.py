"""The checks of data quality as a table: state, counts, and the states at earlier publishings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import polars as pl

from app.ui import texts
from exports.figures.controls import STATES, place, share
from ingest.results.quality import LOOKALIKES, catalogue
from ingest.store import OSLO

# Each state has a shape of its own, so that it can be told without colours.
_MARKS = {"avvik": "▲", "bestått": "✓", "ikke aktuelt": "–", "feil": "✕"}


@dataclass(frozen=True)
class Line:
    """A check at one unit; `before` is (when, state, share in words) of earlier publishings, the oldest first."""

    kontroll: str
    tittel: str
    sporsmaal: str
    alvor: str
    status: str
    kontrollert: int
    avvik: int
    mangler: str | None
    before: tuple[tuple[str, str, str], ...]


def lines(found: pl.DataFrame, history: Iterable[Mapping[str, Any]], alike: int) -> list[Line]:
    """The unit's checks: the published ones, and the look-alikes (`alike`: how many) now; the most serious first."""
    before: dict[str, list[tuple[str, str, str]]] = {}
    last: dict[str, Mapping[str, Any]] = {}
    for row in history:
        day = texts.day(row["tid"].astimezone(OSLO).date())
        before.setdefault(row["kontroll"], []).append((day, row["status"], share(row["avvik"], row["kontrollert"])))
        last[row["kontroll"]] = row
    made = [
        Line(
            r["kontroll"],
            r["tittel"],
            r["sporsmaal"],
            r["alvor"],
            r["status"],
            r["n_kontrollert"],
            r["n_avvik"],
            r["mangler"],
            tuple(before.get(r["kontroll"], ())),
        )
        for r in found.iter_rows(named=True)
    ]
    made.append(_alike(alike, last.get(LOOKALIKES), tuple(before.get(LOOKALIKES, ()))))
    return sorted(made, key=lambda line: (*place(line.status, line.alvor), line.tittel))


def _alike(now: int, last: Mapping[str, Any] | None, before: tuple[tuple[str, str, str], ...]) -> Line:
    check = catalogue().row(by_predicate=pl.col("kontroll") == LOOKALIKES, named=True)
    checked = max(int(last["kontrollert"]) if last else 0, now)
    status = "avvik" if now else "bestått" if checked else "ikke aktuelt"
    return Line(LOOKALIKES, check["tittel"], check["sporsmaal"], check["alvor"], status, checked, now, None, before)


def html(found: Iterable[Line]) -> str:
    """The table as HTML."""
    body = "".join(_row(line) for line in found)
    return (
        '<div class="sr-rulle"><table class="sr-tabell sr-kvalitet"><thead><tr><th scope="col">Tilstand</th>'
        '<th scope="col">Kontroll</th><th scope="col">Alvor</th><th scope="col" class="sr-tall">Avvik</th>'
        f'<th scope="col">Tidligere publiseringer</th></tr></thead><tbody>{body}</tbody></table></div>'
    )


def _row(line: Line) -> str:
    told = f"Variabler mangler: {escape(line.mangler)}" if line.mangler else share(line.avvik, line.kontrollert)
    earlier = "".join(
        f'<span class="sr-{_css(state)}" title="{escape(f"{day}: {STATES[state]}, {words}")}">{_MARKS[state]}</span>'
        for day, state, words in line.before
    )
    spoken = "; ".join(f"{day} {STATES[state].lower()}" for day, state, _ in line.before)
    return (
        f'<tr><td class="sr-{_css(line.status)}"><span aria-hidden="true">{_MARKS[line.status]}</span> '
        f'{STATES[line.status]}</td><td class="sr-bryt"><b>{escape(line.tittel)}</b><br>'
        f'<span class="sr-dempet">{escape(line.sporsmaal)}</span></td><td>{escape(line.alvor.capitalize())}</td>'
        f'<td class="sr-tall">{told}</td><td class="sr-tidligere"><span aria-hidden="true">{earlier}</span>'
        f'<span class="sr-lese">{escape(spoken)}</span></td></tr>'
    )


def _css(state: str) -> str:
    return {"avvik": "venter", "bestått": "ja", "ikke aktuelt": "ikke_aktuelt", "feil": "venter"}[state]

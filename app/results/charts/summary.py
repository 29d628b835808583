"""The month so far beside as many days of last month and of the same month last year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

import duckdb

from app.ui import texts
from app.ui.texts import MONTHS
from exports.figures.data import Choice, days


@dataclass(frozen=True)
class Span:
    """Days of one month, both included."""

    first: date
    last: date

    @property
    def words(self) -> str:
        """«1.–23. nov.»; the year is for the caller to add."""
        month = MONTHS[self.first.month - 1]
        return f"{self.first.day}.–{self.last.day}. {month}" if self.last > self.first else f"{self.first.day}. {month}"


def spans(day: date) -> tuple[Span, Span, Span]:
    """The month up to `day`, and the days up to the same date of last month and of the month a year ago.

    A month that is too short ends with its last day.
    """
    first = day.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    return (_until(first, day.day), _until(before, day.day), _until(first.replace(year=first.year - 1), day.day))


def _until(first: date, day: int) -> Span:
    end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return Span(first, min(end, first + timedelta(days=day - 1)))


def table(con: duckdb.DuckDBPyConnection, choice: Choice, day: date) -> str:
    """The comparison as an HTML table. `day` is the last day that the published tables cover whole."""
    periods = spans(day)
    counts = [days(con, choice, span.first, span.last) for span in periods]
    now, before, last_year = periods
    heads = (now.words, before.words, f"{last_year.words} {last_year.first.year}")
    lines = (
        ("Forløp startet", [texts.number(c["n_forlop"]) for c in counts]),
        ("Pasienten har fått tilsyn", [_share(c, "n_tilsett", "n_forlop") for c in counts]),
        ("Alle skjemaer ferdigstilt", [_share(c, "n_komplett", "n_forlop") for c in counts]),
        ("Dekningsgrad", [_share(c, "n_inklusjon_status", "n_inkl_krit_oppf") for c in counts]),
    )
    columns = "".join(f'<th scope="col" class="sr-tall">{escape(words)}</th>' for words in heads)
    body = "".join(
        f'<tr><th scope="row">{label}</th>' + "".join(f'<td class="sr-tall">{cell}</td>' for cell in cells) + "</tr>"
        for label, cells in lines
    )
    return (
        '<h2 class="sr-undertittel">Denne måneden</h2><div class="sr-rulle"><table class="sr-tabell"><thead><tr>'
        f'<th scope="col"><span class="sr-lese">Tall</span></th>{columns}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _share(counts: Mapping[str, int], part: str, whole: str) -> str:
    if not counts[whole]:
        return '<span class="sr-dempet">ingen</span>'
    share = texts.percent(counts[part], counts[whole])
    return f'{share} <span class="sr-dempet">({texts.number(counts[part])} av {texts.number(counts[whole])})</span>'

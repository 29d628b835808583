"""Which day's edition of the codebook a form is judged by.

A form is judged by the edition that was in force at the forløp's startdato (docs/adr/017).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from checks.codebook import Skjema, load

START = "StartdatoTO"
_PLACE = "~plass"


def judged_on(form: Skjema, answers: Mapping[str, Any], startdato: date | None, today: date) -> date:
    """The forløp's startdato; today while there is none.

    The form that asks for startdato (TO) is judged by its own answer while it is typed, not by the one saved before.
    """
    if START not in form.variabler:
        return startdato or today
    try:
        return date.fromisoformat(answers.get(START) or "")
    except (TypeError, ValueError):
        return today


def split(frame: pl.DataFrame, days: pl.Series) -> Iterator[tuple[date, pl.DataFrame]]:
    """The rows of each edition apart, with the edition's first day. ``days`` has the day each row is judged by."""
    changes = load().skifter
    edition = pl.Series(changes, dtype=pl.Date).search_sorted(days, side="right") if changes else None
    if edition is None or edition.n_unique() < 2:
        yield load().utgave_fra(days[0] if len(days) else date.min), frame
        return
    for place in edition.unique().sort():
        yield changes[place - 1] if place else date.min, frame.filter(edition == place)


def by_edition(
    frame: pl.DataFrame, days: pl.Series, work: Callable[[date, pl.DataFrame], pl.DataFrame]
) -> pl.DataFrame:
    """`work` done on the rows of each edition apart (``split``); the rows come back in the order they had.

    ``work`` gets the edition's first day and its rows, and gives back a row for each.
    """
    placed = frame.with_columns(pl.Series(_PLACE, range(frame.height)))
    done = [work(first, part.drop(_PLACE)).with_columns(part[_PLACE]) for first, part in split(placed, days)]
    return pl.concat(done).sort(_PLACE).drop(_PLACE)

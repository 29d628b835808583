"""One form for every forløp at once, and how drawn answers become stored ones: drafts cut short, computed, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from checks import validation
from checks.answers import Shape, shape
from checks.derived_frames import clear_hidden, derive_frame
from checks.edition_day import by_edition
from checks.errors import InvalidAnswers, Problem
from checks.violations import Level
from ingest.demo import pain
from ingest.demo.courses import Courses
from ingest.demo.draw import Array, Draw, days, only

ABSENT, EMPTY, DRAFT, COMPLETED = -2, -1, 0, 1
LEVELS: dict[Level, int] = {"ferdigstill": COMPLETED, "lagre": DRAFT}
_STATUS = "~status"


@dataclass(frozen=True)
class Documents:
    """One form for every forløp. ``status`` is ABSENT where the forløp has no such form; ``day`` is the day of saving."""

    skjema: str
    frame: pl.DataFrame
    status: Array
    day: Array
    smertediagnoser: pl.Series | None = None


@dataclass(frozen=True)
class Surroundings:
    """What the forms of one chunk are made from."""

    draw: Draw
    courses: Courses
    today: date
    born: pl.Series
    lokasjon: pl.Series
    avdeling: pl.Series
    entries: list[pain.Entry]


def finish(
    s: Surroundings,
    skjema: str,
    frame: pl.DataFrame,
    status: Array,
    day: Array,
    more: Mapping[str, pl.Series] | None = None,
    smertediagnoser: pl.Series | None = None,
) -> Documents:
    """Cut drafts short, compute, clear the answers to what is not asked, and check each form by its own status.

    Raises InvalidAnswers when a row breaks a rule of the codebook's edition at the forløp's startdato.
    """
    frame = _cut(s.draw, skjema, frame, status).with_columns(pl.Series(_STATUS, status), **(more or {}))

    def done(dag: date, part: pl.DataFrame) -> pl.DataFrame:
        part = clear_hidden(skjema, derive_frame(skjema, _asked(skjema, part, dag), dag=dag), dag)
        part = derive_frame(skjema, part, dag=dag)
        _check(shape(skjema, dag), part, s.today)
        return part

    frame = by_edition(frame, days(s.courses.start), done).drop(_STATUS, *(more or {}))
    return Documents(skjema, frame, status, day, smertediagnoser)


def beside(skjema: str, context: pl.DataFrame, earlier: Sequence[Documents]) -> pl.DataFrame:
    """``context`` with what the form's rules look at in the forms made before it."""
    before = {f"{made.skjema}.{name}": made.frame[name] for made in earlier for name in made.frame.columns}
    return context.with_columns(**{name: before[name] for name in shape(skjema).context if name in before})


def _asked(skjema: str, frame: pl.DataFrame, dag: date) -> pl.DataFrame:
    """The frame without answers to what the edition does not ask."""
    form = shape(skjema, dag)
    unasked = [n for n, v in form.columns.items() if not form.asks(v)]
    return frame.with_columns(pl.lit(None, dtype=frame.schema[n]).alias(n) for n in unasked)


def _check(form: Shape, frame: pl.DataFrame, today: date) -> None:
    """Raise InvalidAnswers when a row breaks a rule of its edition at its own level."""
    problems: list[Problem] = []
    for level, status in LEVELS.items():
        rows = validation.judged_columns(form, frame.filter(pl.col(_STATUS) == status), today)
        problems += validation.compile_checker(form, level).problems(rows)
    if problems:
        raise InvalidAnswers(tuple(problems))


def _cut(draw: Draw, skjema: str, frame: pl.DataFrame, status: Array) -> pl.DataFrame:
    """The frame with empty forms blanked, and drafts blanked from a question drawn by chance to the end."""
    if skjema == "to":
        return frame
    names = list(shape(skjema).columns)
    reach = np.where(status == DRAFT, draw.rng.uniform(0.15, 0.9, len(status)), np.where(status < DRAFT, 0.0, 1.0))
    reached = np.ceil(reach * len(names))
    return frame.with_columns(only(frame[n], reached > place).alias(n) for place, n in enumerate(names))

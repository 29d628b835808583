"""One form for every forløp at once, and how drawn answers become stored ones: drafts cut short, computed, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from checks import validation
from checks.answers import shape
from checks.derived_frames import clear_hidden, derive_frame
from checks.errors import InvalidAnswers
from ingest.demo import pain
from ingest.demo.courses import Courses
from ingest.demo.draw import Array, Draw, only

ABSENT, EMPTY, DRAFT, COMPLETED = -2, -1, 0, 1


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

    Raises InvalidAnswers when a row breaks a rule of the codebook.
    """
    frame = _cut(s.draw, skjema, frame, status).with_columns(**(more or {}))
    done = pl.Series(status == COMPLETED)
    frame = clear_hidden(skjema, derive_frame(skjema, frame))
    frame = derive_frame(skjema, frame).drop(list(more or {}))
    dated = validation.judged_columns(shape(skjema), frame, s.today)
    problems = validation.checker(skjema, "ferdigstill").problems(dated.filter(done))
    problems += validation.checker(skjema, "lagre").problems(dated.filter(pl.Series(status == DRAFT)))
    if problems:
        raise InvalidAnswers(tuple(problems))
    return Documents(skjema, frame, status, day, smertediagnoser)


def _cut(draw: Draw, skjema: str, frame: pl.DataFrame, status: Array) -> pl.DataFrame:
    """The frame with empty forms blanked, and drafts blanked from a question drawn by chance to the end."""
    if skjema == "to":
        return frame
    names = list(shape(skjema).columns)
    reach = np.where(status == DRAFT, draw.rng.uniform(0.15, 0.9, len(status)), np.where(status < DRAFT, 0.0, 1.0))
    reached = np.ceil(reach * len(names))
    return frame.with_columns(only(frame[n], reached > place).alias(n) for place, n in enumerate(names))

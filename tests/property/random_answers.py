"""Random answers to any form, valid and invalid, made from the codebook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from hypothesis import strategies as st

from checks.answers import Answers, Shape, shape, typed
from checks.codebook import Variabel, load
from checks.values import dtype

DAYS = st.dates(date(2020, 1, 1), date(2026, 11, 23)).map(date.isoformat)


def value(v: Variabel) -> st.SearchStrategy[Any]:
    """A value that the variable may have, or blank."""
    if v.type == "dato":
        return st.none() | DAYS
    if v.type == "avkrysning":
        return st.sampled_from([None, 0, 1])
    if v.koder:
        return st.none() | st.sampled_from([k.kode for k in v.koder])
    if v.type == "tall":
        low, high = v.hardt or (0, 100)
        return st.none() | st.integers(int(low), min(int(high), 500))
    return st.none()


def answers(skjema: str) -> st.SearchStrategy[dict[str, Any]]:
    """Documents of a form: each variable blank or with a possible value, whether or not it is visible."""
    return st.fixed_dictionaries({name: value(v) for name, v in shape(skjema).columns.items() if v.beregnes is None})


def context(skjema: str) -> st.SearchStrategy[dict[str, Any]]:
    """Random answers to the questions of other forms that this form looks at."""
    codebook = load()
    return st.fixed_dictionaries({n: value(codebook.variabel(n.partition(".")[2])) for n in shape(skjema).context})


def any_value(v: Variabel) -> st.SearchStrategy[Any]:
    """A value of the variable's type, or blank: one that it may have, or one just outside these."""
    kind = dtype(v)
    if kind == pl.Date():
        return st.sampled_from([None, "1899-12-31", "1900-01-01", "2026-11-22", "2026-11-23", "2026-11-24"]) | value(v)
    if kind == pl.String():
        return st.sampled_from([None, "M54.5", "0", "x"]) | value(v)
    low, high = v.hardt or (0, 100)
    beside = [None, 0, 1, -1, 9, 99, 4711, int(low), int(low) - 1, int(high), int(high) + 1]
    if kind == pl.Float64():
        beside += [low + 0.5, low + 0.25, high - 0.125, high + 0.1, 8.0, 16.0]
    return st.sampled_from(beside) | value(v)


def any_answers(skjema: str) -> st.SearchStrategy[dict[str, Any]]:
    """Documents of a form, valid and invalid. The computed variables are random too, since the gate takes them as given."""
    return st.fixed_dictionaries({name: any_value(v) for name, v in shape(skjema).columns.items()})


def frame(form: Shape, documents: Sequence[Answers], around: Sequence[Answers]) -> pl.DataFrame:
    """The documents as typed columns; every value must have the variable's type."""
    rows = []
    for document, context_ in zip(documents, around, strict=True):
        row, problems = typed(form, document, context_)
        assert not problems
        rows.append(tuple(row[name] for name in form.dtypes))
    return pl.DataFrame(rows, schema=form.dtypes, orient="row")

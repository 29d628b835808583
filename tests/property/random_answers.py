"""Random answers to any form, valid and invalid, made from the codebook."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from checks.answers import shape
from checks.codebook import Variabel, load

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

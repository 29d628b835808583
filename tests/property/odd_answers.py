"""What JSON can hold and no question asks, documents made of it, and what may stand in a stored document."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping
from datetime import date
from typing import Any
from unicodedata import category

from hypothesis import strategies as st

from checks import kodeverk
from checks.answers import shape
from checks.codebook import Variabel, load
from tests import support
from tests.property.random_answers import any_value


class Deep(list[Any]):
    """A list in a list in a list …, deeper than Python's own functions can go, which says so when it is printed."""

    def __init__(self, depth: int = 100_000) -> None:
        value: Any = 1
        for _ in range(depth):
            value = [value]
        super().__init__([value])

    def __repr__(self) -> str:
        return "Deep()"


NUMBERS = [float("nan"), float("inf"), float("-inf"), 10**400, -(10**400), 1e300, 2**63, -1, 0.5, 1.0, -0.0, 5e-324]
TEXTS = [
    "",
    "1",
    "true",
    "null",
    "\x00",
    "a\x00b",
    "\ud800",
    "1\udfff",
    "\x1b[2J",
    "x" * 5000,
    "2026-02-30",
    "0001-01-01",
]
TEXTS += ["9999-12-31", "2026-11-02T00:00", "20261102", "ja", "<b>", "' or 1=1 --", "{felt}", "M54.5", "M54.5\n"]
ODD = [True, False, *NUMBERS, *TEXTS, [], {}, [1], {"a": 1}, [[1]], [None], [{}], {"SmerteDiagID": 1}]
DEEP = Deep()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def odd() -> st.SearchStrategy[Any]:
    """A value that a forged message, a damaged file or a program with a fault may bring."""
    return st.sampled_from(ODD) | JSON | st.just(DEEP)


def value(v: Variabel) -> st.SearchStrategy[Any]:
    return any_value(v) | odd()


def rows() -> st.SearchStrategy[Any]:
    """Smertediagnoser: right ones with some columns replaced, and what is no list of rows."""
    (block,) = load().skjema["b11"].gjentatte
    columns = {v.navn: value(v) for v in block.kolonner}
    changed = st.fixed_dictionaries({}, optional=columns | {"Ukjent": odd()})
    row = changed.map(lambda given: {**support.DIAGNOSIS, **given})
    return st.lists(row, max_size=3) | odd()


def documents(skjema: str) -> st.SearchStrategy[dict[str, Any]]:
    """Documents of a form: the complete one, or nothing, with a few answers replaced by anything."""
    columns = {name: value(v) for name, v in shape(skjema).columns.items()}
    columns |= {block.navn: rows() for block in shape(skjema).skjema.gjentatte}
    names = st.lists(st.sampled_from([*columns]), min_size=1, max_size=4, unique=True)
    given = names.flatmap(lambda chosen: st.fixed_dictionaries({name: columns[name] for name in chosen}))
    unknown = st.dictionaries(st.text(st.characters(), max_size=8), odd(), max_size=1)
    base = st.sampled_from([{}, support.COMPLETE.get(skjema, {})])
    return st.builds(lambda first, more, other: {**first, **more, **other}, base, given, unknown)


def outside(
    skjema: str, svar: Mapping[str, Any], today: date, entries: Container[int] = (1, 2)
) -> Iterator[tuple[str, Any]]:
    """The stored answers that the codebook does not know, judged anew and without the gate's own code.

    ``entries`` are the numbers of the unit's lokasjoner and avdelinger.
    """
    form = load().skjema[skjema]
    json.dumps(svar, allow_nan=False).encode()
    blocks = {block.navn: block for block in form.gjentatte}
    for name, given in svar.items():
        if name in blocks:
            columns = {v.navn: v for v in blocks[name].kolonner}
            for row in given:
                yield from (
                    (n, x) for n, x in row.items() if n not in columns or not _fits(columns[n], x, today, entries)
                )
        elif given is not None and (
            name not in form.variabler or not _fits(form.variabler[name], given, today, entries)
        ):
            yield name, given


def _fits(v: Variabel, given: Any, today: date, entries: Container[int]) -> bool:
    if v.type == "dato":
        return _is_day(given) and date(1900, 1, 1) <= date.fromisoformat(given) <= today
    if v.type == "tekst" or v.lagres.startswith("varchar"):
        readable = isinstance(given, str) and all(category(c) not in ("Cc", "Cs") or c in "\n\r\t" for c in given)
        return readable and len(given) <= 4000 and (v.oppslag != "icd10" or kodeverk.icd10_text(given) is not None)
    if type(given) not in (int, float) or not abs(given) < 1e9:
        return False
    if v.type == "tall":
        # decisions: the ranges of the age, which is computed, never refuse a patient.
        low, high = v.hardt if v.hardt and v.beregnes is None else (-1e9, 1e9)
        return low <= given <= high
    if v.type == "avkrysning":
        return given in (0, 1)
    if v.koder:
        return given in {k.kode for k in v.koder}
    return given == int(given) and (v.oppslag is None or given in entries)


def _is_day(given: Any) -> bool:
    if not isinstance(given, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", given):
        return False
    try:
        date.fromisoformat(given)
    except ValueError:
        return False
    return True

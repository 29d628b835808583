"""Statements about the answers of a form, and the two engines that say whether they hold.

A statement is data: a condition of the codebook, or one of the facts below that violations are built of.
``expression`` makes it a Polars expression for whole frames, ``predicate`` a Python function for one form. Both read
the same statement, so that no rule is written twice; a property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from checks.conditions import Eller, Er, Ikke, Og


@dataclass(frozen=True)
class Stored:
    """The variable has one of the values, whether or not its question is shown."""

    variabel: str
    verdier: tuple[int | float | str, ...]


@dataclass(frozen=True)
class Blank:
    """The variable has no value."""

    variabel: str


@dataclass(frozen=True)
class Shown:
    """The question is shown. What is no question of the form itself (another form's answer) always is."""

    variabel: str


@dataclass(frozen=True)
class Column:
    """The value of another column, as the limit of a comparison; of a date so many days after it."""

    variabel: str
    dager: int = 0


Limit = float | date | Column


@dataclass(frozen=True)
class Under:
    """The value is less than the limit; never when one of them is blank."""

    variabel: str
    grense: Limit


@dataclass(frozen=True)
class Over:
    """The value is more than the limit; never when one of them is blank."""

    variabel: str
    grense: Limit


@dataclass(frozen=True)
class Finer:
    """The number has more decimals than this."""

    variabel: str
    desimaler: int


Fact = Stored | Blank | Shown | Under | Over | Finer
Statement = Er | Fact | Og["Statement"] | Eller["Statement"] | Ikke["Statement"]

Row = Mapping[str, Any]
Predicate = Callable[[Row, Container[str]], bool]
"""Whether a statement holds for typed values by column, and the names of the questions that are shown."""

_TOLERANCE = 1e-6


def expression(statement: Statement | None, shown: Callable[[str], pl.Expr | None] = lambda _: None) -> pl.Expr:
    """Compile to a boolean Polars expression without nulls; None always holds.

    ``shown`` gives the expression for when a question is shown, None for what always is. The answer of a hidden
    question counts as blank in a condition (``Er``), so that what hangs on it closes too.
    """
    match statement:
        case None:
            return pl.lit(True)
        case Er(variabel=name, verdier=values):
            hit, asked = expression(Stored(name, values)), shown(name)
            return hit if asked is None else hit & asked
        case Og(deler=parts):
            return pl.all_horizontal([expression(part, shown) for part in parts])
        case Eller(deler=parts):
            return pl.any_horizontal([expression(part, shown) for part in parts])
        case Ikke(del_=part):
            return ~expression(part, shown)
        case Shown(variabel=name):
            asked = shown(name)
            return pl.lit(True) if asked is None else asked
        case Blank(variabel=name):
            return pl.col(name).is_null()
        case _:
            return _compared(statement).fill_null(False)


def _compared(fact: Stored | Under | Over | Finer) -> pl.Expr:
    value = pl.col(fact.variabel)
    match fact:
        case Stored(verdier=values):
            return value.is_in(list(values))
        case Under(grense=limit):
            return value < _column(limit)
        case Over(grense=limit):
            return value > _column(limit)
        case Finer(desimaler=decimals):
            scaled = value * 10**decimals
            return (scaled - scaled.round()).abs() > _TOLERANCE


def _column(limit: Limit) -> pl.Expr:
    if not isinstance(limit, Column):
        return pl.lit(limit)
    return pl.col(limit.variabel) + pl.duration(days=limit.dager) if limit.dager else pl.col(limit.variabel)


def predicate(statement: Statement | None, own: Container[str]) -> Predicate:
    """Compile to a Python function of one row; ``own`` has the names of the form's own questions."""
    match statement:
        case None:
            return lambda row, shown: True
        case Er(variabel=name, verdier=values):
            hit = predicate(Stored(name, values), own)
            return (lambda row, shown: name in shown and hit(row, shown)) if name in own else hit
        case Og(deler=parts):
            every = [predicate(part, own) for part in parts]
            return lambda row, shown: all(holds(row, shown) for holds in every)
        case Eller(deler=parts):
            some = [predicate(part, own) for part in parts]
            return lambda row, shown: any(holds(row, shown) for holds in some)
        case Ikke(del_=part):
            holds = predicate(part, own)
            return lambda row, shown: not holds(row, shown)
        case Shown(variabel=name):
            return (lambda row, shown: name in shown) if name in own else (lambda row, shown: True)
        case _:
            return _fact(statement)


def _fact(fact: Stored | Blank | Under | Over | Finer) -> Predicate:
    name = fact.variabel
    match fact:
        case Blank():
            return lambda row, shown: row[name] is None
        case Stored(verdier=values):
            known = frozenset(values)
            return lambda row, shown: row[name] in known
        case Under(grense=limit):
            return _comparison(name, limit, lambda value, bound: value < bound)
        case Over(grense=limit):
            return _comparison(name, limit, lambda value, bound: value > bound)
        case Finer(desimaler=decimals):
            return lambda row, shown: row[name] is not None and _finer(row[name] * 10**decimals)


def _comparison(name: str, limit: Limit, compare: Callable[[Any, Any], bool]) -> Predicate:
    if not isinstance(limit, Column):
        return lambda row, shown: row[name] is not None and compare(row[name], limit)
    other, later = limit.variabel, timedelta(days=limit.dager)
    if later:
        return lambda row, shown: None not in (row[name], row[other]) and compare(row[name] - row[other], later)
    return lambda row, shown: row[name] is not None and row[other] is not None and compare(row[name], row[other])


def _finer(scaled: float) -> bool:
    return abs(scaled - round(scaled)) > _TOLERANCE

"""Validation: the gate that every write passes, and the same judgement for the form on the screen.

A form's violations (checks/violations.py) are compiled twice from one description: to Python for one form, to Polars
for whole frames. Pandera (checks/gate.py) stands around both. What is stored has passed ``Checker.check`` or
``Checker.problems``; the screen asks ``Checker.judge``, which is what ``check`` runs inside Pandera.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

import pandera.polars as pa
import polars as pl

from checks import answers as ans
from checks import engines, gate, repeated
from checks.answers import Answers, Shape
from checks.errors import Problem, problem
from checks.violations import TODAY, Level, Violation, asked_after, held, unusual, violations

# What the user is asked about once, and may say yes to.
ASKED, QUESTIONS = "REG-520", ("REG-012", "REG-520")
_DOCUMENT = {"svar": pl.Object(), "kontekst": pl.Object(), TODAY: pl.Date()}


@dataclass(frozen=True)
class Judgement:
    """What one form's answers show, and what is wrong with them."""

    shown: set[str]
    problems: list[Problem]


@dataclass(frozen=True)
class Checker:
    """All violations of a form at one level, with the two Pandera schemas that refuse them."""

    form: Shape
    violations: tuple[Violation, ...]

    def check(
        self, rows: Sequence[Answers], context: Sequence[Answers] | None = None, today: date | None = None
    ) -> list[Problem]:
        """The gate for documents: every problem of every row, none when they may be stored.

        ``today`` makes dates in the future wrong; None leaves that out.
        """
        around = context or [{}] * len(rows)
        columns = {"svar": list(rows), "kontekst": list(around), TODAY: [today] * len(rows)}
        documents = pl.DataFrame(columns, schema=_DOCUMENT)
        return gate.refused(self._documents, documents)

    def problems(self, frame: pl.DataFrame) -> list[Problem]:
        """The gate for typed columns (imports, the demo): every problem of every row, as ``check``.

        ``frame`` has the columns of ``Shape.dtypes`` and TODAY. Raises pandera's SchemaError for any other: that is
        our bug.
        """
        return gate.refused(self._columns, frame)

    def judge(
        self, answers: Answers, context: Answers | None = None, today: date | None = None, rad: int = 0
    ) -> Judgement:
        """One document: what is shown, and every problem with the values that have no type first."""
        values, found = ans.typed(self.form, answers, context, rad)
        found += repeated.problems(self.form.skjema, answers, rad)
        values[TODAY] = today
        shown, navn = self.form.shown(values), self.form.skjema.navn
        broken = [v for v, holds in self._predicates if holds(values, shown)]
        said = [v.problem(navn, values[v.variabel], rad, values[v.annen] if v.annen else None) for v in broken]
        return Judgement(shown, found + said)

    @cached_property
    def _predicates(self) -> tuple[tuple[Violation, engines.Predicate], ...]:
        return tuple((v, self.form.predicate(v.broken)) for v in (*self.violations, *held(self.form)))

    @cached_property
    def _expressions(self) -> tuple[pl.Expr, ...]:
        column = self.form.distinct[0]
        shown = {name: pl.col(column[name]) for name in self.form.columns}
        return tuple(engines.expression(v.broken, shown.get).alias(str(i)) for i, v in enumerate(self.violations))

    @cached_property
    def _documents(self) -> pa.DataFrameSchema:
        return gate.schema(_DOCUMENT, self._judge_documents)

    @cached_property
    def _columns(self) -> pa.DataFrameSchema:
        return gate.schema({**self.form.dtypes, TODAY: pl.Date()}, self._judge_columns)

    def _judge_documents(self, documents: pl.DataFrame) -> list[Problem]:
        rows = enumerate(documents.iter_rows())
        return [p for rad, (svar, kontekst, today) in rows for p in self.judge(svar, kontekst, today, rad).problems]

    def _judge_columns(self, frame: pl.DataFrame) -> list[Problem]:
        if not self.violations:
            return []
        hits = frame.with_columns(self.form.distinct[1]).select(self._expressions)
        some = hits.select(pl.all().any()).row(0)
        broken = [(v, hits[str(i)].arg_true()) for i, v in enumerate(self.violations) if some[i]]
        found = [v.problem(self.form.skjema.navn, frame[v.variabel][row], row) for v, rows in broken for row in rows]
        return sorted(found, key=lambda p: p.rad)


def checker(skjema_id: str, level: Level, dag: date | None = None) -> Checker:
    """The compiled checks of a form in the edition in force on a day (``answers.shape``)."""
    return compile_checker(ans.shape(skjema_id, dag), level)


@cache
def compile_checker(form: Shape, level: Level) -> Checker:
    return Checker(form, violations(form, level))


def judged_columns(form: Shape, frame: pl.DataFrame, today: date | None) -> pl.DataFrame:
    """The columns of a larger frame that ``Checker.problems`` judges, with the day it is held to be."""
    return frame.select(*form.dtypes, pl.lit(today, dtype=pl.Date).alias(TODAY))


def outside_soft(form: Shape, answers: Answers, context: Answers | None = None) -> dict[str, Problem]:
    """What is to be asked once about each variable with such a value: it is outside the usual range (REG-012; manual: «Ved
    avvik …»), or later than a date that it is asked about after (REG-520).
    """
    row, _ = ans.typed(form, answers, context)
    return {asked.variabel or "": asked for asked, holds in _soft(form) if holds(row, ())}


@cache
def _soft(form: Shape) -> tuple[tuple[Problem, engines.Predicate], ...]:
    """All that may be asked, and when; of two about one variable the later is told."""
    navn, columns = form.skjema.navn, form.columns
    found = [
        (problem("REG-012", skjema=navn, variabel=name, felt=v.ledetekst), form.predicate(statement))
        for name, v in columns.items()
        if form.asks(v) and (statement := unusual(v)) is not None
    ]
    for rule, late in asked_after(form):
        name = rule.variabler[0]
        asked = problem(ASKED, skjema=navn, variabel=name, felt=columns[name].ledetekst, melding=rule.melding)
        found.append((asked, form.predicate(late)))
    return tuple(found)

"""Answers as data: from the JSON of a document to typed values, and which questions are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import polars as pl

from checks import conditions, engines
from checks.codebook import Gjentatt, Skjema, Variabel, load
from checks.engines import Predicate, Statement
from checks.errors import Problem, problem
from checks.values import Reader, WrongType, dtype, quoted, reader, wrong_type

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Shape:
    """A form's columns with types, its context columns («to.Tilsett») and when each variable is visible."""

    skjema: Skjema
    columns: Mapping[str, Variabel]

    def asks(self, v: Variabel) -> bool:
        """Whether the question is part of the edition; one that is not has a column that stays empty."""
        return v.aktiv

    @cached_property
    def dtypes(self) -> dict[str, pl.DataType]:
        return {name: dtype(v) for name, v in self._variables.items()}

    @cached_property
    def readers(self) -> dict[str, Reader]:
        """What gives the answer of each column its type."""
        return {name: reader(v) for name, v in self._variables.items()}

    @cached_property
    def _variables(self) -> dict[str, Variabel]:
        return {**self.columns, **{name: load().variabel(name.partition(".")[2]) for name in self.context}}

    @cached_property
    def context(self) -> tuple[str, ...]:
        """Names of other forms' variables that this form's conditions and rules look at."""
        names = [n for v in self.columns.values() for n in conditions.variables(v.vises_naar)]
        names += [
            n
            for v in self.columns.values()
            if not isinstance(v.paakrevd, bool)
            for n in conditions.variables(v.paakrevd)
        ]
        names += [
            n for v in self.columns.values() if v.forhaandsvalg for n in conditions.variables(v.forhaandsvalg.naar)
        ]
        names += [n for r in self.skjema.regler for n in (*r.variabler, *((r.mot,) if r.mot else ()))]
        return tuple(dict.fromkeys(n for n in names if "." in n))

    @cached_property
    def visible(self) -> dict[str, pl.Expr]:
        """When each variable is shown: its own condition, and every question that condition hangs on is shown."""
        done: dict[str, pl.Expr] = {}

        def of(name: str) -> pl.Expr | None:
            if name not in self.columns:
                return None
            if name not in done:
                done[name] = engines.expression(self.columns[name].vises_naar, of)
            return done[name]

        for name in self.columns:
            of(name)
        return done

    @cached_property
    def distinct(self) -> tuple[Mapping[str, str], tuple[pl.Expr, ...]]:
        """The conditions of ``visible``, each once: variable to the name of its condition's column, and the columns.

        A form of 170 questions has some 25 conditions; computing each once is what makes a check quick.
        """
        names: dict[conditions.Betingelse | None, str] = {}
        columns = {name: names.setdefault(v.vises_naar, f"synlig.{len(names)}") for name, v in self.columns.items()}
        return columns, tuple(
            self.visible[name].alias(column) for column, name in {c: n for n, c in columns.items()}.items()
        )

    def predicate(self, statement: Statement | None) -> Predicate:
        """The statement about one form's values, compiled for ``row`` and ``shown``."""
        return engines.predicate(statement, self.columns)

    @cached_property
    def _stages(self) -> tuple[tuple[Predicate, tuple[str, ...]], ...]:
        """Each distinct condition with the questions it shows, after the conditions that it hangs on."""
        together: dict[conditions.Betingelse | None, list[str]] = {}
        for name, v in self.columns.items():
            together.setdefault(v.vises_naar, []).append(name)
        ordered: dict[conditions.Betingelse | None, None] = {}

        def place(condition: conditions.Betingelse | None) -> None:
            for name in conditions.variables(condition):
                if name in self.columns and self.columns[name].vises_naar not in ordered:
                    place(self.columns[name].vises_naar)
            ordered[condition] = None

        for condition in together:
            place(condition)
        return tuple((self.predicate(condition), tuple(together[condition])) for condition in ordered)

    def shown(self, row: engines.Row) -> set[str]:
        """The names of the questions shown for these typed values, as ``visible`` says for a frame."""
        found: set[str] = set()
        for holds, names in self._stages:
            if holds(row, found):
                found.update(names)
        return found

    @cached_property
    def automatic(self) -> dict[str, Predicate]:
        """When each variable with an automatic answer («forhaandsvalg») is to have it."""
        return {n: self.predicate(v.forhaandsvalg.naar) for n, v in self.columns.items() if v.forhaandsvalg}


@cache
def shape(skjema_id: str) -> Shape:
    """The shape of a form of the shipped codebook."""
    return shape_of(load().skjema[skjema_id])


def shape_of(skjema: Skjema) -> Shape:
    return Shape(skjema, skjema.variabler)


@cache
def repeated_shape(skjema_id: str, navn: str) -> Shape:
    """The shape of one row of a repeated block, selectors included."""
    skjema = load().skjema[skjema_id]
    block: Gjentatt = next(g for g in skjema.gjentatte if g.navn == navn)
    return Shape(Skjema(skjema.id, skjema.navn, block.navn, block.tabell, 1, (), ()), {v.navn: v for v in block.felt})


def typed(
    form: Shape, answers: Answers, context: Answers | None = None, rad: int = 0
) -> tuple[dict[str, Any], list[Problem]]:
    """The value of every column, and what could not be typed (REG-001, REG-009) or is no question (REG-008).

    A value that cannot be typed becomes None: the problem stands for it. ``context`` has other forms' answers as
    «skjema.variabel»; ``rad`` is the number that the problems carry.
    """
    repeated = {g.navn for g in form.skjema.gjentatte}
    problems = [
        problem("REG-008", skjema=form.skjema.navn, variabel=quoted(name), rad=rad, felt=quoted(name))
        for name in answers
        if name not in form.columns and name not in repeated
    ]
    values: dict[str, Any] = {}
    surrounding = context or {}
    for name, read in form.readers.items():
        own = name in form.columns
        value = answers.get(name) if own else surrounding.get(name)
        try:
            values[name] = read(value)
        except WrongType as wrong:
            values[name] = None
            if own:
                problems.append(wrong_type(form.skjema.navn, form.columns[name], value, wrong.code, rad))
    return values, problems


def normalised(form: Shape, svar: Answers) -> dict[str, Any]:
    """Answers without blanks, whole numbers as int; unknown keys are kept, so that they are refused."""
    given = {name: value for name, value in svar.items() if value not in (None, "", [])}
    whole = {n: int(v) for n, v in given.items() if isinstance(v, float) and v.is_integer() and n in form.columns}
    return {**given, **whole}


def prefilled(form: Shape, answers: Answers, context: Answers | None = None) -> dict[str, Any]:
    """The answers with the automatic ones («Fylles ut automatisk …») where nothing has been answered yet.

    A box is filled in only while no box of its question is ticked.
    """
    waiting = [n for n in form.automatic if not _answered(form, form.columns[n], answers)]
    return {**answers, **_due(form, waiting, answers, context)}


def without_lapsed(form: Shape, before: Answers, after: Answers, context: Answers | None = None) -> dict[str, Any]:
    """The answers without the automatic ones whose reason has gone since ``before`` (LAR after a changed 5 or 6)."""
    kept = [n for n in form.automatic if before.get(n) == after.get(n) == _automatic_answer(form, n)]
    lapsed = _due(form, kept, before, context).keys() - _due(form, kept, after, context).keys()
    return {k: v for k, v in after.items() if k not in lapsed}


def _due(form: Shape, names: Sequence[str], answers: Answers, context: Answers | None) -> dict[str, Any]:
    """The automatic answers among ``names`` whose condition holds."""
    if not names:
        return {}
    row, _ = typed(form, answers, context)
    shown = form.shown(row)
    return {n: _automatic_answer(form, n) for n in names if form.automatic[n](row, shown)}


def _automatic_answer(form: Shape, name: str) -> Any:
    given = form.columns[name].forhaandsvalg
    return given.verdi if given else None


def _answered(form: Shape, v: Variabel, answers: Answers) -> bool:
    if v.gruppe is None:
        return answers.get(v.navn) is not None
    return any(answers.get(n) for n, other in form.columns.items() if other.gruppe == v.gruppe)


def visible(form: Shape, answers: Answers, context: Answers | None = None) -> set[str]:
    """The names of the questions shown for these answers."""
    row, _ = typed(form, answers, context)
    return form.shown(row)


def cleared(
    form: Shape, answers: Answers, context: Answers | None = None
) -> tuple[dict[str, Any], tuple[Variabel, ...]]:
    """The answers without those of hidden questions, and the variables that were cleared.

    A hidden box that was never ticked is no answer, and is not reported. (Design: hidden values stay in the
    draft and are cleared at ferdigstilling, and the user is told which.)
    """
    shown = visible(form, answers, context)
    hidden = [v for name, v in form.columns.items() if name not in shown and answers.get(name) not in (None, "")]
    told = tuple(v for v in hidden if v.beregnes is None and not (v.type == "avkrysning" and answers[v.navn] == 0))
    gone = {v.navn for v in hidden}
    return {k: v for k, v in answers.items() if k not in gone}, told

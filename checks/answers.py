"""Answers as data: from the JSON of a document to typed values, and which questions are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

import polars as pl

from checks import conditions, engines
from checks.codebook import Codebook, Gjentatt, Regel, Skjema, Variabel, load
from checks.engines import Predicate, Statement
from checks.errors import Problem, problem
from checks.values import Reader, WrongType, dtype, quoted, reader, wrong_type

Answers = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Shape:
    """A form's columns with types, its context columns («to.Tilsett») and when each variable is visible.

    ``codebook`` is that of the edition the form is in. A question that the edition does not ask has a column, and is
    never visible.
    """

    skjema: Skjema
    columns: Mapping[str, Variabel]
    codebook: Codebook

    def asks(self, v: Variabel) -> bool:
        """Whether the question is part of the edition; one that is not has a column that stays empty."""
        return v.aktiv

    @cached_property
    def boxes(self) -> frozenset[str]:
        return frozenset(name for name, v in self.columns.items() if v.type == "avkrysning")

    @cached_property
    def dtypes(self) -> dict[str, pl.DataType]:
        return {name: dtype(v) for name, v in self.variables.items()}

    @cached_property
    def readers(self) -> dict[str, Reader]:
        """What gives the answer of each column its type, and of each date of another form that is held against this one. An
        answer of another form that the edition does not ask is blank.
        """
        around = {name: reader(v) if self.asks(v) else _blank for name, v in (self.variables | self.later).items()}
        return around | {name: reader(v) for name, v in self.columns.items()}

    @cached_property
    def computed_unasked(self) -> frozenset[str]:
        """The computed columns that are no part of the edition."""
        return frozenset(name for name, v in self.columns.items() if v.beregnes and not self.asks(v))

    @cached_property
    def variables(self) -> dict[str, Variabel]:
        return {**self.columns, **{name: self.codebook.variabel(name.partition(".")[2]) for name in self.context}}

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
        names += [v.mykt_mot for v in self.columns.values() if v.mykt_mot]
        names += [v.foreslaas.dag for v in self.columns.values() if v.foreslaas and "." in v.foreslaas.dag]
        names += [n for r in self.skjema.regler for n in (*r.variabler, *((r.mot,) if r.mot else ()))]
        return tuple(dict.fromkeys(n for n in names if "." in n))

    @cached_property
    def held(self) -> tuple[tuple[Skjema, Regel], ...]:
        """The rules of other forms by which a date of theirs may not be before one of this form's.

        They are this form's rules too, when it is judged alone: whichever of the two is saved, both are looked at. In
        frames every form is judged, and the other form's own rule is enough.
        """
        others = (form for form in self.codebook if form.id != self.skjema.id)
        return tuple((form, r) for form in others for r in form.regler if r.senest(self.skjema.id) in self.columns)

    @cached_property
    def later(self) -> dict[str, Variabel]:
        """The dates of other forms that ``held`` is about, as «b11.RegDato11»."""
        return {f"{form.id}.{r.variabler[0]}": form.variabler[r.variabler[0]] for form, r in self.held}

    @cached_property
    def surroundings(self) -> tuple[str, ...]:
        """Names of other forms' variables that the form is judged by when it is judged alone."""
        return tuple(dict.fromkeys((*self.context, *self.later)))

    @cached_property
    def visible(self) -> dict[str, pl.Expr]:
        """When each variable is shown: its own condition, and every question that condition hangs on is shown."""
        done: dict[str, pl.Expr] = {}

        def of(name: str) -> pl.Expr | None:
            if name not in self.columns:
                return None
            if name not in done:
                v = self.columns[name]
                done[name] = engines.expression(v.vises_naar, of) if self.asks(v) else pl.lit(False)
            return done[name]

        for name in self.columns:
            of(name)
        return done

    @cached_property
    def distinct(self) -> tuple[Mapping[str, str], tuple[pl.Expr, ...]]:
        """The conditions of ``visible``, each once: variable to the name of its condition's column, and the columns.

        A form of 170 questions has some 25 conditions; computing each once is what makes a check quick.
        """
        names: dict[tuple[bool, conditions.Betingelse | None], str] = {}
        columns = {
            name: names.setdefault((self.asks(v), v.vises_naar), f"synlig.{len(names)}")
            for name, v in self.columns.items()
        }
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
            together.setdefault(v.vises_naar, []).extend([name] if self.asks(v) else [])
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
        asked = {n: v.forhaandsvalg for n, v in self.columns.items() if v.forhaandsvalg and self.asks(v)}
        return {n: self.predicate(given.naar) for n, given in asked.items()}


def _blank(_value: Any) -> None:
    return None


def shape(skjema_id: str, dag: date | None = None) -> Shape:
    """The shape of a form in the edition in force on a day (``edition_day.judged_on``).

    Without a day, that of all times: for who needs the columns, and asks nothing.
    """
    codebook = load() if dag is None else load().utgave(dag)
    return shape_of(codebook.skjema[skjema_id], codebook)


@cache
def shape_of(skjema: Skjema, codebook: Codebook) -> Shape:
    return Shape(skjema, skjema.variabler, codebook)


@cache
def repeated_shape(skjema: Skjema, block: Gjentatt) -> Shape:
    """The shape of one row of a repeated block, selectors included."""
    row = Skjema(skjema.id, skjema.navn, block.navn, block.tabell, 1, (), ())
    return Shape(row, {v.navn: v for v in block.felt}, load())


def typed(
    form: Shape, answers: Answers, context: Answers | None = None, rad: int = 0
) -> tuple[dict[str, Any], list[Problem]]:
    """The value of every column, and what could not be typed (REG-001, REG-009) or is no question (REG-008).

    A value that cannot be typed becomes None: the problem stands for it. ``context`` has other forms' answers as
    «skjema.variabel», blank where the edition does not ask; ``rad`` is the number that the problems carry.
    """
    repeated = {g.navn for g in form.skjema.gjentatte}
    problems = [
        problem("REG-008", skjema=form.skjema.navn, variabel=quoted(name), rad=rad, felt=quoted(name), naar="")
        for name in answers
        if name not in form.columns and name not in repeated
    ]
    values: dict[str, Any] = {}
    surrounding = context or {}
    for name, read in form.readers.items():
        own = name in form.columns
        value = (answers if own else surrounding).get(name)
        try:
            values[name] = read(value)
        except WrongType as wrong:
            values[name] = None
            if own:
                problems.append(wrong_type(form.skjema.navn, form.columns[name], value, wrong.code, rad))
    return values, problems


def normalised(form: Shape, svar: Answers) -> dict[str, Any]:
    """Answers without blanks, whole numbers as int; unknown keys are kept, so that they are refused.

    A box is 1 or not there: its form and its question say whether that is a «no» (allevarnum).
    """
    given = {name: value for name, value in svar.items() if value not in (None, "", [])}
    whole = {n: int(v) for n, v in given.items() if isinstance(v, float) and v.is_integer() and n in form.columns}
    unticked = {n for n in form.boxes if given.get(n) == 0 and given[n] is not False}
    return {n: v for n, v in {**given, **whole}.items() if n not in unticked}


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
    return form.shown(typed(form, answers, context)[0])


def without_unasked(form: Shape, before: Answers, answers: Answers) -> tuple[dict[str, Any], tuple[Variabel, ...]]:
    """The answers without those to questions the edition does not ask that are as in ``before``, and their variables.

    They were right when they were given, under another startdato or another codebook, and nobody can take them away
    on the screen. An unticked box is no answer, and is not reported; nor is what was computed.
    """
    unasked = {n: v for n, v in form.columns.items() if not form.asks(v) and n in answers}
    gone = {n: v for n, v in unasked.items() if v.beregnes or answers[n] == before.get(n)}
    told = tuple(v for n, v in gone.items() if v.beregnes is None and (v.type != "avkrysning" or answers[n]))
    return {k: v for k, v in answers.items() if k not in gone}, told


def cleared(
    form: Shape, answers: Answers, context: Answers | None = None
) -> tuple[dict[str, Any], tuple[Variabel, ...]]:
    """The answers without those of hidden questions, and the variables that were cleared.

    A hidden box that was never ticked is no answer, and is not reported. Hidden values stay in the draft until the
    form is completed, and the user is told which were cleared. What the edition does not ask is left, to be refused.
    """
    shown = visible(form, answers, context)
    asked = {n: v for n, v in form.columns.items() if form.asks(v)}
    hidden = [v for n, v in asked.items() if n not in shown and answers.get(n) not in (None, "")]
    told = tuple(v for v in hidden if v.beregnes is None and not (v.type == "avkrysning" and answers[v.navn] == 0))
    gone = {v.navn for v in hidden}
    return {k: v for k, v in answers.items() if k not in gone}, told

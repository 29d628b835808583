"""Answers as data: from the JSON of a document to typed columns, and which questions are visible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

import polars as pl

from checks import conditions
from checks.codebook import Gjentatt, Skjema, Variabel, load
from checks.errors import Problem, problem

Answers = Mapping[str, Any]
_DTYPES: dict[str, pl.DataType] = {
    "dato": pl.Date(),
    "tall": pl.Float64(),
    "tekst": pl.String(),
    "stor_tekst": pl.String(),
}
_EXPECTED = {"dato": "en dato (dd.mm.åååå)", "tall": "et tall", "tekst": "en tekst", "stor_tekst": "en tekst"}


def dtype(v: Variabel) -> pl.DataType:
    """The Polars type a variable is checked as; codes are whole numbers."""
    if v.type == "liste" and v.lagres.startswith("varchar"):
        return pl.String()
    if v.type == "skjult" and v.lagres == "varchar":
        return pl.String()
    return _DTYPES.get(v.type, pl.Int64())


@dataclass(frozen=True, eq=False)
class Shape:
    """A form's columns with types, its context columns («to.Tilsett») and when each variable is visible.

    A question that is not asked in the form's edition has a column, and is never visible.
    """

    skjema: Skjema
    columns: Mapping[str, Variabel]

    @cached_property
    def dtypes(self) -> dict[str, pl.DataType]:
        own = {name: dtype(v) for name, v in self.columns.items()}
        return own | {name: dtype(load().variabel(name.partition(".")[2])) for name in self.context}

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
                v = self.columns[name]
                done[name] = conditions.expression(v.vises_naar, of) if v.aktiv else pl.lit(False)
            return done[name]

        for name in self.columns:
            of(name)
        return done

    @cached_property
    def distinct(self) -> tuple[Mapping[str, str], tuple[pl.Expr, ...]]:
        """The conditions of ``visible``, each once: variable to the name of its condition's column, and the columns.

        A form of 170 questions has some 25 conditions; computing each once is what makes a save quick.
        """
        names: dict[tuple[bool, conditions.Betingelse | None], str] = {}
        columns = {
            name: names.setdefault((v.aktiv, v.vises_naar), f"synlig.{len(names)}") for name, v in self.columns.items()
        }
        return columns, tuple(
            self.visible[name].alias(column) for column, name in {c: n for n, c in columns.items()}.items()
        )


def shape(skjema_id: str, dag: date | None = None) -> Shape:
    """The shape of a form in the edition in force on a day (``edition_day.judged_on``).

    Without a day, that of all times: for who needs the columns, and asks nothing.
    """
    codebook = load() if dag is None else load().utgave(dag)
    return shape_of(codebook.skjema[skjema_id])


@cache
def shape_of(skjema: Skjema) -> Shape:
    return Shape(skjema, skjema.variabler)


@cache
def repeated_shape(skjema: Skjema, block: Gjentatt) -> Shape:
    """The shape of one row of a repeated block, selectors included."""
    return Shape(Skjema(skjema.id, skjema.navn, block.navn, block.tabell, 1, (), ()), {v.navn: v for v in block.felt})


def frame(
    form: Shape, rows: Sequence[Answers], context: Sequence[Answers] | None = None
) -> tuple[pl.DataFrame, list[Problem]]:
    """Typed columns of many documents, and what could not be typed (REG-001, REG-008, REG-009).

    A value that cannot be typed becomes null in the frame: the problem stands for it. ``context`` has one
    mapping of «skjema.variabel» per row.
    """
    problems: list[Problem] = []
    data: dict[str, list[Any]] = {name: [] for name in form.dtypes}
    for index, row in enumerate(rows):
        problems += [
            problem("REG-008", skjema=form.skjema.navn, variabel=name, rad=index, felt=name, naar="")
            for name in row.keys() - form.columns.keys() - _block_names(form)
        ]
        for name, v in form.columns.items():
            value, wrong = _typed(v, row.get(name))
            if wrong:
                problems.append(_wrong_type(form, v, row.get(name), index, wrong))
            data[name].append(value)
        surrounding = context[index] if context else {}
        for name in form.context:
            value, _ = _typed(load().variabel(name.partition(".")[2]), surrounding.get(name))
            data[name].append(value)
    return pl.DataFrame(list(zip(*data.values(), strict=True)), schema=form.dtypes, orient="row"), problems


def _block_names(form: Shape) -> set[str]:
    return {g.navn for g in form.skjema.gjentatte}


def _wrong_type(form: Shape, v: Variabel, value: object, row: int, code: str) -> Problem:
    shown = "" if v.identifiserende else value
    return problem(
        code,
        skjema=form.skjema.navn,
        variabel=v.navn,
        rad=row,
        felt=label(v),
        verdi=shown,
        forventet=_EXPECTED.get(v.type, "et av svaralternativene"),
    )


def label(v: Variabel) -> str:
    """What a message calls the question."""
    return v.ledetekst.rstrip("?: ") or v.navn


def _typed(v: Variabel, value: Any) -> tuple[Any, str]:
    """The value in the column's type, or the code of what is wrong."""
    if value is None or value == "":
        return None, ""
    kind = dtype(v)
    if kind == pl.Date:
        if isinstance(value, date):
            return value, ""
        try:
            return date.fromisoformat(value), ""
        except (TypeError, ValueError):
            return None, "REG-009"
    if kind == pl.String:
        return (value, "") if isinstance(value, str) else (None, "REG-001")
    if isinstance(value, bool):
        return int(value), ""
    if isinstance(value, (int, float)) and value == value and abs(value) != float("inf"):
        if kind == pl.Float64:
            return float(value), ""
        if value == int(value):
            return int(value), ""
    return None, "REG-001"


def prefilled(form: Shape, answers: Answers, context: Answers | None = None) -> dict[str, Any]:
    """The answers with the automatic ones («Fylles ut automatisk …») where nothing has been answered yet.

    A box is filled in only while no box of its question is ticked.
    """
    waiting = {
        n: v.forhaandsvalg
        for n, v in form.columns.items()
        if v.forhaandsvalg and v.aktiv and not _answered(form, v, answers)
    }
    if not waiting:
        return dict(answers)
    data, _ = frame(form, [{k: v for k, v in answers.items() if k in form.columns}], [context or {}])
    due = data.select(**{n: conditions.expression(p.naar, form.visible.get) for n, p in waiting.items()})
    return {**answers, **{n: p.verdi for n, p in waiting.items() if due[n][0]}}


def without_lapsed(form: Shape, before: Answers, after: Answers, context: Answers | None = None) -> dict[str, Any]:
    """The answers without the automatic ones whose reason has gone since ``before`` (LAR after a changed 5 or 6)."""
    filled = {n: v.forhaandsvalg for n, v in form.columns.items() if v.forhaandsvalg}
    kept = {n: p for n, p in filled.items() if before.get(n) == after.get(n) == p.verdi}
    if not kept:
        return dict(after)
    rows = [{k: v for k, v in answers.items() if k in form.columns} for answers in (before, after)]
    data, _ = frame(form, rows, [context or {}] * 2)
    due = data.select(**{n: conditions.expression(p.naar, form.visible.get) for n, p in kept.items()})
    return {k: v for k, v in after.items() if not (k in kept and due[k].to_list() == [True, False])}


def _answered(form: Shape, v: Variabel, answers: Answers) -> bool:
    if v.gruppe is None:
        return answers.get(v.navn) is not None
    return any(answers.get(n) for n, other in form.columns.items() if other.gruppe == v.gruppe)


def visible(form: Shape, answers: Answers, context: Answers | None = None) -> set[str]:
    """The names of the questions shown for these answers."""
    data, _ = frame(form, [{k: v for k, v in answers.items() if k in form.columns}], [context or {}])
    condition, columns = form.distinct
    shown = data.select(columns).row(0, named=True)
    return {name for name, column in condition.items() if shown[column]}


def without_unasked(form: Shape, before: Answers, answers: Answers) -> tuple[dict[str, Any], tuple[Variabel, ...]]:
    """The answers without those to questions the edition does not ask that are as in ``before``, and their variables.

    They were right when they were given, under another startdato or another codebook, and nobody can take them away
    on the screen. An unticked box is no answer, and is not reported.
    """
    gone = {n: v for n, v in form.columns.items() if not v.aktiv and n in answers and answers[n] == before.get(n)}
    told = tuple(v for n, v in gone.items() if v.type != "avkrysning" or answers[n])
    return {k: v for k, v in answers.items() if k not in gone}, told


def cleared(
    form: Shape, answers: Answers, context: Answers | None = None
) -> tuple[dict[str, Any], tuple[Variabel, ...]]:
    """The answers without those of hidden questions, and the variables that were cleared.

    A hidden box that was never ticked is no answer, and is not reported. (Design: hidden values stay in the
    draft and are cleared at ferdigstilling, and the user is told which.) What is not asked in the form's edition is
    left, to be refused.
    """
    shown = visible(form, answers, context)
    hidden = [v for n, v in form.columns.items() if n not in shown and v.aktiv and answers.get(n) not in (None, "")]
    told = tuple(v for v in hidden if v.beregnes is None and not (v.type == "avkrysning" and answers[v.navn] == 0))
    gone = {v.navn for v in hidden}
    return {k: v for k, v in answers.items() if k not in gone}, told

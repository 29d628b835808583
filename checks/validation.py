"""The two levels of validation, compiled from the codebook to one frame-level Pandera check.

«Lagre» accepts what is unfinished but not what is wrong; «ferdigstill» demands what the manual demands.
The same compiled expressions check one form on the screen and a million rows of an import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.errors import SchemaError, SchemaErrors

from checks import answers as ans
from checks import conditions
from checks.answers import Answers, Shape, label
from checks.calculations import omeq
from checks.codebook import Behandlere, Flervalg, Kode, Opioidtabell, Regel, Variabel
from checks.codebook.words import dates
from checks.conditions import Betingelse
from checks.errors import Problem, problem

Level = Literal["lagre", "ferdigstill"]
TODAY = "kontekst.idag"
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True)
class Violation:
    """One way an answer can be wrong: ``broken`` is true for the rows that break it."""

    code: str
    variabel: str | None
    broken: pl.Expr
    say: Callable[[Any], Mapping[str, object]]


@dataclass(frozen=True)
class Checker:
    """All violations of a form at one level, with the Pandera schema that runs them."""

    form: Shape
    violations: tuple[Violation, ...]
    schema: pa.DataFrameSchema

    def problems(self, frame: pl.DataFrame) -> list[Problem]:
        """Every problem of every row; an empty list when the frame is right.

        Raises pandera's SchemaErrors for a column of another type than the codebook's: that is our bug.
        """
        prepared = frame.with_columns(self.form.distinct[1])
        try:
            self.schema.validate(prepared, lazy=True)
            return []
        except (SchemaError, SchemaErrors):
            found = self._found(prepared)
            if not found:
                raise
            return found

    def explain(self, frame: pl.DataFrame) -> list[Problem]:
        """``problems`` without Pandera around it, for the one form on the screen at every answer."""
        return self._found(frame.with_columns(self.form.distinct[1]))

    def _found(self, frame: pl.DataFrame) -> list[Problem]:
        hits = frame.select(v.broken.alias(str(i)) for i, v in enumerate(self.violations))
        found = []
        some = hits.select(pl.all().any()).row(0) if self.violations else ()
        for i, violation in enumerate(self.violations):
            for row in hits[str(i)].arg_true().to_list() if some[i] else ():
                value = frame[violation.variabel][row] if violation.variabel else None
                found.append(
                    problem(
                        violation.code,
                        skjema=self.form.skjema.navn,
                        variabel=violation.variabel,
                        rad=row,
                        **violation.say(value),
                    )
                )
        return sorted(found, key=lambda p: p.rad)


def checker(skjema_id: str, level: Level, dag: date | None = None) -> Checker:
    """The compiled checks of a form in the edition in force on a day (``answers.shape``)."""
    return compile_checker(ans.shape(skjema_id, dag), level)


@cache
def compile_checker(form: Shape, level: Level) -> Checker:
    found: list[Violation] = []
    for v in form.columns.values():
        if not v.aktiv:
            # A question of another edition: its column exists, and stays empty.
            say = _constant(felt=label(v), naar=_when(v))
            found.append(Violation("REG-008", v.navn, pl.col(v.navn).is_not_null(), say))
        elif v.beregnes is None:
            found += _value_checks(v)
    for section in form.skjema.seksjoner:
        for block in section.felt:
            if isinstance(block, Flervalg):
                found += _exclusive(block)
            if isinstance(block, Opioidtabell):
                found += _table_doses(block)
            if level == "ferdigstill" and isinstance(block, Flervalg | Behandlere) and block.minst_en:
                found += _at_least_one(form, block)
            if level == "ferdigstill" and isinstance(block, Opioidtabell) and block.minst_en:
                found.append(_at_least_one_dose(form, block))
    found += [_rule(form, r) for r in form.skjema.regler if not r.bare_ferdigstill or level == "ferdigstill"]
    if level == "ferdigstill":
        found += [_required(form, v) for v in form.columns.values() if v.besvares and v.paakrevd is not False]
    return Checker(form, tuple(found), _schema(form, tuple(found)))


def _schema(form: Shape, violations: Sequence[Violation]) -> pa.DataFrameSchema:
    """Two checks of the whole frame. One check per column would cost a tenth of a second for 170 columns."""
    kinds = {**form.dtypes, TODAY: pl.Date()}
    broken = [v.broken.any().alias(str(i)) for i, v in enumerate(violations)]

    def typed(data: PolarsData) -> bool:
        have = data.lazyframe.collect_schema()
        return all(have.get(name, kind) == kind for name, kind in kinds.items())

    def right(data: PolarsData) -> bool:
        return not broken or not any(data.lazyframe.collect().select(broken).row(0))

    return pa.DataFrameSchema(
        checks=[pa.Check(typed, name="typer", ignore_na=False), pa.Check(right, name="kodebok", ignore_na=False)]
    )


def _shown(form: Shape, name: str) -> pl.Expr:
    """Whether the question is shown, from the columns of ``Shape.distinct``."""
    return pl.col(form.distinct[0][name])


def _expression(form: Shape, condition: Betingelse | None) -> pl.Expr:
    return conditions.expression(condition, lambda n: _shown(form, n) if n in form.columns else None)


def check(
    skjema_id: str,
    rows: Sequence[Answers],
    level: Level,
    *,
    context: Sequence[Answers] | None = None,
    today: date | None = None,
    dag: date | None = None,
) -> list[Problem]:
    """Check documents of one form in the edition of ``dag``.

    ``today`` makes dates in the future wrong; None leaves that out.
    """
    form = ans.shape(skjema_id, dag)
    data, problems = ans.frame(form, rows, context)
    return problems + compile_checker(form, level).problems(with_today(data, today))


def with_today(frame: pl.DataFrame, today: date | None) -> pl.DataFrame:
    return frame.with_columns(pl.lit(today, dtype=pl.Date).alias(TODAY))


def _value_checks(v: Variabel) -> list[Violation]:
    value, found = pl.col(v.navn), []
    codes = list(v.koder)
    if v.type == "avkrysning":
        codes = [Kode(0, "nei"), Kode(1, "ja")]
    if codes:
        valid = [k.kode for k in codes if k.aktiv]
        expected = ", ".join(k.tekst or str(k.kode) for k in codes if k.tilbys)
        found.append(Violation("REG-002", v.navn, _true(~value.is_in(valid)), _values(v, expected)))
    if v.hardt:
        low, high = v.hardt
        expected = f"{norwegian(low)}–{norwegian(high)}" + (f" {v.enhet}" if v.enhet else "")
        outside = _true((value < low) | (value > high))
        found.append(Violation("REG-003", v.navn, outside, _values(v, expected)))
    if v.type == "tall":
        scaled = value * 10**v.desimaler
        expected = "et helt tall" if v.desimaler == 0 else f"høyst {v.desimaler} desimal"
        broken = _true((scaled - scaled.round()).abs() > 1e-6)
        found.append(Violation("REG-004", v.navn, broken, _values(v, expected)))
    if v.type == "dato":
        found.append(Violation("REG-009", v.navn, _true(value < EARLIEST), _values(v, "")))
        if v.beregnes is None:
            found.append(Violation("REG-013", v.navn, _true(value > pl.col(TODAY)), _values(v, "")))
    return found


def _when(v: Variabel) -> str:
    """« for dette forløpet (spørsmålet stilles fra 01.01.2027)»."""
    return f" for dette forløpet (spørsmålet stilles{dates(v.tid) or ' ikke'})"


def _exclusive(block: Flervalg) -> list[Violation]:
    found = []
    by_name = {v.navn: v for v in block.alternativer}
    for name in block.enevalg:
        others = [pl.col(o) == 1 for o in by_name if o != name]
        broken = _true((pl.col(name) == 1) & pl.any_horizontal(others))
        say = _constant(felt=block.ledetekst, verdi=by_name[name].ledetekst)
        found.append(Violation("REG-005", name, broken, say))
    return found


def _at_least_one(form: Shape, block: Flervalg | Behandlere) -> list[Violation]:
    boxes = [v for v in block.variabler if v.type == "avkrysning" and v.aktiv and v.tilbys]
    if not boxes:
        return []
    any_shown = pl.any_horizontal([pl.col(c) for c in dict.fromkeys(form.distinct[0][v.navn] for v in boxes)])
    none = ~pl.any_horizontal([_true(pl.col(v.navn) == 1) for v in boxes])
    return [Violation("REG-007", boxes[0].navn, any_shown & none, _constant(felt=block.ledetekst.rstrip("?: ")))]


def _table_doses(block: Opioidtabell) -> list[Violation]:
    """Buvidal: only the doses of the table, as the others have no equivalent."""
    found = []
    for row in block.rader:
        doses = omeq.buvidal_doses(row.stamme)
        if doses:
            expected = ", ".join(norwegian(d) for d in doses)
            outside = _true(~pl.col(row.dose.navn).is_in(list(doses)))
            found.append(Violation("REG-014", row.dose.navn, outside, _values(row.dose, expected)))
    return found


def _at_least_one_dose(form: Shape, block: Opioidtabell) -> Violation:
    doses = [row.dose.navn for row in block.rader]
    missing = _shown(form, doses[0]) & pl.all_horizontal([pl.col(d).is_null() for d in doses])
    return Violation("REG-007", doses[0], missing, _constant(felt=f"{block.ledetekst}: dose"))


def _required(form: Shape, v: Variabel) -> Violation:
    missing = pl.col(v.navn).is_null() & _shown(form, v.navn)
    if not isinstance(v.paakrevd, bool):
        missing &= _expression(form, v.paakrevd)
    return Violation("REG-007", v.navn, missing, _constant(felt=label(v)))


def _rule(form: Shape, rule: Regel) -> Violation:
    first = rule.variabler[0]
    shown = pl.any_horizontal([_shown(form, n) if n in form.columns else pl.lit(True) for n in rule.variabler])
    if rule.vilkaar is not None:
        broken = ~_expression(form, rule.vilkaar)
    elif rule.slag == "minst_en":
        broken = ~pl.any_horizontal([_true(pl.col(n) == 1) for n in rule.variabler])
    else:
        left, right = pl.col(first), pl.col(str(rule.mot))
        broken = left < right
        if rule.unntatt:
            broken &= ~left.is_in(list(rule.unntatt)) & ~right.is_in(list(rule.unntatt))
    variable = form.columns.get(first)
    say = _constant(felt=label(variable) if variable else first, melding=rule.melding)
    return Violation("REG-006", first, _true(broken) & shown, say)


def _true(expression: pl.Expr) -> pl.Expr:
    return expression.fill_null(False)


def _constant(**values: object) -> Callable[[Any], Mapping[str, object]]:
    return lambda _: values


def _values(v: Variabel, expected: str) -> Callable[[Any], Mapping[str, object]]:
    name = label(v)
    return lambda value: {"felt": name, "verdi": norwegian(value), "forventet": expected}


def norwegian(value: object) -> str:
    """A value as a Norwegian reader writes it."""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(value)


def outside_soft(form: Shape, answers: Answers) -> tuple[Variabel, ...]:
    """The variables whose value is outside the usual range, to be asked about once (manual: «Ved avvik …»)."""

    def unusual(v: Variabel) -> bool:
        value = answers.get(v.navn)
        return (
            v.mykt is not None
            and v.aktiv
            and v.beregnes is None
            and isinstance(value, int | float)
            and not v.mykt[0] <= value <= v.mykt[1]
        )

    return tuple(v for v in form.columns.values() if unusual(v))

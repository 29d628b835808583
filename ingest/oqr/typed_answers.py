"""One form of every forløp as typed answers: read from text, computed anew, and checked at its own level."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from checks import kodeverk, smertediagnoser, validation, written
from checks.answers import shape
from checks.codebook import Skjema, Variabel, load
from checks.derived_frames import PAIN_KINDS, derive_frame
from checks.edition_day import START, by_edition, split
from checks.errors import Problem, problem
from checks.forlop import COMPLETED, DRAFT, NEW
from checks.values import LARGEST, LONGEST, dtype, label
from checks.violations import Level
from ingest.oqr.findings import Finding
from ingest.oqr.read import lines_of, whole_number
from ingest.tables.table import LINE

ID, STATUS = "forlop_id", "status"
LEVELS: dict[Level, int] = {"ferdigstill": COMPLETED, "lagre": DRAFT}
_EXPECTED = {"tall": "et mulig tall med desimalkomma"}


@dataclass(frozen=True)
class Answers:
    """One form: ID, STATUS, LINE and the form's variables, a row for each forløp that has the form begun or not."""

    skjema: str
    frame: pl.DataFrame
    diagnoses: Mapping[int, list[dict[str, Any]]]


def typed(skjema: Skjema, tables: Mapping[str, pl.DataFrame], status: pl.DataFrame) -> tuple[Answers, list[Finding]]:
    """The form's answers in the codebook's types, and the values that have another type (REG-001, REG-009).

    `status` has ID, «skjema» and STATUS of every form of the package.
    """
    raw = lines_of(skjema, tables).with_columns(whole_number("MCEID").alias(ID))
    mine = status.filter(pl.col("skjema") == skjema.id).select(ID, STATUS)
    raw = mine.join(raw, on=ID, how="left", maintain_order="left")
    stored = {v.navn: v for v in skjema.uttrekk() if v.beregnes not in ("status", "kommentar")}
    frame, findings = _typed_columns(skjema, raw, stored)
    absent = [
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in shape(skjema.id).dtypes.items()
        if name not in frame.columns and "." not in name
    ]
    return Answers(skjema.id, frame.with_columns(absent), {}), findings


def _typed_columns(
    skjema: Skjema, raw: pl.DataFrame, stored: Mapping[str, Variabel], table: str = ""
) -> tuple[pl.DataFrame, list[Finding]]:
    findings = []
    columns = [pl.col(ID), pl.col(LINE)] + ([pl.col(STATUS)] if STATUS in raw.columns else [])
    for name, v in stored.items():
        columns.append(_parsed(v).alias(name))
    frame = raw.select(columns)
    for name, v in stored.items():
        lost = raw.filter(pl.col(str(v.fysisk)).is_not_null() & frame[name].is_null())
        for line, forlop, value in lost.select(LINE, ID, str(v.fysisk)).iter_rows():
            code = "REG-009" if v.type == "dato" else "REG-001"
            said = problem(code, felt=label(v), verdi=value, forventet=_EXPECTED.get(v.type, "en kode"))
            findings.append(Finding(table or skjema.tabell, line, forlop, name, code, said.melding))
    return frame, findings


def _parsed(v: Variabel) -> pl.Expr:
    column, kind = pl.col(str(v.fysisk)), dtype(v)
    if kind == pl.String:
        return pl.when(column.str.len_chars() <= LONGEST).then(column)
    read = _READERS.get(type(kind), _code)
    return column.map_batches(lambda texts: each(texts, read, kind), return_dtype=kind)


def each(texts: pl.Series, read: Callable[[str], Any], kind: pl.DataType) -> pl.Series:
    """The texts as ``read`` gives them, each different text read once."""
    values = {text: read(text) for text in texts.drop_nulls().unique()}
    return texts.replace_strict(values, default=None, return_dtype=kind) if values else texts.cast(kind)


def _number(text: str) -> float | None:
    # What is larger than any answer could not be computed with.
    found = written.number(text)
    return found if found is not None and abs(found) < LARGEST else None


def _code(text: str) -> int | None:
    found = _number(text)
    return int(found) if found is not None and found.is_integer() else None


_READERS: dict[type, Callable[[str], Any]] = {pl.Date: written.day, pl.Float64: _number}


def with_diagnoses(answers: Answers, tables: Mapping[str, pl.DataFrame]) -> tuple[Answers, list[Finding]]:
    """B 1.1 with its smertediagnoser, in the order of their numbers."""
    skjema = load().skjema["b11"]
    (block,) = skjema.gjentatte
    raw = tables[block.tabell].with_columns(whole_number("MCEID").alias(ID))
    frame, findings = _typed_columns(skjema, raw, {v.navn: v for v in block.kolonner}, block.tabell)
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in frame.sort(ID, block.noekkel.navn).drop(LINE).iter_rows(named=True):
        forlop = row.pop(ID)
        rows.setdefault(forlop, []).append({name: value for name, value in row.items() if value is not None})
    return Answers(answers.skjema, answers.frame, rows), findings


def computed(answers: Answers, every: Mapping[str, Answers], born: pl.DataFrame, today: date) -> Answers:
    """The answers of the begun forms with what the form computes; `born` has ID and the birth date."""
    frame = _with_context(answers, every)
    if answers.skjema == "to":
        frame = frame.join(born, on=ID, how="left", maintain_order="left")
    if answers.skjema == "b11":
        kinds = [[d.get("SmerteKat") for d in answers.diagnoses.get(n, [])] or None for n in frame[ID]]
        frame = frame.with_columns(pl.Series(PAIN_KINDS, kinds, dtype=pl.List(pl.Int64)))
    begun = frame.filter(pl.col(STATUS) > NEW)
    done = by_edition(
        begun, _judged_on(begun, every, today), lambda dag, part: derive_frame(answers.skjema, part, dag=dag)
    )
    return Answers(answers.skjema, done.select(answers.frame.columns), answers.diagnoses)


def checked(
    answers: Answers,
    every: Mapping[str, Answers],
    today: date,
    lists: Mapping[str, Collection[tuple[str, int]]],
    units: pl.DataFrame,
) -> list[Finding]:
    """Every rule of the codebook that the form breaks: a ferdigstilt one all of them, a draft those of «Lagre».

    `lists` has (unit, number) of the lokasjoner and avdelinger there are; `units` has ID and «enhet».
    """
    skjema = load().skjema[answers.skjema]
    frame = _with_context(answers, every)
    found: list[Finding] = []
    for first, part in split(frame, _judged_on(frame, every, today)):
        form = shape(answers.skjema, first)
        for level, status in LEVELS.items():
            rows = part.filter(pl.col(STATUS) == status)
            judged = validation.judged_columns(form, rows, today)
            problems = validation.compile_checker(form, level).problems(judged)
            found += [_finding(skjema, rows.row(p.rad, named=True), p) for p in problems]
    return found + _lookups(answers, skjema, lists, units) + _diagnoses(answers, skjema)


def _with_context(answers: Answers, every: Mapping[str, Answers]) -> pl.DataFrame:
    """The frame with the answers of other forms that its rules look at, as «to.Tilsett»."""
    frame = answers.frame
    for name in shape(answers.skjema).context:
        other, _, variable = name.partition(".")
        column = every[other].frame.select(ID, pl.col(variable).alias(name))
        frame = frame.join(column, on=ID, how="left", maintain_order="left")
    return frame


def _judged_on(rows: pl.DataFrame, every: Mapping[str, Answers], today: date) -> pl.Series:
    """The day whose edition of the codebook each row is judged by: the forløp's startdato, today without one."""
    start = every["to"].frame.select(ID, pl.col(START).alias("dag"))
    return rows.select(ID).join(start, on=ID, how="left", maintain_order="left")["dag"].fill_null(today)


def _finding(skjema: Skjema, row: Mapping[str, Any], p: Problem) -> Finding:
    return Finding(skjema.tabell, row[LINE] or 0, row[ID], p.variabel or "", p.code, p.melding)


def _lookups(
    answers: Answers, skjema: Skjema, lists: Mapping[str, Collection[tuple[str, int]]], units: pl.DataFrame
) -> list[Finding]:
    """Codes that are in no register: ICD-10, and the unit's own lists. A retired entry is valid here."""
    found = []
    rows = answers.frame.join(units, on=ID, how="left", maintain_order="left")
    for name, v in shape(answers.skjema).columns.items():
        if v.oppslag not in ("icd10", *lists):
            continue
        for row in rows.filter(pl.col(name).is_not_null()).select(ID, LINE, "enhet", name).iter_rows(named=True):
            if v.oppslag == "icd10":
                code = "REG-010" if kodeverk.icd10_text(str(row[name])) is None else ""
            else:
                code = "" if (row["enhet"], row[name]) in lists[v.oppslag] else "REG-011"
            if code:
                said = problem(code, skjema=skjema.navn, variabel=name, felt=label(v), verdi=row[name])
                found.append(_finding(skjema, row, said))
    return found


def _diagnoses(answers: Answers, skjema: Skjema) -> list[Finding]:
    if answers.skjema != "b11":
        return []
    return [
        _finding(skjema, row, p)
        for row in answers.frame.select(ID, LINE, STATUS).iter_rows(named=True)
        for p in _of_rows(answers.diagnoses.get(row[ID], []), complete=row[STATUS] == COMPLETED)
    ]


def _of_rows(rows: list[dict[str, Any]], *, complete: bool) -> list[Problem]:
    return smertediagnoser.check(rows, complete=complete) + smertediagnoser.numbered(rows)

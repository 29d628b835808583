"""One pain diagnosis while it is made: which choices are asked, and how they fill the stored row. Pure.

Driven by the codebook's repeated block: a selector («fyller») has no column of its own, its answer is the value of
the stored column. A change takes away what hung on the old choice (manual, B 1.1: question 3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from checks import answers as ans
from checks import code_lists, conditions, diagnoses, smertediagnoser
from checks.codebook import Gjentatt, Kode, Variabel, load
from checks.derived import ICD10_EDITION

Row = dict[str, Any]
CODE, TEXT, EDITION = "ICD10Kode", "ICD10Tekst", "ICD10Versjon"


def asked(block: Gjentatt, row: Mapping[str, Any]) -> tuple[Variabel, ...]:
    """The questions for a row as it stands, in order."""
    shape = ans.repeated_shape(load().skjema["b11"], block)
    shown = ans.visible(shape, {k: v for k, v in row.items() if k in shape.columns})
    return tuple(v for v in block.felt if v.besvares and v.navn in shown and options(v, row) != ())


def target(v: Variabel) -> str:
    """The stored column that a question fills."""
    return v.fyller or v.navn


def options(v: Variabel, row: Mapping[str, Any]) -> tuple[Kode, ...] | None:
    """The answers of a list, narrowed by what was chosen before; None for a search in a register."""
    if v.oppslag:
        return None
    if v.kortliste:
        rows = code_lists.read("kortlister")
        return tuple(Kode(r["kode"], r["tekst"]) for r in rows if r["variabel"] == v.kortliste and r["utgatt"] == "0")
    if v.avgrenses_av:
        allowed = {code for code, _, _ in smertediagnoser.subcategories(row.get(v.avgrenses_av) or 0)}
        return tuple(k for k in v.koder if k.kode in allowed)
    return tuple(k for k in v.koder if k.tilbys)


def chosen(v: Variabel, row: Mapping[str, Any]) -> Any:
    """The row's answer to a question, as the question's own code."""
    value = row.get(target(v))
    if value is not None and v.koder and isinstance(v.koder[0].kode, int):
        return int(value)
    return value


def choose(
    block: Gjentatt, row: Mapping[str, Any], v: Variabel, value: Any, text_of: Callable[[str], str | None]
) -> Row:
    """The row after an answer. ``text_of`` gives the text of an NCSP code."""
    column = target(v)
    stored = next(k for k in block.kolonner if k.navn == column)
    new = {**row, column: str(value) if value is not None and stored.lagres == "varchar" else value}
    for gone in _hang_on(block, row, column):
        new.pop(gone, None)
    new = {k: given for k, given in new.items() if given is not None}
    if column in (CODE, "DiagSubKat") or CODE not in new:
        new |= _text(new, text_of)
    return {k: given for k, given in new.items() if given is not None}


def _hang_on(block: Gjentatt, row: Mapping[str, Any], column: str) -> set[str]:
    """The stored columns whose questions, as now asked, look at this one, directly or through another."""
    found: set[str] = set()
    waiting = [column]
    now = [v for v in asked(block, row) if v.fyller]
    while waiting:
        name = waiting.pop()
        for v in now:
            looks_at = {*conditions.variables(v.vises_naar), v.avgrenses_av}
            if name in looks_at and target(v) not in found and target(v) not in (column, name):
                found.add(target(v))
                waiting.append(target(v))
    return found | ({TEXT, EDITION} if CODE in found else set())


def _text(row: Row, text_of: Callable[[str], str | None]) -> Row:
    code = row.get(CODE)
    if code is None:
        return {TEXT: None, EDITION: None}
    if row.get("SmerteKat") == smertediagnoser.ACUTE:
        if row.get("DiagKat") == smertediagnoser.SURGERY:
            return {TEXT: text_of(code), EDITION: None}
        return {TEXT: smertediagnoser.region_text(code, row.get("DiagSubKat")), EDITION: None}
    listed = next(
        (
            r["tekst"]
            for r in code_lists.read("kortlister")
            if r["kode"] == code and r["diagnosekat"] == str(row.get("DiagKat"))
        ),
        None,
    )
    return {
        TEXT: listed or diagnoses.icd10_text(code),
        EDITION: ICD10_EDITION if code != smertediagnoser.UNSPECIFIED else None,
    }


def missing(block: Gjentatt, row: Mapping[str, Any]) -> list[str]:
    """What has to be answered before the diagnosis can be added."""
    return [f"{v.ledetekst} mangler." for v in asked(block, row) if v.paakrevd is True and row.get(target(v)) is None]


def tidy(block: Gjentatt, row: Mapping[str, Any]) -> Row:
    """The row as stored: only columns whose questions were asked, and those that follow from the code."""
    kept = {target(v) for v in asked(block, row)} | {block.noekkel.navn}
    kept |= {TEXT, EDITION} if CODE in kept else set()
    return {k: v for k, v in row.items() if k in kept}


def next_id(rows: list[Row]) -> int:
    """A number no diagnosis of the form has had in this version."""
    return 1 + max((int(r.get("SmerteDiagID") or 0) for r in rows), default=0)

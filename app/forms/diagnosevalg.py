"""One smertediagnose while it is made: which questions are asked, and how the answers fill the stored row. Pure.

The questions are those of the codebook's repeated block. A question with «fyller» has no column of its own: its answer
is the value of the column that it fills. When an answer changes, the answers that depended on the old one are removed
(manual, B 1.1: question 3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from checks import answers as ans
from checks import code_lists, conditions, kodeverk, smertediagnoser
from checks.codebook import Gjentatt, Kode, Variabel, load
from checks.derived import ICD10_EDITION

Row = dict[str, Any]
CODE, TEXT, EDITION = "ICD10Kode", "ICD10Tekst", "ICD10Versjon"


def asked(block: Gjentatt, row: Mapping[str, Any]) -> tuple[Variabel, ...]:
    """The questions to ask when the row has these answers, in order."""
    shape = ans.repeated_shape(load().skjema["b11"], block)
    shown = ans.visible(shape, {k: v for k, v in row.items() if k in shape.columns})
    return tuple(v for v in block.felt if v.besvares and v.navn in shown and options(v, row) != ())


def target(v: Variabel) -> str:
    """The stored column that a question fills."""
    return v.fyller or v.navn


def options(v: Variabel, row: Mapping[str, Any]) -> tuple[Kode, ...] | None:
    """The answers to choose from, narrowed by earlier answers; None for a question with a search (ICD-10, NCSP)."""
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
    """The row's answer to a question, as a code of the question."""
    value = row.get(target(v))
    if value is not None and v.koder and isinstance(v.koder[0].kode, int):
        return int(value)
    return value


def choose(
    block: Gjentatt, row: Mapping[str, Any], v: Variabel, value: Any, text_of: Callable[[str], str | None]
) -> Row:
    """The row after the answer ``value`` to the question ``v``. ``text_of`` gives the text of an NCSP code."""
    column = target(v)
    stored = next(k for k in block.kolonner if k.navn == column)
    new = {**row, column: str(value) if value is not None and stored.lagres == "varchar" else value}
    for gone in _hang_on(block, row, column):
        new.pop(gone, None)
    new = {k: given for k, given in new.items() if given is not None}
    new |= _alone(block, new, column)
    if column in (CODE, "DiagSubKat") or CODE not in new:
        new |= _text(new, text_of)
    return {k: given for k, given in new.items() if given is not None}


def _alone(block: Gjentatt, row: Row, column: str) -> Row:
    """The subcategory that is the only one of the category just chosen: chosen with it, and undone as any other answer."""
    for v in asked(block, row):
        offered = options(v, row)
        if v.avgrenses_av == column and offered is not None and len(offered) == 1:
            return {target(v): offered[0].kode}
    return {}


def _hang_on(block: Gjentatt, row: Mapping[str, Any], column: str) -> set[str]:
    """The stored columns of the questions, among those asked now, that depend on ``column``, directly or through another."""
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
        TEXT: listed or kodeverk.icd10_text(code),
        EDITION: ICD10_EDITION if code != smertediagnoser.UNSPECIFIED else None,
    }


def missing(block: Gjentatt, row: Mapping[str, Any]) -> list[str]:
    """The questions that have to be answered before the diagnosis can be added."""
    return [f"{v.ledetekst} mangler." for v in asked(block, row) if v.paakrevd is True and row.get(target(v)) is None]


def tidy(block: Gjentatt, row: Mapping[str, Any]) -> Row:
    """The row as it is stored: only the columns whose questions are asked, and those that follow from the code."""
    kept = {target(v) for v in asked(block, row)} | {block.noekkel.navn}
    kept |= {TEXT, EDITION} if CODE in kept else set()
    return {k: v for k, v in row.items() if k in kept}


def next_id(rows: Sequence[Mapping[str, Any]]) -> int:
    """The number of a new diagnosis: one higher than the highest among ``rows``."""
    return 1 + max((int(r.get("SmerteDiagID") or 0) for r in rows), default=0)

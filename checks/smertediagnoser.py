"""One pain diagnosis (question 3 of B 1.1): how the choices lead to a stored row, and when a row is right.

Manual: «Diagnosekategorier og koder for Smertediagnoser». A row holds the physical columns of
``emp11_pain_diagnosis``; the short lists and body regions are only ways of choosing its code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from checks import code_lists, kodeverk
from checks.errors import Problem, problem

ACUTE, CHRONIC, PALLIATIVE, OTHER = 1, 2, 3, 4
SURGERY, INJURY, DISEASE, OTHER_ACUTE = 1, 2, 3, 9
CANCER = 2
UNSPECIFIED = "0"
EDITIONS = range(1999, 2100)
"""The years that an edition of a code list can be of; Norway has used ICD-10 since 1999."""
ROW = ("SmerteDiagID", "SmerteKat", "DiagKat", "DiagSubKat", "ICD10Kode", "ICD10Tekst", "ICD10Versjon", "HovedDiag")
Row = Mapping[str, Any]


@cache
def subcategories(diagkat: int) -> tuple[tuple[int, str, str], ...]:
    """(code, text, short-list name) of the subcategories of a chronic category."""
    rows = code_lists.read("diagnosesubkategori")
    return tuple((int(r["kode"]), r["tekst"], r["variabel"]) for r in rows if int(r["diagnosekat"]) == diagkat)


@cache
def short_list(subkat: int) -> tuple[kodeverk.Kode, ...]:
    """The codes offered under a subcategory; retired codes are left out."""
    name = next(r["variabel"] for r in code_lists.read("diagnosesubkategori") if int(r["kode"]) == subkat)
    rows = code_lists.read("kortlister")
    return tuple(kodeverk.Kode(r["kode"], r["tekst"]) for r in rows if r["variabel"] == name and r["utgatt"] == "0")


@cache
def regions() -> tuple[tuple[int, str, tuple[tuple[int, str], ...]], ...]:
    """(code, text, subdivisions) of the nine body regions; a subdivision is (code, text)."""
    found = []
    for r in code_lists.read("anatomi_region"):
        below = code_lists.read(r["underliste"]) if r["underliste"] else ()
        found.append((int(r["kode"]), r["tekst"], tuple((int(b["kode"]), b["tekst"]) for b in below)))
    return tuple(found)


def region_text(code: str, sub: int | None) -> str:
    """«Rygg» or «Rygg – Cervicalt»."""
    for number, text, below in regions():
        if str(number) == code:
            part = next((t for c, t in below if c == sub), None)
            return f"{text} – {part}" if part else text
    return code


def check(rows: Sequence[Row], *, complete: bool) -> list[Problem]:
    """What is wrong with the diagnoses of a form; with ``complete``, also what is missing.

    3b may stand empty for long-standing pain («Ved usikkerhet kan feltet stå tomt») and for palliative treatment
    without cancer; «Annet» registers nothing further.
    """
    found: list[Problem] = []
    for number, row in enumerate(rows, 1):
        found += _check_row(number, row, complete) or _beside(number, row)
    if complete and not rows:
        found.append(_missing("3. Smertediagnoser"))
    return found


def numbered(rows: Sequence[Row]) -> list[Problem]:
    """The rows that cannot be told apart (REG-256): their number is missing, is no number, or stands twice."""
    numbers = [row.get("SmerteDiagID") for row in rows]
    return [
        problem("REG-256", skjema="B 1.1", variabel="smertediagnoser", nr=place)
        for place, number in enumerate(numbers, 1)
        if not isinstance(number, int) or number < 1 or number in numbers[: place - 1]
    ]


def _missing(what: str) -> Problem:
    return problem("REG-007", skjema="B 1.1", variabel="smertediagnoser", felt=what)


def _wrong(number: int, value: object) -> Problem:
    return problem("REG-010", skjema="B 1.1", variabel="smertediagnoser", felt=f"Smertediagnose {number}", verdi=value)


def _check_row(number: int, row: Row, complete: bool) -> list[Problem]:
    kind, category, code = row.get("SmerteKat"), row.get("DiagKat"), row.get("ICD10Kode")
    where = f"Smertediagnose {number}"
    if kind not in (ACUTE, CHRONIC, PALLIATIVE, OTHER):
        return [_wrong(number, kind) if kind is not None else _missing(f"{where}: 3a) Smertekategori")]
    if kind == OTHER:
        extra = [row[n] for n in ROW[2:] if row.get(n) is not None]
        return [_wrong(number, v) for v in extra[:1]]
    found = []
    if row.get("HovedDiag") not in (0, 1):
        found.append(_missing(f"{where}: 3c) Hoveddiagnose"))
    if category is None:
        # Without a category nothing is asked that could give a code.
        found += [_wrong(number, row[n]) for n in ("DiagSubKat", "ICD10Kode") if row.get(n) is not None]
        needed = complete and kind == ACUTE
        return found + ([_missing(f"{where}: 3b) Diagnosekategori")] if needed else [])
    allowed = {ACUTE: (SURGERY, INJURY, DISEASE, OTHER_ACUTE), CHRONIC: range(1, 8), PALLIATIVE: (CANCER,)}[kind]
    if category not in allowed:
        return [*found, _wrong(number, category)]
    if code is None:
        needed = complete and not (kind == ACUTE and category == OTHER_ACUTE) and kind != CHRONIC
        return found + ([_missing(f"{where}: kode")] if needed else [])
    if not _known(kind, category, row.get("DiagSubKat"), str(code)):
        found.append(_wrong(number, code))
    return found


def _beside(number: int, row: Row) -> list[Problem]:
    """What stands beside the code of a row that is right: its subcategory, its text and the edition of its list."""
    kind, category, sub, edition = (row.get(n) for n in ("SmerteKat", "DiagKat", "DiagSubKat", "ICD10Versjon"))
    if kind in (CHRONIC, PALLIATIVE) and sub is not None and sub not in {c for c, _, _ in subcategories(category or 0)}:
        return [_wrong(number, sub)]
    # Of acute pain only a body region has subdivisions, which ``_known`` has looked at.
    if kind == ACUTE and sub is not None and (category not in (INJURY, DISEASE) or row.get("ICD10Kode") is None):
        return [_wrong(number, sub)]
    if edition is not None and edition not in EDITIONS:
        return [_wrong(number, edition)]
    text = row.get("ICD10Tekst")
    return [_wrong(number, text)] if text is not None and row.get("ICD10Kode") is None else []


def _known(kind: int, category: int, sub: object, code: str) -> bool:
    if kind == ACUTE:
        if category == SURGERY:
            return kodeverk.valid_ncsp(code)
        region = next((r for r in regions() if str(r[0]) == code), None)
        return region is not None and (sub is None or sub in {c for c, _ in region[2]})
    if category == CANCER:
        return kodeverk.is_c_diagnosis(code)
    listed = {r["kode"] for r in code_lists.read("kortlister") if int(r["diagnosekat"]) == category}
    return code in listed or (code != UNSPECIFIED and kodeverk.icd10_text(code) is not None)

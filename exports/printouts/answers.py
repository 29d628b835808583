"""A form's answers for people to read: the questions of each section with the texts of the answers, from the codebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from checks import kodeverk
from checks.codebook import load
from checks.codebook.model import Behandlere, Felt, Flervalg, Gjentatt, Opioidtabell, Variabel

Row = tuple[str, str]
EMPTY = "ikke besvart"


def sections(skjema: str, svar: Mapping[str, Any], places: Mapping[str, Mapping[int, str]]) -> list[dict[str, Any]]:
    """{tittel, rader: (question, answer)} for every section with an answer; unanswered questions are left out.

    ``places`` has the names of the unit's lokasjoner and avdelinger: kind -> id -> name.
    """
    found = []
    for part in load().skjema[skjema].seksjoner:
        rows = [row for field in part.felt for row in _rows(field, svar, places)]
        if rows:
            found.append({"tittel": part.tittel, "rader": rows})
    return found


def _rows(field: Felt, svar: Mapping[str, Any], places: Mapping[str, Mapping[int, str]]) -> Iterator[Row]:
    if isinstance(field, Variabel):
        if field.type not in ("skjult", "status") and svar.get(field.navn) is not None:
            yield field.ledetekst, said(field, svar[field.navn], places)
    elif isinstance(field, Flervalg):
        chosen = [v.ledetekst for v in field.alternativer if svar.get(v.navn)]
        if chosen:
            yield field.ledetekst, ", ".join(chosen)
    elif isinstance(field, Behandlere):
        for box, count in field.rader:
            if svar.get(box.navn):
                yield box.ledetekst, f"{field.antall_ledetekst}: {_number(svar.get(count.navn))}"
    elif isinstance(field, Opioidtabell):
        for row in field.rader:
            if svar.get(row.dose.navn) is not None:
                omeq = svar.get(row.omeq.navn)
                equal = f" ({_number(omeq)} mg OMEQ)" if omeq is not None else ""
                yield (f"{row.legemiddel} {row.form}".strip(), f"{_number(svar[row.dose.navn])} {row.enhet}{equal}")
        if svar.get(field.sum.navn) is not None:
            yield field.sum.ledetekst, f"{_number(svar[field.sum.navn])} mg OMEQ"
    elif isinstance(field, Gjentatt):
        for place, item in enumerate(svar.get(field.navn) or [], start=1):
            yield f"Diagnose {place}", _diagnosis(field, item)


def _diagnosis(field: Gjentatt, item: Mapping[str, Any]) -> str:
    """Kategori, code and text of a smertediagnose, and whether it is the hoveddiagnose (B 1.1, spørsmål 3)."""
    kind = next((v for v in field.felt if v.fyller == "SmerteKat"), None)
    parts = [
        kind.tekst(item.get("SmerteKat")) if kind else "",
        " ".join(str(item[name]) for name in ("ICD10Kode", "ICD10Tekst") if item.get(name)),
        "hoveddiagnose" if item.get("HovedDiag") else "",
    ]
    return ", ".join(part for part in parts if part)


def said(variable: Variabel, value: Any, places: Mapping[str, Mapping[int, str]]) -> str:
    """One answer in words: the text of a code, ja or nei for a box, dates and numbers as Norwegians write them."""
    if variable.oppslag and variable.oppslag in places:
        return places[variable.oppslag].get(value, str(value))
    if variable.oppslag == "icd10":
        return kodeverk.with_text(str(value))
    if variable.type == "avkrysning":
        return "Ja" if value else "Nei"
    if variable.koder:
        return variable.tekst(value)
    if variable.type == "dato":
        return f"{date.fromisoformat(value):%d.%m.%Y}"
    if isinstance(value, int | float):
        return f"{_number(value)} {variable.enhet}".strip()
    return str(value)


def _number(value: float | None) -> str:
    if value is None:
        return EMPTY
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)

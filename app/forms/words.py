"""The sentences of the form page, and how values are written. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from checks import kodeverk, smertediagnoser
from checks.codebook import Variabel, load
from checks.errors import Problem
from checks.values import norwegian


def value(v: Variabel, given: Any, lists: Mapping[str, Mapping[int, str]] | None = None) -> str:
    """An answer in words: the text of a code, dates and numbers as Norwegians write them; a dash without an answer."""
    if v.type == "avkrysning":
        return "Avkrysset" if given else "Ikke avkrysset"
    if given is None or given == "":
        return "–"
    if v.oppslag and lists and v.oppslag in lists:
        return lists[v.oppslag].get(given, str(given))
    if v.oppslag == "icd10":
        return kodeverk.with_text(str(given))
    if v.koder:
        return v.tekst(given)
    if v.type == "dato":
        return f"{date.fromisoformat(given):%d.%m.%Y}" if isinstance(given, str) else norwegian(given)
    text = norwegian(float(given)) if isinstance(given, int | float) else str(given)
    return f"{text} {v.enhet}".strip()


def difference(skjema: str, navn: str, given: Any, lists: Mapping[str, Mapping[int, str]]) -> tuple[str, str]:
    """(label, value) of one field in the comparison with a colleague's save."""
    if navn == "smertediagnoser":
        return "Smertediagnoser", "; ".join(diagnosis_text(row) for row in given or ()) or "–"
    v = load().skjema[skjema].variabler.get(navn)
    return (v.ledetekst, value(v, given, lists)) if v else (navn, str(given))


def given_answer(skjema: str, navn: str, given: Any, lists: Mapping[str, Mapping[int, str]]) -> tuple[str, str]:
    """(label, value) of an answer as its question gives it: a value, the boxes ticked, or values by variable."""
    variables = {v.navn: v for v in load().skjema[skjema].alle}
    match given:
        case dict():
            flat = {**given, **given.get("doser", {})}
            plain = {n: x for n, x in flat.items() if isinstance(x, str | int | float)}
            said = ", ".join(f"{_label(variables, n)} {x}" for n, x in plain.items())
        case list() | set():
            said = ", ".join(sorted(_label(variables, n) for n in given))
        case _:
            said = value(variables[navn], given, lists) if navn in variables else str(given)
    return _label(variables, navn), said or "–"


def _label(variables: Mapping[str, Variabel], navn: str) -> str:
    return variables[navn].ledetekst.rstrip("?: ") if navn in variables else navn


def diagnosis_category(row: Mapping[str, Any]) -> str:
    """«Akutt smerte – På grunn av kirurgi»."""
    kind, category = row.get("SmerteKat"), row.get("DiagKat")
    book = load()
    words = [book.variabel("Smertekategori3a").tekst(kind)]
    if category is not None:
        words.append(
            book.variabel("diagnosekat3b2" if kind == smertediagnoser.ACUTE else "diagnosekat3b1").tekst(category)
        )
    return " – ".join(words)


def diagnosis_text(row: Mapping[str, Any]) -> str:
    """One diagnosis in a line. A body region is told by its name alone; its code is no code of a classification."""
    region = row.get("SmerteKat") == smertediagnoser.ACUTE and row.get("DiagKat") in (2, 3)
    parts = [diagnosis_category(row), None if region else row.get("ICD10Kode"), row.get("ICD10Tekst")]
    return " ".join(str(p) for p in parts if p)


def clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def rounded(label: str, typed: float, kept: float, unit: str) -> str:
    """The sentence that tells that a value was rounded up (manual, B 2.2: «rundes opp til neste hele time»)."""
    return f"{norwegian(float(typed))} er rundet opp til {norwegian(float(kept))} {unit}".strip() + "."


def removed(variables: Sequence[Variabel]) -> str:
    """The sentence that names the hidden answers which were cleared when the form was completed."""
    if not variables:
        return ""
    names = ", ".join(f"«{v.ledetekst.rstrip('?: ')}»" for v in variables)
    return f"Svar som ikke lenger hører med, er fjernet: {names}."


def problem_lines(
    problems: Sequence[Problem], anchors: Mapping[str, str], headings: Mapping[str, str], forlop_id: int
) -> list[tuple[str | None, str]]:
    """(key of the field's element, sentence) of each problem, in the order of the screen, each sentence once.

    A question that stands under another one is named together with it.
    """
    order = list(anchors)
    ordered = sorted(problems, key=lambda p: order.index(p.variabel or "") if p.variabel in anchors else len(order))
    lines: dict[str, str | None] = {}
    for p in ordered:
        anchor = anchors.get(p.variabel or "")
        above = headings.get(anchor or "", "").rstrip("?: ")
        text = f"{above}: {_short(p)}" if above else _short(p)
        lines.setdefault(text, element_key(forlop_id, anchor) if anchor else None)
    return [(key, text) for text, key in lines.items()]


def _short(p: Problem) -> str:
    return (
        p.melding.removesuffix(" Svar på spørsmålet før skjemaet ferdigstilles.") if p.code == "REG-007" else p.melding
    )


def element_key(forlop_id: int, navn: str) -> str:
    """The key of a question's element. The name is enough, since names are unique across the forms of a forløp."""
    return f"felt-{forlop_id}-{navn}"

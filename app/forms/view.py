"""What a form shows for its answers: sections, questions, their level of indentation, what is wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from checks import answers as ans
from checks import conditions, derived, samtykke, validation
from checks.codebook import Behandlere, Felt, Flervalg, Gjentatt, Opioidtabell, Skjema, Variabel

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Node:
    """One question as drawn. ``boxes`` are the answers when several may be chosen.

    A group of boxes ``under`` one of the answers (Interscalen under Plexus brachialis) is a node of its own, with that
    answer as ``ledetekst``.
    """

    felt: Felt
    level: int
    ledetekst: str
    boxes: tuple[Variabel, ...] = ()
    under: bool = False

    @property
    def navn(self) -> str:
        """The name of the question's element on the page; unique in the codebook."""
        return self.boxes[0].navn if self.under else block_name(self.felt)


@dataclass(frozen=True)
class SectionView:
    id: str
    tittel: str
    hjelp: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class View:
    """A form as it looks for some answers. ``answers`` have the computed values filled in; ``unusual`` has what is
    asked about the value of a variable. ``seen`` are the answers to show: others only where the consent is withdrawn.
    """

    answers: dict[str, Any]
    sections: tuple[SectionView, ...]
    problems: Mapping[str, str] = field(default_factory=dict)
    unusual: Mapping[str, str] = field(default_factory=dict)
    seen: Answers = field(default_factory=dict)

    def section(self, section_id: str) -> SectionView | None:
        return next((s for s in self.sections if s.id == section_id), None)


def view(
    skjema: str,
    answers: Answers,
    context: Answers,
    born: date | None,
    today: date | None,
    dag: date | None = None,
    trukket: date | None = None,
) -> View:
    """The form for these answers in the edition of ``dag``, with the problems that would stop «lagre», by variable.

    ``trukket`` is the day on which the forløp's consent was withdrawn.
    """
    shape = ans.shape(skjema, dag)
    form = shape.skjema
    known = {k: v for k, v in answers.items() if k in shape.columns or k in {g.navn for g in form.gjentatte}}
    filled = derived.derive(skjema, known, birth_date=born, context=context, dag=dag)
    columns = {k: v for k, v in filled.items() if k in shape.columns}
    around = derived.standing(skjema, filled, context)
    judged = validation.compile_checker(shape, "lagre").judge(columns, around, today)
    asked = validation.outside_soft(shape, columns, around)
    unusual = {n: p.melding.removeprefix(f"{shape.columns[n].ledetekst}: ") for n, p in asked.items()}
    shown, seen = judged.shown, filled
    if skjema == "to" and trukket is not None:
        seen = samtykke.as_shown(filled, trukket)
        shown = ans.visible(shape, {k: v for k, v in seen.items() if k in shape.columns}, around)
    problems = {p.variabel: p.melding for p in reversed(judged.problems) if p.variabel}
    sections = tuple(SectionView(s.id, s.tittel, s.hjelp, nodes) for s in form.seksjoner if (nodes := _nodes(s, shown)))
    return View(filled, sections, {n: m for n, m in problems.items() if n in shown}, unusual, seen)


def _nodes(section: Any, shown: set[str]) -> tuple[Node, ...]:
    levels: dict[str, int] = {}
    found: list[Node] = []
    for felt in section.felt:
        level = 1 + max((levels[n] for n in _depends(felt) if n in levels), default=-1)
        for v in felt.variabler if not isinstance(felt, Variabel | Gjentatt) else (felt,):
            levels[getattr(v, "navn", "")] = level
        found += _drawn(felt, level, shown)
    return tuple(found)


def _drawn(felt: Felt, level: int, shown: set[str]) -> list[Node]:
    match felt:
        case Variabel():
            return [Node(felt, level, felt.ledetekst)] if felt.navn in shown and _on_screen(felt) else []
        case Flervalg():
            return _groups(felt, level, shown)
        case Opioidtabell():
            return [Node(felt, level, felt.ledetekst)] if felt.sum.navn in shown else []
        case Behandlere():
            return [Node(felt, level, felt.ledetekst)] if any(box.navn in shown for box, _ in felt.rader) else []
        case Gjentatt():
            return [Node(felt, level, "")]


def _on_screen(v: Variabel) -> bool:
    """Whether the variable is on the screen: it is asked, or it is computed and shown (a number, a date, or a value with
    a text).
    """
    return v.besvares or (v.aktiv and v.tilbys and v.beregnes is not None and (v.type != "skjult" or bool(v.koder)))


def _groups(felt: Flervalg, level: int, shown: set[str]) -> list[Node]:
    offered = [v for v in felt.alternativer if v.aktiv and v.tilbys]
    names = {v.navn for v in felt.alternativer}
    under: dict[str | None, list[Variabel]] = {}
    for v in offered:
        parent = next((n for n in conditions.variables(v.vises_naar) if n in names), None)
        under.setdefault(parent, []).append(v)
    top = under.pop(None, [])
    if not top or top[0].navn not in shown:
        return []
    by_name = {v.navn: v for v in felt.alternativer}
    below = [(by_name[str(n)], tuple(v for v in vs if v.navn in shown)) for n, vs in under.items()]
    nodes = [Node(felt, level, felt.ledetekst, tuple(top))]
    return nodes + [Node(felt, level + 1, parent.ledetekst, boxes, under=True) for parent, boxes in below if boxes]


def _depends(felt: Felt) -> set[str]:
    if isinstance(felt, Behandlere):
        return set()
    condition = getattr(felt, "vises_naar", None)
    return set(conditions.variables(condition))


def block_name(felt: Felt) -> str:
    """The name of a field's element: that of the variable, or of the first variable of a block."""
    match felt:
        case Variabel() | Gjentatt():
            return felt.navn
        case Opioidtabell():
            return felt.sum.navn
        case Flervalg():
            return felt.alternativer[0].navn
        case Behandlere():
            return felt.rader[0][0].navn


@cache
def anchors(form: Skjema) -> dict[str, str]:
    """Variable → name of the element that shows it, so that the list of what is missing can link to it."""
    found: dict[str, str] = {}
    for section in form.seksjoner:
        for felt in section.felt:
            found[block_name(felt)] = block_name(felt)
            if not isinstance(felt, Gjentatt):
                found |= {v.navn: block_name(felt) for v in ([felt] if isinstance(felt, Variabel) else felt.variabler)}
    return found


def same_question(form: Skjema, given: Iterable[str]) -> set[str]:
    """The variables of the questions that these variables belong to."""
    where = anchors(form)
    touched = {where.get(n, n) for n in given}
    return {n for n, anchor in where.items() if anchor in touched}


@cache
def headings(form: Skjema) -> dict[str, str]:
    """Element → the question it stands under («4d) Sentrale blokader» for its «Type»), for lists that name it out of
    place.
    """
    found: dict[str, str] = {}
    for section in form.seksjoner:
        for felt in section.felt:
            asked_in = {block_name(f): f for f in section.felt if not isinstance(f, Gjentatt)}
            parents = [f for f in asked_in.values() if _depends(felt) & set(names(f)) and f is not felt]
            if parents:
                first = block_name(parents[0])
                found[block_name(felt)] = found.get(first, getattr(parents[0], "ledetekst", ""))
    return found


def section_of(form: Skjema, navn: str) -> str:
    """The section that a variable or a repeated block belongs to."""
    for section in form.seksjoner:
        for felt in section.felt:
            if navn == block_name(felt) or (
                not isinstance(felt, Variabel) and navn in {v.navn for v in felt.variabler}
            ):
                return section.id
    raise KeyError(navn)


def names(felt: Felt) -> list[str]:
    """The variables that a field asks for; the name of a repeated block."""
    if isinstance(felt, Variabel | Gjentatt):
        return [felt.navn]
    return [v.navn for v in felt.variabler]

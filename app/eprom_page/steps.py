"""A patient form as steps, one question at a time, and how the fields of a step become answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from checks import answers as ans
from checks import conditions, validation
from checks.answers import Shape
from checks.codebook import Felt, Variabel
from checks.patient_forms import parts, question_sections
from checks.values import norwegian

Answers = dict[str, Any]
Raw = Mapping[str, str]
# Many patients give the same answers, so the last computed results for so many sets of answers are remembered.
KEPT = 1024

CHOOSE = "Velg et av svarene, eller trykk «Hopp over»."
WRITE = "Skriv et tall, eller trykk «Hopp over»."
NOT_OFFERED = "Svaret ble ikke forstått. Velg et av svarene under."
NOT_A_NUMBER = "Det du skrev, ble ikke forstått. Skriv et helt tall, for eksempel 3."
BOTH = "Du har både skrevet et tall og krysset av. Velg det som passer best."


@dataclass(frozen=True)
class Step:
    """One question, with the box after it («Jeg vet ikke …») if there is one. ``nr`` counts from 1."""

    nr: int
    seksjon: str
    felt: Felt
    boks: Variabel | None = None

    @property
    def variabler(self) -> tuple[Variabel, ...]:
        own = tuple(v for v in parts(self.felt) if v.besvares)
        return own + ((self.boks,) if self.boks else ())


@cache
def steps(form: Shape) -> tuple[Step, ...]:
    """Every step of a patient form, also those that some answers hide."""
    found: list[Step] = []
    for section in question_sections(form.skjema):
        for felt in section.felt:
            if not any(v.besvares for v in parts(felt)):
                continue
            previous = found[-1] if found else None
            if isinstance(felt, Variabel) and felt.type == "avkrysning" and previous:
                found[-1] = Step(previous.nr, previous.seksjon, previous.felt, felt)
            else:
                found.append(Step(len(found) + 1, section.tittel, felt))
    return tuple(found)


def shown(form: Shape, answers: Answers) -> tuple[Step, ...]:
    """The steps that are asked when the answers are these."""
    return _shown(form, tuple(answers.get(name) for name in _deciding(form)))


@cache
def _deciding(form: Shape) -> tuple[str, ...]:
    """The questions whose answers show or hide others."""
    columns = form.columns
    return tuple(n for n in columns if any(n in conditions.variables(v.vises_naar) for v in columns.values()))


@lru_cache(KEPT)
def _shown(form: Shape, decided: tuple[Any, ...]) -> tuple[Step, ...]:
    answers = dict(zip(_deciding(form), decided, strict=True))
    visible = ans.visible(form, answers)
    return tuple(s for s in steps(form) if any(v.navn in visible for v in s.variabler))


def may_open(form: Shape, at: Step, asked: Sequence[Step]) -> bool:
    """Whether ``at`` is the last step asked so far and its answer may open more, so that their number is not known."""
    decides = any(v.navn in _deciding(form) for v in at.variabler)
    return decides and at == asked[-1] and len(asked) < len(steps(form))


def step(asked: Sequence[Step], nr: int) -> Step | None:
    """The step with number ``nr``, or else the first one asked after it; None after the last."""
    return next((s for s in asked if s.nr >= nr), None)


def before(asked: Sequence[Step], nr: int) -> Step | None:
    """The last step asked before number ``nr``; None before the first."""
    return next((s for s in reversed(asked) if s.nr < nr), None)


def take(form: Shape, at: Step, raw: Raw) -> tuple[Answers, str]:
    """The answers in the fields ``raw`` of a step (None where nothing is answered), and a kind sentence when the step has
    to be asked again.
    """
    given: Answers = {}
    for v in at.variabler:
        text = raw.get(v.navn, "").strip()
        given[v.navn] = _value(v, text) if text else None
    if at.boks and given[at.boks.navn] and any(v for n, v in given.items() if n != at.boks.navn):
        return given, BOTH
    answered = {n: v for n, v in given.items() if v is not None}
    if not answered:
        return given, _nothing(at)
    return given, _wrong(form, tuple(answered.items()))


def _value(v: Variabel, text: str) -> Any:
    if v.type == "avkrysning":
        return 1 if text == "1" else text
    if v.type == "liste":
        return next((k.kode for k in v.koder if k.tilbys and str(k.kode) == text), text)
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _nothing(at: Step) -> str:
    """What to say when a step is not answered: nothing for a row of boxes, which may be left empty."""
    if not isinstance(at.felt, Variabel):
        return ""
    return WRITE if at.felt.type == "tall" else CHOOSE


@lru_cache(KEPT)
def _wrong(form: Shape, given: tuple[tuple[str, Any], ...]) -> str:
    answered = dict(given)
    problems = validation.compile_checker(form, "lagre").judge(answered).problems
    first = next((p for p in problems if p.variabel in answered), None)
    if first is None:
        return ""
    v = form.columns[str(first.variabel)]
    if v.type != "tall":
        return NOT_OFFERED
    if first.code == "REG-003" and v.hardt:
        return f"Skriv et tall fra {norwegian(v.hardt[0])} til {norwegian(v.hardt[1])}."
    return NOT_A_NUMBER

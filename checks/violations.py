"""The ways in which the answers of a form can be wrong, made from the codebook for the two levels of validation.

«Lagre» accepts what is unfinished but not what is wrong; «ferdigstill» demands what the manual demands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from checks.answers import Shape
from checks.calculations import omeq
from checks.codebook import Behandlere, Felt, Flervalg, Kode, Opioidtabell, Regel, Variabel
from checks.codebook.words import dates
from checks.conditions import Eller, Ikke, Og
from checks.engines import Blank, Column, Finer, Limit, Over, Shown, Statement, Stored, Under
from checks.errors import Problem, problem
from checks.values import label, norwegian

Level = Literal["lagre", "ferdigstill"]
TODAY = "kontekst.idag"
EARLIEST = date(1900, 1, 1)
ASKED_AFTER = "spoerres_etter"
KEPT_APART = ("kommentar", "status")
"""What the extracts have as columns and a document never holds: the comment has its own table, the status its head row."""


@dataclass(frozen=True)
class Violation:
    """One way an answer can be wrong: ``broken`` holds for the forms that break the rule.

    ``say`` fills the places of the catalogue's sentence from the value refused. ``annen`` is the date of another form that
    the answer clashes with, when it does: it is as likely to be the wrong one.
    """

    code: str
    variabel: str
    broken: Statement
    say: Callable[[Any], Mapping[str, object]]
    annen: str = ""

    def problem(self, skjema: str, value: Any, rad: int = 0, annen: Any = None) -> Problem:
        """The problem with ``value``, the answer that breaks the rule; ``annen`` is the value of the other date."""
        said = {**self.say(value), "annen": norwegian(annen)}
        return problem(self.code, skjema=skjema, variabel=self.variabel, rad=rad, annen_dato=self.annen, **said)


def held(form: Shape) -> tuple[Violation, ...]:
    """The violations of other forms' rules that a form's dates can cause: a date of theirs is before this form's."""
    found = []
    for other, rule in form.held:
        name, v = str(rule.senest(form.skjema.id)), other.variabler[rule.variabler[0]]
        later = f"{other.id}.{v.navn}"
        say = _values(form.columns[name], "", annet=label(v), tittel=other.tittel)
        found.append(Violation("REG-015", name, Og((Under(later, Column(name)), Shown(name))), say, later))
    return tuple(found)


def violations(form: Shape, level: Level) -> tuple[Violation, ...]:
    """All violations of a form at one level, in the order in which they are told."""
    completing = level == "ferdigstill"
    found: list[Violation] = []
    for v in form.columns.values():
        if not form.asks(v):
            # A question of another edition: its column exists, and stays empty.
            found.append(Violation("REG-008", v.navn, Ikke(Blank(v.navn)), _constant(felt=label(v), naar=_when(v))))
        elif v.beregnes in KEPT_APART:
            found.append(Violation("REG-008", v.navn, Ikke(Blank(v.navn)), _constant(felt=label(v), naar="")))
        elif v.beregnes is None:
            found += _value(v)
    for section in form.skjema.seksjoner:
        for block in section.felt:
            found += _block(form, block, completing)
    refusing = (r for r in form.skjema.regler if r.slag != ASKED_AFTER)
    found += [_rule(form, r) for r in refusing if completing or not r.bare_ferdigstill]
    if completing:
        asked = [v for v in form.columns.values() if form.asks(v) and v.besvares]
        found += [_required(v) for v in asked if v.paakrevd is not False]
    return tuple(found)


def unusual(v: Variabel) -> Statement | None:
    """That the answer is outside the usual range, and is to be asked about once; None for what has none."""
    if v.mykt is None or v.beregnes is not None:
        return None
    low, high = v.mykt
    if v.mykt_mot is None:
        return _outside(v, low, high)
    return _outside(v, Column(v.mykt_mot, int(low)), Column(v.mykt_mot, int(high)))


def asked_after(form: Shape) -> Iterator[tuple[Regel, Statement]]:
    """The rules by which a date that is later than another is asked about once, each with when that is."""
    for rule in form.skjema.regler:
        name = rule.variabler[0]
        if rule.slag == ASKED_AFTER and form.asks(form.columns[name]):
            yield rule, Over(name, Column(str(rule.mot)))


def _when(v: Variabel) -> str:
    """« for dette forløpet (spørsmålet stilles fra 01.01.2027)»."""
    return f" for dette forløpet (spørsmålet stilles{dates(v.tid) or ' ikke'})"


def _value(v: Variabel) -> Iterator[Violation]:
    """What one value can break by itself."""
    codes = (Kode(0, "nei"), Kode(1, "ja")) if v.type == "avkrysning" else v.koder
    if codes:
        expected = ", ".join(k.tekst or str(k.kode) for k in codes if k.tilbys)
        yield Violation("REG-002", v.navn, _none_of(v, tuple(k.kode for k in codes if k.aktiv)), _values(v, expected))
    if v.hardt:
        low, high = v.hardt
        expected = f"{norwegian(low)}–{norwegian(high)}" + (f" {v.enhet}" if v.enhet else "")
        yield Violation("REG-003", v.navn, _outside(v, low, high), _values(v, expected))
    if v.type == "tall":
        expected = "et helt tall" if v.desimaler == 0 else f"høyst {v.desimaler} desimal"
        yield Violation("REG-004", v.navn, Finer(v.navn, v.desimaler), _values(v, expected))
    if v.type == "dato":
        yield Violation("REG-009", v.navn, Under(v.navn, EARLIEST), _values(v, ""))
        yield Violation("REG-013", v.navn, Over(v.navn, Column(TODAY)), _values(v, ""))


def _none_of(v: Variabel, values: tuple[int | float | str, ...]) -> Statement:
    return Og((Ikke(Blank(v.navn)), Ikke(Stored(v.navn, values))))


def _outside(v: Variabel, low: Limit, high: Limit) -> Statement:
    return Eller((Under(v.navn, low), Over(v.navn, high)))


def _block(form: Shape, block: Felt, completing: bool) -> Iterator[Violation]:
    """What the questions of a block can break together."""
    match block:
        case Flervalg():
            yield from _exclusive(block)
            if completing and block.minst_en:
                yield from _at_least_one(form, block)
        case Behandlere():
            if completing and block.minst_en:
                yield from _at_least_one(form, block)
        case Opioidtabell():
            yield from _table_doses(block)
            if completing and block.minst_en:
                yield _at_least_one_dose(block)
        case _:
            return


def _exclusive(block: Flervalg) -> Iterator[Violation]:
    by_name = {v.navn: v for v in block.alternativer}
    for name in block.enevalg:
        others = tuple(_ticked(other) for other in by_name if other != name)
        say = _constant(felt=block.ledetekst, verdi=by_name[name].ledetekst)
        yield Violation("REG-005", name, Og((_ticked(name), Eller(others))), say)


def _ticked(name: str) -> Stored:
    return Stored(name, (1,))


def _at_least_one(form: Shape, block: Flervalg | Behandlere) -> Iterator[Violation]:
    boxes = [v for v in block.variabler if v.type == "avkrysning" and form.asks(v) and v.tilbys]
    shown = {v.vises_naar: Shown(v.navn) for v in boxes}
    none = Ikke(Eller(tuple(_ticked(v.navn) for v in boxes)))
    say = _constant(felt=block.ledetekst.rstrip("?: "))
    if boxes:
        yield Violation("REG-007", boxes[0].navn, Og((Eller(tuple(shown.values())), none)), say)


def _table_doses(block: Opioidtabell) -> Iterator[Violation]:
    """Buvidal: only the doses of the table, as the others have no equivalent."""
    for row in block.rader:
        doses = omeq.buvidal_doses(row.stamme)
        if doses:
            expected = ", ".join(norwegian(d) for d in doses)
            yield Violation("REG-014", row.dose.navn, _none_of(row.dose, doses), _values(row.dose, expected))


def _at_least_one_dose(block: Opioidtabell) -> Violation:
    doses = [row.dose.navn for row in block.rader]
    missing = Og((Shown(doses[0]), *map(Blank, doses)))
    return Violation("REG-007", doses[0], missing, _constant(felt=f"{block.ledetekst}: dose"))


def _required(v: Variabel) -> Violation:
    missing: tuple[Statement, ...] = (Blank(v.navn), Shown(v.navn))
    if not isinstance(v.paakrevd, bool):
        missing = (*missing, v.paakrevd)
    return Violation("REG-007", v.navn, Og(missing), _constant(felt=label(v)))


def _rule(form: Shape, rule: Regel) -> Violation:
    first = rule.variabler[0]
    variable = form.columns.get(first)
    say = _constant(felt=label(variable) if variable else first, melding=rule.melding)
    shown = Eller(tuple(Shown(name) for name in rule.variabler))
    return Violation("REG-006", first, Og((_broken(rule), shown)), say)


def _broken(rule: Regel) -> Statement:
    if rule.vilkaar is not None:
        return Ikke(rule.vilkaar)
    if rule.slag == "minst_en":
        return Ikke(Eller(tuple(_ticked(name) for name in rule.variabler)))
    first, other = rule.variabler[0], str(rule.mot)
    if rule.slag == "ikke_etter":
        return Over(first, Column(other))
    less = Under(first, Column(other))
    if not rule.unntatt:
        return less
    return Og((less, Ikke(Stored(first, rule.unntatt)), Ikke(Stored(other, rule.unntatt))))


def _constant(**values: object) -> Callable[[Any], Mapping[str, object]]:
    return lambda _: values


def _values(v: Variabel, expected: str, **more: str) -> Callable[[Any], Mapping[str, object]]:
    name = label(v)
    return lambda value: {"felt": name, "verdi": norwegian(value), "forventet": expected, **more}

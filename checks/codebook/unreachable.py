"""What an edition leaves without effect, because a question or a code that it looks at is not asked then.

Nothing is wrong with such a codebook: a question may go out and take along those that hang on it. But whoever moves a
date must be told, since nothing else says that an answer is no longer filled in, or that a form can no longer be completed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from checks.codebook.book import Codebook
from checks.codebook.model import Skjema, Variabel
from checks.codebook.words import day, quoted
from checks.conditions import Betingelse, Eller, Er, Ikke, Og


def unreachable(codebook: Codebook) -> list[str]:
    """A Norwegian sentence for each, from the first day it holds."""
    told: dict[str, str] = {}
    for first in (date.min, *codebook.skifter):
        edition = codebook.utgave(first)
        asked = {v.navn: v for form in edition for v in form.alle if v.aktiv}
        for form in edition:
            for what in _of_form(form, asked):
                told.setdefault(what, f"{what}{'' if first == date.min else f' for forløp fra {day(first)}'}.")
    return list(told.values())


def _of_form(form: Skjema, asked: dict[str, Variabel]) -> Iterator[str]:
    """What is without effect in the form. A question that can never be shown is taken out of ``asked``."""
    for v in form.alle:
        head = f"{form.navn}, {quoted(v)}"
        if v.navn not in asked:
            continue
        if _holds(v.vises_naar, asked) is False:
            del asked[v.navn]
            yield f"{head}: kan aldri vises"
        elif v.forhaandsvalg and _holds(v.forhaandsvalg.naar, asked) is False:
            yield f"{head}: får aldri det automatiske svaret"
    for rule in form.regler:
        if rule.vilkaar and _holds(rule.vilkaar, asked) is False:
            yield f"{form.navn}, regelen «{rule.id}»: kan aldri oppfylles, og skjemaet ikke ferdigstilles,"


def _holds(condition: Betingelse | None, asked: Mapping[str, Variabel]) -> bool | None:
    """Whether the condition holds whatever is answered; None when it depends on the answers."""
    match condition:
        case None:
            return True
        case Er(variabel=name, verdier=values):
            v = asked.get(name.rpartition(".")[2])
            gone = {k.kode for k in v.koder if not k.aktiv} if v else set()
            return None if v and any(value not in gone for value in values) else False
        case Og(deler=parts):
            held = {_holds(part, asked) for part in parts}
            return False if False in held else None if None in held else True
        case Eller(deler=parts):
            held = {_holds(part, asked) for part in parts}
            return True if True in held else None if None in held else False
        case Ikke(del_=part):
            inner = _holds(part, asked)
            return None if inner is None else not inner

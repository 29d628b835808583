"""The codebook's conditions as SQL over allevarnum, so that the warehouse expects answers where the screen asks."""

from __future__ import annotations

from checks.codebook import Variabel
from checks.conditions import Betingelse, Eller, Er, Ikke, Og, both


def asked(variable: Variabel) -> str | None:
    """The condition, in SQL, on which the question is on the screen; None for variables that are no question by
    themselves (a box of a question with several answers, a computed value).
    """
    single = variable.besvares and variable.gruppe is None and variable.type != "avkrysning"
    return sql(variable.vises_naar) if single and variable.fysisk is not None else None


def required(variable: Variabel) -> str | None:
    """The condition, in SQL, on which a completed form must have an answer; None where it is never required."""
    if asked(variable) is None or variable.paakrevd is False:
        return None
    extra = None if variable.paakrevd is True else variable.paakrevd
    return sql(both(variable.vises_naar, extra))


def sql(condition: Betingelse | None) -> str:
    """The condition as a boolean expression that is never NULL: an unanswered question has none of the values."""
    match condition:
        case None:
            return "true"
        case Er(variabel=name, verdier=values):
            # «to.Tilsett» is a variable of another form. The form is left out: names are unique across forms.
            column = name.rsplit(".", 1)[-1]
            wanted = ", ".join(str(v) if isinstance(v, int) else f"'{v}'" for v in values)
            return f'coalesce("{column}" in ({wanted}), false)'
        case Og(deler=parts):
            return "(" + " and ".join(sql(part) for part in parts) + ")"
        case Eller(deler=parts):
            return "(" + " or ".join(sql(part) for part in parts) + ")"
        case Ikke(del_=part):
            return f"not {sql(part)}"

"""The codebook's conditions as SQL over allevarnum, so that the warehouse asks for an answer where the screen does."""

from __future__ import annotations

from checks.codebook import Variabel
from checks.conditions import Betingelse, Eller, Er, Ikke, Og, both


def asked(variable: Variabel) -> str | None:
    """When the question is on the screen, in SQL; None where no single answer is asked for (boxes of a
    several-of-many question, what is computed)."""
    single = variable.besvares and variable.gruppe is None and variable.type != "avkrysning"
    return sql(variable.vises_naar) if single and variable.fysisk is not None else None


def required(variable: Variabel) -> str | None:
    """When a completed form must have an answer, in SQL; None where it is not asked for, or may stand empty."""
    if asked(variable) is None or variable.paakrevd is False:
        return None
    extra = None if variable.paakrevd is True else variable.paakrevd
    return sql(both(variable.vises_naar, extra))


def sql(condition: Betingelse | None) -> str:
    """A boolean expression that is never NULL: an unanswered question has none of the values."""
    match condition:
        case None:
            return "true"
        case Er(variabel=name, verdier=values):
            # «to.Tilsett» is another form's; names are unique across forms.
            column = name.rsplit(".", 1)[-1]
            wanted = ", ".join(str(v) if isinstance(v, int) else f"'{v}'" for v in values)
            return f'coalesce("{column}" in ({wanted}), false)'
        case Og(deler=parts):
            return "(" + " and ".join(sql(part) for part in parts) + ")"
        case Eller(deler=parts):
            return "(" + " or ".join(sql(part) for part in parts) + ")"
        case Ikke(del_=part):
            return f"not {sql(part)}"

"""The codebook's conditions as SQL, so that the warehouse expects answers where the screen asks.

The SQL is over allevarnum and DAY, the day whose edition of the codebook the form is judged by.
"""

from __future__ import annotations

from checks.codebook import Codebook, Tid, Variabel
from checks.conditions import Betingelse, Eller, Er, Ikke, Og, both

DAY = "dag"


def asked(codebook: Codebook, variable: Variabel) -> str | None:
    """The condition, in SQL, on which the question is on the screen; None for variables that are no question by
    themselves (a box of a question with several answers, a computed value).
    """
    return _dated(codebook, variable, variable.vises_naar) if _single(variable) else None


def required(codebook: Codebook, variable: Variabel) -> str | None:
    """The condition, in SQL, on which a completed form must have an answer; None where it is never required."""
    if not _single(variable) or variable.paakrevd is False:
        return None
    extra = None if variable.paakrevd is True else variable.paakrevd
    return _dated(codebook, variable, both(variable.vises_naar, extra))


def tickable(codebook: Codebook, variable: Variabel, day: str) -> str | None:
    """The condition, in SQL, on which a box is on the screen, where `day` is the column of the day the form is judged by; None
    for what is no box, or has no column.
    """
    box = variable.type == "avkrysning" and variable.besvares and variable.fysisk is not None
    return _dated(codebook, variable, variable.vises_naar, day) if box else None


def _single(variable: Variabel) -> bool:
    alone = variable.besvares and variable.gruppe is None and variable.type != "avkrysning"
    return alone and variable.fysisk is not None


def _dated(codebook: Codebook, variable: Variabel, condition: Betingelse | None, day: str = DAY) -> str:
    return _all(_during(variable.tid, day), sql(codebook, condition, day))


def sql(codebook: Codebook, condition: Betingelse | None, day: str = DAY) -> str:
    """The condition as a boolean expression that is never NULL: an unanswered question has none of the values, and neither
    has a question that was not asked on the day.
    """
    match condition:
        case None:
            return "true"
        case Er(variabel=name, verdier=values):
            # «to.Tilsett» is a variable of another form. The form is left out: names are unique across forms.
            column = name.rsplit(".", 1)[-1]
            wanted = ", ".join(str(v) if isinstance(v, int) else f"'{v}'" for v in values)
            return _all(_during(codebook.variabel(column).tid, day), f'coalesce("{column}" in ({wanted}), false)')
        case Og(deler=parts):
            return "(" + " and ".join(sql(codebook, part, day) for part in parts) + ")"
        case Eller(deler=parts):
            return "(" + " or ".join(sql(codebook, part, day) for part in parts) + ")"
        case Ikke(del_=part):
            return f"not {sql(codebook, part, day)}"


def _during(tid: Tid, day: str) -> list[str]:
    """That the day is within the dates; nothing where there are none."""
    since = [f"{day} >= date '{tid.fra}'"] if tid.fra else []
    until = [f"{day} < date '{tid.til}'"] if tid.til else []
    return since + until


def _all(dates: list[str], condition: str) -> str:
    return "(" + " and ".join([*dates, condition]) + ")" if dates else condition

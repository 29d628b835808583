"""What a form works out by itself: age, inclusion, consent, oral morphine equivalents, automatic answers.

Pure: the same answers and surroundings give the same result. dbt derives the figures again, and a test asserts
that the two agree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeGuard

from checks import repeated, samtykke
from checks.answers import Shape, prefilled, shape
from checks.calculations import hads, omeq
from checks.calculations.age import age_at
from checks.calculations.inclusion import forlopstype, inklusjonskriterier, settled
from checks.codebook.model import PATIENT_TYPE
from checks.forlop import ALL_FORMS, forms_of
from checks.reservasjon import RESERVASJON
from checks.values import LARGEST

ICD10_EDITION = 2026
CRITERIA = ("Tilsett", "Norsktalende", "alder", "KognSvekket")
SEEN = 2  # the forløpstype of who was seen without meeting the criteria


def derive(
    skjema: str,
    answers: Mapping[str, Any],
    *,
    birth_date: date | None = None,
    context: Mapping[str, Any] | None = None,
    faktorsett: str = omeq.CURRENT_FACTOR_SET,
    dag: date | None = None,
) -> dict[str, Any]:
    """The answers with everything that is computed or filled in automatically in the edition of ``dag``.

    ``context`` holds other forms' answers as «to.Tilsett». Unknown forms come back as they are.
    """
    form = shape(skjema, dag)
    result = _derived(form, prefilled(form, round_up(skjema, dict(answers)), context), birth_date, faktorsett)
    return {n: v for n, v in result.items() if n not in form.computed_unasked}


def _derived(form: Shape, result: dict[str, Any], birth_date: date | None, faktorsett: str) -> dict[str, Any]:
    skjema = form.skjema.id
    if skjema == "to":
        return _to(form, result, birth_date)
    table = form.skjema.opioidtabell
    if table is not None:
        result = _opioids(result, table.suffiks, faktorsett)
    if skjema == "b11":
        return _b11(result)
    if skjema == "hads":
        return result | hads.hads_row({n: int(v) for n, v in result.items() if _number(v) and v == int(v)})
    return result


def factor_set(skjema: str) -> str | None:
    """The factor set that the form's doses are converted by now; None for a form without a table of opioids."""
    return omeq.CURRENT_FACTOR_SET if shape(skjema).skjema.opioidtabell else None


def type_of(to: Mapping[str, Any]) -> int | None:
    """The forløpstype that TO's answers give, as they are derived (manual: «Forløpstyper»). Patients are asked only while no
    criterion is known not to be met.
    """
    kind = forlopstype(*(to.get(name) for name in CRITERIA))
    return SEEN if kind == PATIENT_TYPE and to.get("InklKritOppf") == 0 else kind


def standing(skjema: str, answers: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """The other forms' answers that the form is judged by: TO decides which forms the forløp has, and what the others say
    does not count. PO is no form of the forløp, and always counts. ``answers`` are derived.
    """
    closed = set(ALL_FORMS).difference(forms_of(type_of(answers))) if skjema == "to" else ()
    return {n: v for n, v in context.items() if n.partition(".")[0] not in closed}


def criteria(to: Mapping[str, Any], *, reservasjon: bool = False) -> int | None:
    """Inklusjonskriterier oppfylt: 1, 0, or None while it cannot be told; in the edition with ``reservasjon`` by its rules."""
    given = {name: to.get(name) for name in CRITERIA}
    return inklusjonskriterier(*(settled(n, a) if reservasjon else a for n, a in given.items()))


def round_up(skjema: str, answers: dict[str, Any]) -> dict[str, Any]:
    """Whole hours are rounded up to the next («1t og 20min rundes opp til 2 timer»)."""
    for name, variable in shape(skjema).columns.items():
        value = answers.get(name)
        if variable.avrund_opp and isinstance(value, float) and _number(value):
            answers[name] = math.ceil(round(value, 6))
    return answers


def _to(form: Shape, answers: dict[str, Any], birth_date: date | None) -> dict[str, Any]:
    start = answers.get("StartdatoTO")
    known = birth_date is not None and isinstance(start, str)
    answers["alder"] = _age(birth_date, start) if known else None
    answers["InklKritOppf"] = criteria(answers, reservasjon=RESERVASJON in form.codebook.gjeldende)
    if not form.asks(form.columns["SkriftligSamtyk"]):
        return answers
    return samtykke.apply_rules(answers, answers["InklKritOppf"])


def _age(birth_date: date | None, start: Any) -> int | None:
    try:
        return age_at(birth_date, date.fromisoformat(start)) if birth_date else None
    except ValueError:
        return None


def _b11(answers: dict[str, Any]) -> dict[str, Any]:
    kinds = [row.get("SmerteKat") for row in repeated.well_formed(answers.get("smertediagnoser"))]
    categories = {kind for kind in kinds if kind is None or _number(kind)}
    answers["AkuttLang"] = int({1, 2} <= categories) if categories else None
    answers["InnlDiagVersj"] = ICD10_EDITION if answers.get("InnlDiag") else None
    return answers


def _opioids(answers: dict[str, Any], suffix: str, faktorsett: str) -> dict[str, Any]:
    names = [f"DD{stem}{suffix}" for stem in omeq.STEMS]
    doses = {n: float(d) for n in names if _number(d := answers.get(n))}
    return answers | omeq.omeq_row(doses, faktorsett, suffix)


def _number(value: Any) -> TypeGuard[float]:
    """Whether it can be computed with. What cannot is left as it is, and refused by the validation."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST

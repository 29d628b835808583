"""Answers to a patient form that were given somewhere else, as those of the codebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from checks.answers import Shape, cleared, without_unasked
from checks.codebook import Variabel
from checks.eprom import OSLO
from checks.patient_forms import parts, questions
from checks.values import WrongType, dtype, reader

_YES_NO = {"true": 1, "false": 0}


def read(form: Shape, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The answers to what the form asks the patient, and the names of what was given and is none: unknown, of a wrong type, or
    to a question that the other answers hide.

    Numbers may come as texts, a tick as true, and a date as a moment, which is the day it is in Norway.
    """
    asked = {v.navn: v for felt in questions(form.skjema) for v in parts(felt) if v.besvares and form.asks(v)}
    by_name = {name.lower(): name for name in asked}
    answers: dict[str, Any] = {}
    left_out: list[str] = []
    told = {name: value for name, value in given.items() if value not in (None, "")}
    times = Counter(name.lower() for name in told)
    for name, value in told.items():
        known = by_name.get(name.lower())
        try:
            if known is None or times[name.lower()] > 1:  # of «A» and «a» nobody knows which is meant
                raise WrongType
            answers[known] = _value(asked[known], value)
        except WrongType:
            left_out.append(name)
    kept, _ = without_unasked(form, {}, answers)
    shown, hidden = cleared(form, kept)
    return shown, left_out + [v.navn for v in hidden]


def _value(v: Variabel, value: Any) -> Any:
    """The value as the register stores it. Raises WrongType."""
    if not isinstance(value, str | int | float):
        raise WrongType
    if v.type == "dato":
        return _day(value)
    if isinstance(value, bool) or str(value).lower() in _YES_NO:
        value = _YES_NO[str(value).lower()]
    if isinstance(value, str) and dtype(v).is_numeric():
        try:
            value = float(value.replace(",", "."))
        except ValueError:
            raise WrongType from None
    read_as = reader(v)(value)
    return int(read_as) if isinstance(read_as, float) and read_as.is_integer() else read_as


def _day(value: Any) -> str:
    """The day in Norway of a date or a moment."""
    text = str(value)
    try:
        if len(text) == 10:
            return date.fromisoformat(text).isoformat()
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(OSLO) if moment.tzinfo else moment).date().isoformat()
    except (ValueError, OverflowError):
        raise WrongType("REG-009") from None

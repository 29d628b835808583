"""Behandler forms that the demo has no story for: every question gets a plausible answer, so a new form needs nothing here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from checks.answers import shape
from checks.codebook import Variabel, load
from ingest.demo import clinician_forms, fill, odds
from ingest.demo import courses as c
from ingest.demo.draw import Array, days
from ingest.demo.finished import ABSENT, COMPLETED, EMPTY, Documents, Surroundings, beside, finish


def make(s: Surroundings, skjema: str, types: Array, context: pl.DataFrame, earlier: Sequence[Documents]) -> Documents:
    """The form for every forløp: completed where the forløp is done, empty elsewhere.

    ``types`` are the forløpstyper, 0 where not decided; ``context`` has TO's columns as «to.Tilsett»; ``earlier`` are the
    forms made before this one, which its conditions may look at.
    """
    form, n = shape(skjema), len(s.courses)
    around = beside(skjema, context, earlier)
    given = {v.navn: found for v in form.columns.values() if (found := _given(s, v)) is not None}
    if form.skjema.opioidtabell is not None:
        given |= clinician_forms.doses(s.draw, n, form.skjema.opioidtabell.suffiks)
    opens = np.maximum(types, 1) >= (load().skjema[skjema].fra_type or 1)
    status = np.where(~opens, ABSENT, np.where(s.courses.stage == c.DONE, COMPLETED, EMPTY))
    return finish(s, skjema, fill.form(skjema, s.draw, s.courses, around, given), status, s.courses.end)


def _given(s: Surroundings, v: Variabel) -> pl.Series | None:
    """Answers to a question that ``fill`` leaves blank: a date, a text, or an id of the unit's own lists; None for others."""
    n = len(s.courses)
    if not v.besvares or v.koder:
        return None
    match v.oppslag, v.type:
        case "lokasjon", _:
            return s.lokasjon
        case "avdeling", _:
            return s.avdeling
        case "icd10", _:
            return pl.Series(odds.ADMISSION_CODES)[s.draw.index(n, [1] * len(odds.ADMISSION_CODES))]
        case None, "dato":
            return days(s.courses.end)
        case None, "tekst" | "stor_tekst":
            return pl.Series(["Demo"]).new_from_index(0, n)
    return None

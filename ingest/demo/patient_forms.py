"""The patient forms of the demo: answered, closed with a reason, or still out."""

from __future__ import annotations

import numpy as np
import polars as pl

from checks.answers import shape
from checks.eprom import AT_CONSENT, CLOSING_FIELDS, after_end
from checks.forlop import PATIENT_FORMS
from ingest.demo import courses as c
from ingest.demo import fill, odds
from ingest.demo.courses import Courses
from ingest.demo.draw import Array, Draw, days, only
from ingest.demo.finished import ABSENT, COMPLETED, EMPTY, Documents, Surroundings, finish


def patient_forms(s: Surroundings, types: Array, signed: pl.Series, context: pl.DataFrame) -> list[Documents]:
    """Every patient form of the codebook: answered, closed with a reason, or still out.

    ``signed`` is the day from which the patient may be asked, that of the consent or the inclusion; null for who may not. A few
    patients answer the first form before they sign.
    """
    draw, courses, n = s.draw, s.courses, len(s.courses)
    done, meets, samtykker = courses.stage == c.DONE, types == 3, signed.is_not_null().to_numpy()
    asked = np.maximum(courses.start, signed.to_physical().fill_null(0).to_numpy())
    plan = {skjema: _day(draw, skjema, courses, asked) for skjema in PATIENT_FORMS}
    willing = draw.rng.random(n)
    made = []
    for skjema, day in plan.items():
        filled_on, complete, reason = CLOSING_FIELDS[skjema]
        due = day <= courses.today
        closed_early = done & ~samtykker
        may = due & samtykker & (done | ((skjema in AT_CONSENT) & draw.yes(n, 0.6)))
        status = np.where(~meets, ABSENT, np.where(may | closed_early, COMPLETED, EMPTY))
        # A patient who answers one form mostly answers the next.
        answers = samtykker & (willing * 0.7 + draw.rng.random(n) * 0.3 < odds.PATIENT_ANSWERS)
        why = draw.codes(n, odds.NOT_ANSWERED).zip_with(
            pl.Series(samtykker), pl.Series([odds.NOT_ASKED_FOR_CONSENT]).new_from_index(0, n)
        )
        given = {
            filled_on: days(np.minimum(day, courses.today)),
            complete: pl.Series(np.where(answers, 1, 0)),
            reason: only(why, ~answers),
        }
        if "PRSpm3" in shape(skjema).columns:
            unsure = draw.yes(n, 0.08)
            given["PRSpm3Mangler"] = only(pl.Series([1]).new_from_index(0, n), unsure)
            given["PRSpm3"] = pl.Series(np.minimum(draw.rng.geometric(0.14, n) - 1, 80))
        frame = fill.form(skjema, draw, courses, context, given)
        made.append(finish(s, skjema, frame, status, np.minimum(day, courses.today)))
    return made


def _day(draw: Draw, skjema: str, courses: Courses, asked: Array) -> Array:
    """The day each patient answers a form: some days after it goes out; a few answer the first before they sign."""
    early = draw.yes(len(courses), odds.ANSWERED_BEFORE_CONSENT) if skjema == PATIENT_FORMS[0] else False
    out = asked if skjema in AT_CONSENT else courses.end + after_end(skjema).days
    waits = draw.whole(len(courses), 0, odds.DAYS_TO_ANSWER.get(skjema, 3))
    return np.where(early, courses.start, out + waits)

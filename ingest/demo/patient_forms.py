"""The patient forms of the demo: answered, closed with a reason, or still out."""

from __future__ import annotations

import numpy as np
import polars as pl

from checks.eprom import CLOSING_FIELDS, OPIOID_AFTER
from ingest.demo import courses as c
from ingest.demo import fill, odds
from ingest.demo.draw import Array, days, only
from ingest.demo.finished import ABSENT, COMPLETED, EMPTY, Documents, Surroundings, finish


def patient_forms(s: Surroundings, types: Array, signed: pl.Series, context: pl.DataFrame) -> list[Documents]:
    """Pasreg, HADS, Eval and Opioid: answered, closed with a reason, or still out.

    ``signed`` is the day of the consent, null without one. A few patients answer the first form before they sign.
    """
    draw, courses, n = s.draw, s.courses, len(s.courses)
    done, meets, consents = courses.stage == c.DONE, types == 3, signed.is_not_null().to_numpy()
    asked = np.maximum(courses.start, signed.to_physical().fill_null(0).to_numpy())
    plan = {
        "pasreg": np.where(draw.yes(n, odds.ANSWERED_BEFORE_CONSENT), courses.start, asked + draw.whole(n, 0, 2)),
        "hads": asked + draw.whole(n, 0, 3),
        "eval": courses.end + draw.whole(n, 0, 2),
        "opioid": courses.end + OPIOID_AFTER.days + draw.whole(n, 0, 6),
    }
    willing = draw.rng.random(n)
    made = []
    for skjema, day in plan.items():
        filled_on, complete, reason = CLOSING_FIELDS[skjema]
        due = day <= courses.today
        closed_early = done & ~consents
        may = due & consents & (done | ((skjema in ("pasreg", "hads")) & draw.yes(n, 0.6)))
        status = np.where(~meets, ABSENT, np.where(may | closed_early, COMPLETED, EMPTY))
        # A patient who answers one form mostly answers the next.
        answers = consents & (willing * 0.7 + draw.rng.random(n) * 0.3 < odds.PATIENT_ANSWERS)
        why = draw.codes(n, odds.NOT_ANSWERED).zip_with(
            pl.Series(consents), pl.Series([odds.NOT_ASKED_FOR_CONSENT]).new_from_index(0, n)
        )
        given = {
            filled_on: days(np.minimum(day, courses.today)),
            complete: pl.Series(np.where(answers, 1, 0)),
            reason: only(why, ~answers),
        }
        if skjema == "pasreg":
            unsure = draw.yes(n, 0.08)
            given["PRSpm3Mangler"] = only(pl.Series([1]).new_from_index(0, n), unsure)
            given["PRSpm3"] = pl.Series(np.minimum(draw.rng.geometric(0.14, n) - 1, 80))
        frame = fill.form(skjema, draw, n, context, given)
        made.append(finish(s, skjema, frame, status, np.minimum(day, courses.today)))
    return made

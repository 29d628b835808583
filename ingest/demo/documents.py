"""The forms of the demo's forløp: answers that agree with each other, and forms as finished as the forløp has come."""

from __future__ import annotations

import numpy as np
import polars as pl

from checks import forlop as rules
from checks import reservasjon
from checks.calculations.age import age_expr
from checks.calculations.inclusion import ADULT
from checks.derived_frames import BIRTH_DATE, type_expr
from ingest.demo import clinician_forms, fill, odds, other_forms, patient_forms
from ingest.demo import courses as c
from ingest.demo.draw import Array, days, only
from ingest.demo.finished import ABSENT, COMPLETED, DRAFT, EMPTY, Documents, Surroundings, beside, finish


def make(s: Surroundings) -> tuple[list[Documents], pl.DataFrame]:
    """Every form, and TO's final columns with ``forlopstype``.

    A draft is checked as «lagre» checks it, a completed form as «ferdigstill» does. Raises InvalidAnswers when a row
    breaks a rule of the codebook: the demo then has a bug.
    """
    to = _to(s)
    decided = to.frame.with_columns(forlopstype=type_expr())
    types = decided["forlopstype"].fill_null(0).to_numpy()
    clinicians = _clinician_status(s, types)
    context = to.frame.select(pl.all().name.prefix("to."))
    made = [to, clinician_forms.b11(s, clinicians["b11"], context)]
    first, last = clinician_forms.pain_scores(s, clinicians, context)
    made += [first, last]
    made.append(clinician_forms.b22(s, clinicians["b22"], beside("b22", context, made), made[1].frame))
    for skjema in rules.CLINICIAN_FORMS:
        if skjema not in clinicians and skjema != "to":
            made.append(other_forms.make(s, skjema, types, context, made))
    asked = decided["DatoSamtykke"].zip_with(~included(decided), decided["StartdatoTO"])
    made += patient_forms.patient_forms(s, types, asked, context)
    return made, decided


def included(to: pl.DataFrame) -> pl.Series:
    """Whether each forløp was included in the edition with reservation, so that its patient is asked without consent."""
    first = reservasjon.begins()
    if first is None:
        return pl.Series([False]).new_from_index(0, len(to))
    met = (pl.col("InklKritOppf") == 1) & (pl.col("StartdatoTO") >= first)
    return to.select(met.fill_null(False)).to_series()


def _to(s: Surroundings) -> Documents:
    draw, courses, stage = s.draw, s.courses, s.courses.stage
    n = len(courses)
    begun = (stage > c.NEW) & (stage != c.DELETED)
    seen_soon = (stage >= c.FIRST_VISIT) & (stage <= c.LEAVING)
    seen = draw.codes(n, odds.LISTS["Tilsett"]).to_numpy()
    seen = np.where(seen_soon, 1, np.where((stage == c.NOT_SEEN) & (seen == 1), 4, seen))
    decided = begun & (stage != c.REFERRED)
    norwegian = draw.codes(n, odds.LISTS["Norsktalende"]).to_numpy()
    impaired = draw.codes(n, odds.LISTS["KognSvekket"]).to_numpy()
    answered = decided & ~((stage == c.FIRST_VISIT) & draw.yes(n, 0.7)) & ~((stage == c.TREATED) & draw.yes(n, 0.35))
    start = days(courses.start)
    adult = pl.select(age_expr(pl.lit(s.born), pl.lit(start)) >= ADULT).to_series().to_numpy()
    # A few patients become impaired after they have signed; their consent stays (a recorded Ja is never cleared).
    met = (seen == 1) & (norwegian == 1) & adult & ((impaired == 0) | draw.yes(n, 0.05))
    asked = decided & met & ~((stage == c.FIRST_VISIT) & draw.yes(n, 0.7)) & ~((stage == c.TREATED) & draw.yes(n, 0.4))
    samtykke = only(draw.codes(n, odds.LISTS["SkriftligSamtyk"]), asked)
    signed = np.minimum(courses.start + draw.codes(n, {0: 0.5, 1: 0.3, 2: 0.15, 3: 0.05}).to_numpy(), courses.today)
    given = {
        "HenvistDato": only(days(courses.start - draw.codes(n, odds.DAYS_WAITED).to_numpy()), begun),
        "StartdatoTO": only(start, begun),
        "Tilsett": only(pl.Series(seen), decided),
        "Norsktalende": only(pl.Series(norwegian), decided),
        "KognSvekket": only(pl.Series(impaired), answered),
        "SkriftligSamtyk": samtykke,
        "TypeManglSamt": only(draw.codes(n, odds.LISTS["TypeManglSamt"]), samtykke.eq_missing(0)),
        "DatoSamtykke": only(days(signed), samtykke.eq_missing(1)),
    }
    frame = fill.form("to", draw, courses, pl.DataFrame(), given)
    frame = frame.with_columns(only(frame[b], begun).alias(b) for b in ("Tilsynsanmodnin", "TelefonCalling"))
    finished = (stage == c.DONE) | ((stage == c.LEAVING) & draw.yes(n, 0.3))
    status = np.where(finished, COMPLETED, np.where(begun, DRAFT, EMPTY))
    return finish(s, "to", frame, status, np.where(finished, courses.end, courses.start), {BIRTH_DATE: s.born})


def _clinician_status(s: Surroundings, types: Array) -> dict[str, Array]:
    draw, stage, n = s.draw, s.courses.stage, len(s.courses)
    some = draw.rng.random((4, n))
    done = stage == c.DONE
    b11 = np.select(
        [
            done,
            stage == c.TREATED,
            stage == c.LEAVING,
            stage == c.FIRST_VISIT,
            stage == c.NOT_SEEN,
            stage == c.REFERRED,
        ],
        [
            COMPLETED,
            COMPLETED,
            COMPLETED,
            np.where(some[0] < 0.5, DRAFT, COMPLETED),
            DRAFT,
            np.where(some[0] < 0.3, DRAFT, EMPTY),
        ],
        EMPTY,
    )
    b12 = np.select(
        [done, stage == c.TREATED, stage == c.LEAVING, stage == c.FIRST_VISIT],
        [COMPLETED, COMPLETED, COMPLETED, np.where(some[1] < 0.5, EMPTY, DRAFT)],
        EMPTY,
    )
    # Behandlerdel 2.1 and 2.2 cannot be completed before «Kognitivt svekket» is answered: for patients about to leave.
    b21 = np.select([done, stage == c.LEAVING], [COMPLETED, np.where(some[2] < 0.5, COMPLETED, DRAFT)], EMPTY)
    b22 = np.select(
        [done, stage == c.LEAVING, stage == c.TREATED], [COMPLETED, DRAFT, np.where(some[3] < 0.4, DRAFT, EMPTY)], EMPTY
    )
    seen = types >= 2
    return {"b11": b11, **{k: np.where(seen, v, ABSENT) for k, v in {"b12": b12, "b21": b21, "b22": b22}.items()}}

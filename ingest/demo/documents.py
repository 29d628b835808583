"""The forms of the demo's forløp: answers that hang together, completed or half done as the forløp is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from checks import validation
from checks.answers import shape
from checks.calculations.age import age_expr
from checks.calculations.inclusion import ADULT
from checks.calculations.omeq import STEMS
from checks.codebook import load
from checks.derived_frames import BIRTH_DATE, PAIN_KINDS, clear_hidden, derive_frame, type_expr
from checks.errors import InvalidAnswers
from ingest.demo import fill, odds, pain
from ingest.demo import courses as c
from ingest.demo.courses import Courses
from ingest.demo.draw import Array, Draw, days, only

ABSENT, EMPTY, DRAFT, COMPLETED = -2, -1, 0, 1
OPIOID_AFTER = 28


@dataclass(frozen=True)
class Documents:
    """One form of every forløp. ``status`` is ABSENT where the forløp has no such form; ``day`` when it was saved."""

    skjema: str
    frame: pl.DataFrame
    status: Array
    day: Array
    smertediagnoser: pl.Series | None = None


@dataclass(frozen=True)
class Surroundings:
    """What the forms of one chunk have in common."""

    draw: Draw
    courses: Courses
    today: date
    born: pl.Series
    lokasjon: pl.Series
    avdeling: pl.Series
    entries: list[pain.Entry]


def make(s: Surroundings) -> tuple[list[Documents], pl.DataFrame]:
    """Every form, each checked at its own level, and TO's final columns with ``forlopstype``.

    Raises InvalidAnswers when a row breaks a rule of the codebook: the demo then has a bug.
    """
    to = _to(s)
    decided = to.frame.with_columns(forlopstype=type_expr())
    types = decided["forlopstype"].fill_null(0).to_numpy()
    clinicians = _clinician_status(s, types)
    context = to.frame.select(pl.all().name.prefix("to."))
    made = [to, _b11(s, clinicians["b11"], context)]
    first, last = _pain_scores(s, clinicians, context)
    made += [first, last, _b22(s, clinicians["b22"], context, made[1].frame)]
    made += _patient_forms(s, types, decided["SkriftligSamtyk"].eq_missing(1).to_numpy(), context)
    return made, decided


def _finish(
    s: Surroundings, skjema: str, frame: pl.DataFrame, status: Array, day: Array, more: Mapping[str, pl.Series] | None = None,
    smertediagnoser: pl.Series | None = None,
) -> Documents:  # fmt: skip
    """Cut drafts short, compute, clear what is not asked, and check everything at the form's own level."""
    frame = _cut(s.draw, skjema, frame, status).with_columns(**(more or {}))
    done = pl.Series(status == COMPLETED)
    frame = clear_hidden(skjema, derive_frame(skjema, frame))
    frame = derive_frame(skjema, frame).drop(list(more or {}))
    dated = validation.with_today(frame, s.today)
    problems = validation.checker(skjema, "ferdigstill").problems(dated.filter(done))
    problems += validation.checker(skjema, "lagre").problems(dated.filter(pl.Series(status == DRAFT)))
    if problems:
        raise InvalidAnswers(tuple(problems))
    return Documents(skjema, frame, status, day, smertediagnoser)


def _cut(draw: Draw, skjema: str, frame: pl.DataFrame, status: Array) -> pl.DataFrame:
    """Empty forms are blank; drafts are answered from the top down to somewhere."""
    if skjema == "to":
        return frame
    names = list(shape(skjema).columns)
    reach = np.where(status == DRAFT, draw.rng.uniform(0.15, 0.9, len(status)), np.where(status < DRAFT, 0.0, 1.0))
    reached = np.ceil(reach * len(names))
    return frame.with_columns(only(frame[n], reached > place).alias(n) for place, n in enumerate(names))


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
    # A few become impaired after they have signed; what they signed stays (decisions: a recorded Ja is never cleared).
    met = (seen == 1) & (norwegian == 1) & adult & ((impaired == 0) | draw.yes(n, 0.05))
    asked = decided & met & ~((stage == c.FIRST_VISIT) & draw.yes(n, 0.7)) & ~((stage == c.TREATED) & draw.yes(n, 0.4))
    consent = only(draw.codes(n, odds.LISTS["SkriftligSamtyk"]), asked)
    signed = np.minimum(courses.start + draw.codes(n, {0: 0.5, 1: 0.3, 2: 0.15, 3: 0.05}).to_numpy(), courses.today)
    given = {
        "HenvistDato": only(days(courses.start - draw.codes(n, odds.DAYS_WAITED).to_numpy()), begun),
        "StartdatoTO": only(start, begun),
        "Tilsett": only(pl.Series(seen), decided),
        "Norsktalende": only(pl.Series(norwegian), decided),
        "KognSvekket": only(pl.Series(impaired), answered),
        "SkriftligSamtyk": consent,
        "TypeManglSamt": only(draw.codes(n, odds.LISTS["TypeManglSamt"]), consent.eq_missing(0)),
        "DatoSamtykke": only(days(signed), consent.eq_missing(1)),
    }
    frame = fill.form("to", draw, n, pl.DataFrame(), given)
    frame = frame.with_columns(only(frame[b], begun).alias(b) for b in ("Tilsynsanmodnin", "TelefonCalling"))
    finished = (stage == c.DONE) | ((stage == c.LEAVING) & draw.yes(n, 0.3))
    status = np.where(finished, COMPLETED, np.where(begun, DRAFT, EMPTY))
    return _finish(s, "to", frame, status, np.where(finished, courses.end, courses.start), {BIRTH_DATE: s.born})


def _clinician_status(s: Surroundings, types: Array) -> dict[str, Array]:
    draw, stage, n = s.draw, s.courses.stage, len(s.courses)
    some = draw.rng.random((4, n))
    done = stage == c.DONE
    b11 = np.select(
        [done, stage == c.TREATED, stage == c.LEAVING, stage == c.FIRST_VISIT, stage == c.NOT_SEEN, stage == c.REFERRED],
        [COMPLETED, COMPLETED, COMPLETED, np.where(some[0] < 0.5, DRAFT, COMPLETED), DRAFT, np.where(some[0] < 0.3, DRAFT, EMPTY)],
        EMPTY,
    )
    b12 = np.select(
        [done, stage == c.TREATED, stage == c.LEAVING, stage == c.FIRST_VISIT],
        [COMPLETED, COMPLETED, COMPLETED, np.where(some[1] < 0.5, EMPTY, DRAFT)], EMPTY,
    )  # fmt: skip
    # Behandlerdel 2.1 and 2.2 wait for «Kognitivt svekket», which is answered for those who are leaving.
    b21 = np.select([done, stage == c.LEAVING], [COMPLETED, np.where(some[2] < 0.5, COMPLETED, DRAFT)], EMPTY)
    b22 = np.select(
        [done, stage == c.LEAVING, stage == c.TREATED], [COMPLETED, DRAFT, np.where(some[3] < 0.4, DRAFT, EMPTY)], EMPTY
    )
    seen = types >= 2
    return {"b11": b11, **{k: np.where(seen, v, ABSENT) for k, v in {"b12": b12, "b21": b21, "b22": b22}.items()}}


def _b11(s: Surroundings, status: Array, context: pl.DataFrame) -> Documents:
    draw, courses, n = s.draw, s.courses, len(s.courses)
    diagnoses = pain.draw_rows(draw, n, s.entries)
    begun = status >= DRAFT
    codes = pl.Series(odds.ADMISSION_CODES)[draw.index(n, [1] * len(odds.ADMISSION_CODES))]
    past, now = draw.codes(n, odds.LISTS["TidligereRus"]), draw.codes(n, odds.LISTS["PaagaaRus"])
    clean = past.eq(0) & now.eq(0)
    given = {
        "RegDato11": days(courses.start),
        "Lokasjon": s.lokasjon,
        "InnlAvd": s.avdeling,
        "InnlDiag": only(codes, draw.yes(n, 0.85)),
        "TidligereRus": past,
        "PaagaaRus": now,
        "LAR": only(draw.codes(n, odds.LISTS["LAR"]), ~clean),
        **_first_doses(draw, n),
    }
    frame = fill.form("b11", draw, n, context, given)
    not_seen = (context["to.Tilsett"].fill_null(1) != 1).to_numpy()
    block = [v.navn for v in load().skjema["b11"].variabler.values() if v.gruppe == "Analgetika4b"]
    frame = frame.with_columns(
        pl.when(pl.Series(not_seen)).then(1 if name == "Vetikke4b" else None).otherwise(pl.col(name)).alias(name)
        for name in block
    )
    kinds = only(diagnoses["kinds"], begun)
    return _finish(s, "b11", frame, status, courses.start, {PAIN_KINDS: kinds}, only(diagnoses["json"], begun))


def _first_doses(draw: Draw, n: int) -> dict[str, pl.Series]:
    """One to three opioids each: their dose, as a place on the list of doses of that opioid."""
    weights = np.asarray([odds.OPIOIDS[stem][0] for stem in STEMS])
    # The largest of log(weight) + Gumbel noise are a draw by weight without replacement.
    rank = (-(np.log(weights) + draw.rng.gumbel(size=(n, len(STEMS))))).argsort(axis=1).argsort(axis=1)
    chosen = rank < draw.codes(n, odds.HOW_MANY_OPIOIDS).to_numpy()[:, None]
    found = {}
    for place, stem in enumerate(STEMS):
        doses = np.asarray(odds.OPIOIDS[stem][1], dtype=float)
        step = np.minimum(draw.rng.poisson(1.8, n), len(doses) - 1)
        found[f"DD{stem}"] = only(pl.Series(doses[step]), chosen[:, place])
    return found


def _last_doses(draw: Draw, n: int, first: pl.DataFrame) -> dict[str, pl.Series]:
    """The same opioids a few steps up or down, and new ones for who had none at the first visit."""
    fresh = _first_doses(draw, n)
    none = ~np.logical_or.reduce([first[f"DD{stem}"].is_not_null().to_numpy() for stem in STEMS])
    change = draw.codes(n, odds.DOSE_CHANGE).to_numpy()
    found = {}
    for stem in STEMS:
        doses = np.asarray(odds.OPIOIDS[stem][1], dtype=float)
        before = first[f"DD{stem}"].fill_null(0).to_numpy()
        step = np.clip(np.searchsorted(doses, before) + change, 0, len(doses) - 1)
        kept = only(pl.Series(doses[step]), before > 0)
        found[f"DD{stem}22"] = kept.zip_with(pl.Series(~none), fresh[f"DD{stem}"])
    return found


def _pain_scores(s: Surroundings, status: Mapping[str, Array], context: pl.DataFrame) -> tuple[Documents, Documents]:
    """B 1.2 and B 2.1: verbal NRS, which falls in two of three from first to last visit."""
    draw, courses, n = s.draw, s.courses, len(s.courses)
    worst = np.clip(np.rint(draw.rng.normal(7, 1.9, n)), 0, 10).astype(np.int64)
    gaps = {"StSmRo": draw.whole(n, 0, 4), "SvSmBev": draw.whole(n, 1, 6), "SvSmRo": draw.whole(n, 0, 4)}
    fate = draw.index(n, [odds.LESS_PAIN, odds.SAME_PAIN, 1 - odds.LESS_PAIN - odds.SAME_PAIN])
    change = np.choose(fate, [-1 - draw.rng.binomial(5, 0.35, n), np.zeros(n, dtype=np.int64), draw.whole(n, 1, 2)])
    asked = draw.codes(n, odds.LISTS["AngiNRS"])
    again = asked.zip_with(pl.Series(draw.yes(n, 0.85)), draw.codes(n, odds.LISTS["AngiNRS"]))
    first = {"Regdato12": days(courses.start), "AngiNRS12": asked, **_scores(draw, worst, gaps, "12")}
    last = {"Regdato21": days(courses.end), "AngiNRS21": again,
            **_scores(draw, np.clip(worst + change, 0, 10), gaps, "21")}  # fmt: skip
    b12 = _finish(s, "b12", fill.form("b12", draw, n, context, first), status["b12"], courses.start)
    both = context.with_columns(b12.frame["Regdato12"].alias("b12.Regdato12"))
    return b12, _finish(s, "b21", fill.form("b21", draw, n, both, last), status["b21"], courses.end)


def _scores(draw: Draw, worst: Array, gaps: Mapping[str, Array], suffix: str) -> dict[str, pl.Series]:
    rest = np.maximum(worst - gaps["StSmRo"], 0)
    found = {"StSmBev": worst, "StSmRo": rest, "SvSmBev": np.maximum(worst - gaps["SvSmBev"], 0),
             "SvSmRo": np.maximum(rest - gaps["SvSmRo"], 0)}  # fmt: skip
    unknown = {name: draw.yes(len(worst), 0.01) for name in found}
    return {f"{name}{suffix}": pl.Series(np.where(unknown[name], 99, score)) for name, score in found.items()}


def _b22(s: Surroundings, status: Array, context: pl.DataFrame, b11: pl.DataFrame) -> Documents:
    draw, courses, n = s.draw, s.courses, len(s.courses)
    visits = np.clip(draw.rng.poisson(1.5 + 0.7 * (courses.end - courses.start)), 1, 60)
    visits = np.where(draw.yes(n, 0.015), 0, visits)
    hours = np.maximum(1, np.rint(visits * draw.rng.uniform(0.9, 1.7, n)))
    given = {
        "SluttDato": days(courses.end), "AntPasTils": pl.Series(visits), "TotTid": pl.Series(hours),
        **_last_doses(draw, n, b11),
    }  # fmt: skip
    return _finish(s, "b22", fill.form("b22", draw, n, context, given), status, courses.end)


def _patient_forms(s: Surroundings, types: Array, consents: Array, context: pl.DataFrame) -> list[Documents]:
    """Pasreg, HADS, Eval and Opioid: answered, closed with a reason, or still out."""
    draw, courses, n = s.draw, s.courses, len(s.courses)
    done, meets = courses.stage == c.DONE, types == 3
    plan = {
        "pasreg": ("DatoUfylPR", "PasDelUfylPR", "GrManglUtfylPR", courses.start + draw.whole(n, 1, 2)),
        "hads": ("DatoUtfHADS", "PasDelUtf", "GrManglUtfylHADS", courses.start + draw.whole(n, 1, 3)),
        "eval": ("DatoUfylEval", "PasdelUtfylEval", "AarsakmanglUfylEval", courses.end + draw.whole(n, 0, 2)),
        "opioid": ("DatoUtfylOpioid", "PasdelUtfylOpioid", "AarsakmanglUtfylOpioid", courses.end + OPIOID_AFTER + draw.whole(n, 0, 6)),
    }  # fmt: skip
    willing = draw.rng.random(n)
    made = []
    for skjema, (filled_on, complete, reason, day) in plan.items():
        due = day <= courses.today
        closed_early = done & ~consents
        may = due & consents & (done | ((skjema in ("pasreg", "hads")) & draw.yes(n, 0.6)))
        status = np.where(~meets, ABSENT, np.where(may | closed_early, COMPLETED, EMPTY))
        # Who answers one form mostly answers the next.
        answers = consents & (willing * 0.7 + draw.rng.random(n) * 0.3 < odds.PATIENT_ANSWERS)
        why = draw.codes(n, odds.NOT_ANSWERED).zip_with(
            pl.Series(consents), pl.Series([odds.NOT_ASKED_FOR_CONSENT]).new_from_index(0, n)
        )
        given = {
            filled_on: days(np.minimum(day, courses.today)), complete: pl.Series(np.where(answers, 1, 0)),
            reason: only(why, ~answers),
        }  # fmt: skip
        if skjema == "pasreg":
            unsure = draw.yes(n, 0.08)
            given["PRSpm3Mangler"] = only(pl.Series([1]).new_from_index(0, n), unsure)
            given["PRSpm3"] = pl.Series(np.minimum(draw.rng.geometric(0.14, n) - 1, 80))
        frame = fill.form(skjema, draw, n, context, given)
        made.append(_finish(s, skjema, frame, status, np.minimum(day, courses.today)))
    return made

"""The behandler forms of the demo: diagnoses, opioids, pain that falls, treatment."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from checks.calculations.omeq import STEMS
from checks.codebook import load
from checks.derived_frames import PAIN_KINDS
from ingest.demo import fill, odds, pain
from ingest.demo.draw import Array, Draw, days, only
from ingest.demo.finished import DRAFT, Documents, Surroundings, finish


def b11(s: Surroundings, status: Array, context: pl.DataFrame) -> Documents:
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
        "LAR": draw.codes(n, odds.LISTS["LAR"]).zip_with(~clean, pl.Series([0]).new_from_index(0, n)),
        **doses(draw, n),
    }
    frame = fill.form("b11", draw, courses, context, given)
    not_seen = (context["to.Tilsett"].fill_null(1) != 1).to_numpy()
    block = [v.navn for v in load().skjema["b11"].variabler.values() if v.gruppe == "Analgetika4b"]
    frame = frame.with_columns(
        pl.when(pl.Series(not_seen)).then(1 if name == "Vetikke4b" else None).otherwise(pl.col(name)).alias(name)
        for name in block
    )
    kinds = only(diagnoses["kinds"], begun)
    return finish(s, "b11", frame, status, courses.start, {PAIN_KINDS: kinds}, only(diagnoses["json"], begun))


def doses(draw: Draw, n: int, suffix: str = "") -> dict[str, pl.Series]:
    """The opioids of n patients, one to three each: the dose as an index in the list of doses of that opioid."""
    weights = np.asarray([odds.OPIOIDS[stem][0] for stem in STEMS])
    # Taking the opioids with the largest log(weight) + Gumbel noise draws them by weight without replacement.
    rank = (-(np.log(weights) + draw.rng.gumbel(size=(n, len(STEMS))))).argsort(axis=1).argsort(axis=1)
    chosen = rank < draw.codes(n, odds.HOW_MANY_OPIOIDS).to_numpy()[:, None]
    found = {}
    for place, stem in enumerate(STEMS):
        usual = np.asarray(odds.OPIOIDS[stem][1], dtype=float)
        step = np.minimum(draw.rng.poisson(1.8, n), len(usual) - 1)
        found[f"DD{stem}{suffix}"] = only(pl.Series(usual[step]), chosen[:, place])
    return found


def _last_doses(draw: Draw, n: int, first: pl.DataFrame) -> dict[str, pl.Series]:
    """The opioids of the first visit a few steps up or down, and new ones for patients who had none then."""
    fresh = doses(draw, n)
    none = ~np.logical_or.reduce([first[f"DD{stem}"].is_not_null().to_numpy() for stem in STEMS])
    change = draw.codes(n, odds.DOSE_CHANGE).to_numpy()
    found = {}
    for stem in STEMS:
        usual = np.asarray(odds.OPIOIDS[stem][1], dtype=float)
        before = first[f"DD{stem}"].fill_null(0).to_numpy()
        step = np.clip(np.searchsorted(usual, before) + change, 0, len(usual) - 1)
        kept = only(pl.Series(usual[step]), before > 0)
        found[f"DD{stem}22"] = kept.zip_with(pl.Series(~none), fresh[f"DD{stem}"])
    return found


def pain_scores(s: Surroundings, status: Mapping[str, Array], context: pl.DataFrame) -> tuple[Documents, Documents]:
    """B 1.2 and B 2.1: verbal NRS, which falls in two of three from first to last visit."""
    draw, courses, n = s.draw, s.courses, len(s.courses)
    worst = np.clip(np.rint(draw.rng.normal(7, 1.9, n)), 0, 10).astype(np.int64)
    gaps = {"StSmRo": draw.whole(n, 0, 4), "SvSmBev": draw.whole(n, 1, 6), "SvSmRo": draw.whole(n, 0, 4)}
    fate = draw.index(n, [odds.LESS_PAIN, odds.SAME_PAIN, 1 - odds.LESS_PAIN - odds.SAME_PAIN])
    change = np.choose(fate, [-1 - draw.rng.binomial(5, 0.35, n), np.zeros(n, dtype=np.int64), draw.whole(n, 1, 2)])
    asked = draw.codes(n, odds.LISTS["AngiNRS"])
    again = asked.zip_with(pl.Series(draw.yes(n, 0.85)), draw.codes(n, odds.LISTS["AngiNRS"]))
    first = {"Regdato12": days(courses.start), "AngiNRS12": asked, **_scores(draw, worst, gaps, "12")}
    last = {
        "Regdato21": days(courses.end),
        "AngiNRS21": again,
        **_scores(draw, np.clip(worst + change, 0, 10), gaps, "21"),
    }
    b12 = finish(s, "b12", fill.form("b12", draw, courses, context, first), status["b12"], courses.start)
    both = context.with_columns(b12.frame["Regdato12"].alias("b12.Regdato12"))
    return b12, finish(s, "b21", fill.form("b21", draw, courses, both, last), status["b21"], courses.end)


def _scores(draw: Draw, worst: Array, gaps: Mapping[str, Array], suffix: str) -> dict[str, pl.Series]:
    rest = np.maximum(worst - gaps["StSmRo"], 0)
    found = {
        "StSmBev": worst,
        "StSmRo": rest,
        "SvSmBev": np.maximum(worst - gaps["SvSmBev"], 0),
        "SvSmRo": np.maximum(rest - gaps["SvSmRo"], 0),
    }
    unknown = {name: draw.yes(len(worst), 0.01) for name in found}
    return {f"{name}{suffix}": pl.Series(np.where(unknown[name], 99, score)) for name, score in found.items()}


def b22(s: Surroundings, status: Array, context: pl.DataFrame, b11: pl.DataFrame) -> Documents:
    draw, courses, n = s.draw, s.courses, len(s.courses)
    visits = np.clip(draw.rng.poisson(1.5 + 0.7 * (courses.end - courses.start)), 1, 60)
    visits = np.where(draw.yes(n, 0.015), 0, visits)
    hours = np.maximum(1, np.rint(visits * draw.rng.uniform(0.9, 1.7, n)))
    given = {
        "SluttDato": days(courses.end),
        "AntPasTils": pl.Series(visits),
        "TotTid": pl.Series(hours),
        **_last_doses(draw, n, b11),
    }
    return finish(s, "b22", fill.form("b22", draw, courses, context, given), status, courses.end)

"""What forms work out by themselves, for whole frames: the counterpart of ``checks/derived.py``.

The demo and imports compute millions of rows here; a property test holds the two together on random documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from checks import engines, samtykke
from checks.answers import Shape, shape
from checks.calculations import hads, omeq
from checks.calculations.age import age_expr
from checks.calculations.inclusion import forlopstype_expr, inklusjonskriterier_expr, settled_expr
from checks.codebook import Variabel
from checks.codebook.model import PATIENT_TYPE
from checks.derived import CRITERIA, ICD10_EDITION, SEEN
from checks.reservasjon import RESERVASJON

BIRTH_DATE = "kontekst.fodselsdato"
PAIN_KINDS = "kontekst.smertekategorier"


def derive_frame(
    skjema: str, frame: pl.DataFrame, faktorsett: str = omeq.CURRENT_FACTOR_SET, dag: date | None = None
) -> pl.DataFrame:
    """`frame` with everything that is computed or filled in automatically, row by row as ``derived.derive``.

    ``frame`` has the columns of ``answers.frame``: the form's own and its context («to.Tilsett»). TO also reads
    BIRTH_DATE (Date), B 1.1 also PAIN_KINDS (list of SmerteKat); without them age and AkuttLang are null.
    """
    form = shape(skjema, dag)
    frame = _derived(form, _prefilled(form, _rounded_up(form, frame)), faktorsett)
    unasked = [n for n, v in form.columns.items() if v.beregnes and not form.asks(v)]
    return frame.with_columns(pl.lit(None, dtype=frame.schema[n]).alias(n) for n in unasked)


def _derived(form: Shape, frame: pl.DataFrame, faktorsett: str) -> pl.DataFrame:
    skjema = form.skjema.id
    if skjema == "to":
        return _to(form, frame)
    table = form.skjema.opioidtabell
    if table is not None:
        frame = _opioids(frame, table.suffiks, faktorsett)
    if skjema == "b11":
        return _b11(frame)
    if skjema == "hads":
        return hads.hads_columns(frame)
    return frame


def clear_hidden(skjema: str, frame: pl.DataFrame, dag: date | None = None) -> pl.DataFrame:
    """`frame` where the answers of hidden questions are blank (as ``answers.cleared``)."""
    form = shape(skjema, dag)
    names = [n for n, v in form.columns.items() if v.vises_naar is not None and form.asks(v)]
    return frame.with_columns(pl.when(form.visible[n]).then(pl.col(n)).alias(n) for n in names)


def type_expr() -> pl.Expr:
    """The forløpstype that TO's columns give (as ``derived.type_of``)."""
    kind = forlopstype_expr(*(pl.col(name) for name in CRITERIA))
    return (
        pl.when((kind == PATIENT_TYPE) & pl.col("InklKritOppf").eq_missing(0)).then(SEEN).otherwise(kind).cast(pl.Int8)
    )


def _rounded_up(form: Shape, frame: pl.DataFrame) -> pl.DataFrame:
    names = [n for n, v in form.columns.items() if v.avrund_opp]
    return frame.with_columns(pl.col(n).round(6).ceil() for n in names) if names else frame


def _prefilled(form: Shape, frame: pl.DataFrame) -> pl.DataFrame:
    filled = []
    for name, v in form.columns.items():
        if v.forhaandsvalg is not None and form.asks(v):
            due = ~_answered(form, v) & engines.expression(v.forhaandsvalg.naar, form.visible.get)
            filled.append(
                pl.when(due)
                .then(pl.lit(v.forhaandsvalg.verdi))
                .otherwise(pl.col(name))
                .cast(form.dtypes[name])
                .alias(name)
            )
    return frame.with_columns(filled) if filled else frame


def _answered(form: Shape, v: Variabel) -> pl.Expr:
    if v.gruppe is None:
        return pl.col(v.navn).is_not_null()
    group = [n for n, other in form.columns.items() if other.gruppe == v.gruppe]
    return pl.any_horizontal(pl.col(n).fill_null(0) != 0 for n in group)


def _to(form: Shape, frame: pl.DataFrame) -> pl.DataFrame:
    born = pl.col(BIRTH_DATE) if BIRTH_DATE in frame.columns else pl.lit(None, dtype=pl.Date)
    frame = frame.with_columns(age_expr(born, pl.col("StartdatoTO")).cast(pl.Float64).alias("alder"))
    reservasjon = RESERVASJON in form.codebook.gjeldende
    criteria = inklusjonskriterier_expr(*(settled_expr(n) if reservasjon else pl.col(n) for n in CRITERIA))
    frame = frame.with_columns(criteria.cast(pl.Int64).alias("InklKritOppf"))
    if not form.asks(form.columns["SkriftligSamtyk"]):
        return frame
    not_met = pl.col("InklKritOppf").eq_missing(0)
    answer, kind = pl.col("SkriftligSamtyk"), pl.col("TypeManglSamt")
    fill = not_met & answer.is_null()
    lift = ~not_met & answer.eq_missing(samtykke.NO) & kind.eq_missing(samtykke.NOT_APPLICABLE)
    return frame.with_columns(
        pl.when(fill).then(samtykke.NO).when(lift).then(None).otherwise(answer).alias("SkriftligSamtyk"),
        pl.when(fill).then(samtykke.NOT_APPLICABLE).when(lift).then(None).otherwise(kind).alias("TypeManglSamt"),
    )


def _b11(frame: pl.DataFrame) -> pl.DataFrame:
    kinds = pl.col(PAIN_KINDS) if PAIN_KINDS in frame.columns else pl.lit(None, dtype=pl.List(pl.Int64))
    some = kinds.list.len().fill_null(0) > 0
    both = kinds.list.contains(1) & kinds.list.contains(2)
    return frame.with_columns(
        pl.when(some).then(both.cast(pl.Int64)).alias("AkuttLang"),
        pl.when(pl.col("InnlDiag").fill_null("") != "")
        .then(pl.lit(ICD10_EDITION, dtype=pl.Int64))
        .alias("InnlDiagVersj"),
    )


def _opioids(frame: pl.DataFrame, suffix: str, faktorsett: str) -> pl.DataFrame:
    doses: Sequence[str] = [f"DD{stem}{suffix}" for stem in omeq.STEMS]
    computed = omeq.omeq_columns(frame.select(doses), suffix, faktorsett).drop(doses)
    return frame.with_columns(computed.get_columns())

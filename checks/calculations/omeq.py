"""Oral morphine equivalents of the opioid table in B 1.1 (4b) and B 2.2 (a).

Manual: «Kalkulatoren regner automatisk om til per orale morfinekvivalenter». A row is dose × factor; a
Buvidal dose is first looked up as the daily sublingual dose of buprenorphine and then takes the factor of
that. Factors and look-up belong to a factor set (`lists/omeq_faktorer.csv`, `lists/buvidal.csv`) whose name
is stored with the form, so that an old form can be computed as it was.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import polars as pl

from checks.code_lists import read

CURRENT_FACTOR_SET = "2026-1"
SUM = "MoEkvivalens"
SUBLINGUAL = "BuTbl"
STEMS = tuple(row["stamme"] for row in read("opioider"))
# Doses and factors are whole thousandths while computing: no binary fraction decides a rounding.
THOUSANDTHS = 1000
# thousandths × thousandths → tenths
PER_TENTH = THOUSANDTHS * THOUSANDTHS // 10


def omeq_columns(frame: pl.DataFrame, suffiks: str = "", faktorsett: str = CURRENT_FACTOR_SET) -> pl.DataFrame:
    """`frame` with OMEQ<stamme><suffiks> for the 27 rows and MoEkvivalens<suffiks> (Float64, mg a day).

    Doses are read from DD<stamme><suffiks> in the row's unit (at most three decimals); an absent column is no
    dose. Each row is rounded to one decimal, half up, and the sum is the sum of the rounded rows, as the
    screen shows them. No dose at all gives a null sum, and so does a Buvidal dose outside the table, as a sum
    without it would be too low. Raises ValueError for an unknown factor set.
    """
    tenths = {stem: _tenths(stem, faktorsett) for stem in STEMS}
    some_dose = pl.any_horizontal(pl.col(stem).is_not_null() for stem in STEMS)
    all_known = pl.all_horizontal(pl.col(stem).is_null() | tenths[stem].is_not_null() for stem in STEMS)
    total = pl.when(some_dose & all_known).then(pl.sum_horizontal(tenths.values()))
    computed = _doses(frame, suffiks).select(
        *(_whole_tenths(tenths[stem]).alias(f"OMEQ{stem}{suffiks}") for stem in STEMS),
        _whole_tenths(total).alias(f"{SUM}{suffiks}"),
    )
    return frame.with_columns(computed.get_columns())


def omeq_row(
    doses: Mapping[str, float | None], faktorsett: str = CURRENT_FACTOR_SET, suffiks: str = ""
) -> dict[str, float | None]:
    """OMEQ<stamme><suffiks> and MoEkvivalens<suffiks> of one form, as `omeq_columns` has them for a whole frame."""
    given = {stem: doses.get(f"DD{stem}{suffiks}") for stem in STEMS}
    tenths = {stem: None if dose is None else _row_tenths(stem, dose, faktorsett) for stem, dose in given.items()}
    known = [number for number in tenths.values() if number is not None]
    some_dose = any(dose is not None for dose in given.values())
    all_known = all(given[stem] is None or tenths[stem] is not None for stem in STEMS)
    row = {f"OMEQ{stem}{suffiks}": _in_mg(number) for stem, number in tenths.items()}
    return row | {f"{SUM}{suffiks}": _in_mg(sum(known)) if some_dose and all_known else None}


def buvidal_doses(stamme: str, faktorsett: str = CURRENT_FACTOR_SET) -> tuple[float, ...]:
    """The doses (mg) that can be registered for a Buvidal row, lowest first; none for a row without a table."""
    return tuple(dose / THOUSANDTHS for dose in sorted(_buvidal(faktorsett).get(stamme, ())))


def _doses(frame: pl.DataFrame, suffiks: str) -> pl.DataFrame:
    """One Int64 column per stem: the dose in thousandths of the row's unit, null where none is given."""
    stored = ((stem, f"DD{stem}{suffiks}") for stem in STEMS)
    floats = (
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(pl.Float64).alias(stem) for stem, name in stored
    )
    return frame.with_columns(floats).select((pl.col(STEMS) * THOUSANDTHS).round().cast(pl.Int64))


def _tenths(stem: str, faktorsett: str) -> pl.Expr:
    dose, factor = pl.col(stem), _factors(faktorsett)[stem]
    if factor is None:
        dose = dose.replace_strict(_buvidal(faktorsett)[stem], default=None, return_dtype=pl.Int64)
        factor = _factors(faktorsett)[SUBLINGUAL]
    return _equivalent(dose, factor)


def _row_tenths(stem: str, dose: float, faktorsett: str) -> int | None:
    thousandths, factor = round(dose * THOUSANDTHS), _factors(faktorsett)[stem]
    if factor is not None:
        return _equivalent(thousandths, factor)
    daily, sublingual = _buvidal(faktorsett)[stem].get(thousandths), _factors(faktorsett)[SUBLINGUAL]
    return None if daily is None else _equivalent(daily, sublingual)


def _equivalent(dose: Any, factor: int | None) -> Any:
    """Tenths of a mg of morphine, half up, of a dose in thousandths: whole numbers in a column or one by one."""
    return (dose * factor + PER_TENTH // 2) // PER_TENTH


def _in_mg(tenths: int | None) -> float | None:
    return None if tenths is None else tenths / 10


def _whole_tenths(tenths: pl.Expr) -> pl.Expr:
    # Polars divides a column by multiplying with the reciprocal (7 → 0.7000000000000001): round it away
    return (tenths / 10).round(1)


def _thousandths(text: str) -> int:
    return int(Decimal(text) * THOUSANDTHS)


@lru_cache
def _factors(faktorsett: str) -> dict[str, int | None]:
    rows = [row for row in read("omeq_faktorer") if row["faktorsett"] == faktorsett]
    if not rows:
        raise ValueError(f"Ukjent faktorsett: {faktorsett}")
    return {row["stamme"]: _thousandths(row["faktor"]) if row["faktor"] else None for row in rows}


@lru_cache
def _buvidal(faktorsett: str) -> dict[str, dict[int, int]]:
    tables: dict[str, dict[int, int]] = {}
    for row in read("buvidal"):
        if row["faktorsett"] == faktorsett:
            table = tables.setdefault(row["stamme"], {})
            table[_thousandths(row["dose_mg"])] = _thousandths(row["sublingval_mg"])
    return tables

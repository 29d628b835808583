"""Age in whole years, computed at startdato (manual, Tilleggsopplysninger: «Alder settes inn automatisk»)."""

from datetime import date

import polars as pl


def age_at(birth: date, day: date) -> int:
    """Whole years from birth to day. Born on 29 February: a year older on 1 March outside leap years.

    Negative when the day is before birth, so that the range of the variable can refuse it with a sentence.
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def age_expr(birth: pl.Expr, day: pl.Expr) -> pl.Expr:
    """`age_at` for columns of dates; null where either is null."""
    before_birthday = day.dt.month().cast(pl.Int32) * 100 + day.dt.day() < (
        birth.dt.month().cast(pl.Int32) * 100 + birth.dt.day()
    )
    return day.dt.year() - birth.dt.year() - before_birthday.cast(pl.Int32)

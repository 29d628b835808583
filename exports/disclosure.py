"""Small cells in tables that are shown to others than the unit itself: counts under five are left empty."""

from collections.abc import Sequence

import polars as pl

SMALLEST = 5


def suppress(frame: pl.DataFrame, counts: Sequence[str], parts: Sequence[tuple[str, Sequence[str]]]) -> pl.DataFrame:
    """`frame` with cells of 1–4 in the columns `counts` empty, and a column `undertrykt` (bool) that says so.

    `parts` names a whole and the columns that add up to it: where one of them alone would be empty, it could be had by
    subtraction, so the smallest of the others goes too; where the whole is empty, so are its parts. 0 stays 0.
    """
    original = frame
    small = {name: pl.col(name).is_between(1, SMALLEST - 1) for name in counts}
    frame = frame.with_columns(
        pl.any_horizontal(small.values()).fill_null(False).alias("undertrykt"),
        *(pl.when(rule).then(None).otherwise(pl.col(name)).alias(name) for name, rule in small.items()),
    )
    for whole, names in parts:
        shown = original.select(names)
        hidden = frame.select(pl.sum_horizontal(pl.col(name).is_null() for name in names)).to_series()
        least = pl.min_horizontal(pl.when(pl.col(f"{name}_vist") > 0).then(pl.col(f"{name}_vist")) for name in names)
        frame = frame.with_columns(
            hidden.alias("_skjult"), *(frame[name].alias(f"{name}_vist") for name in shown.columns)
        ).with_columns(least.alias("_minst"))
        taken = pl.lit(False)
        for name in names:
            first = (pl.col("_skjult") == 1) & (pl.col(f"{name}_vist") == pl.col("_minst")) & ~taken
            hide = pl.col(whole).is_null() | first
            taken = taken | first
            frame = frame.with_columns(pl.when(hide).then(None).otherwise(pl.col(name)).alias(name))
        frame = frame.drop("_skjult", "_minst", *(f"{name}_vist" for name in names))
    return frame

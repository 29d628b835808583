"""HADS subscale sums, from items already coded 0–3 (which items: `lists/hads.csv`).

Half rule: a subscale of seven items is scored when at least four are answered, as their mean × 7. Bell ML,
Fairclough DL, Fiero MH, Butow PN. Handling missing items in the Hospital Anxiety and Depression Scale (HADS):
a simulation study. BMC Res Notes 2016;9:479.
"""

from collections.abc import Mapping

import polars as pl

from checks.code_lists import read

SCORES = {"angst": "HADSScoreAngst", "depresjon": "HADSScoreDepresjon"}
ITEMS = {name: tuple(f"HADSSpm{row['ledd']}" for row in read("hads") if row["delskala"] == name) for name in SCORES}
REQUIRED = 4


def hads_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with HADSScoreAngst and HADSScoreDepresjon (Int16, 0–21) from HADSSpm1–HADSSpm14 (integers).

    A prorated sum is rounded half up; fewer than four answers of a subscale give null.
    """
    return frame.with_columns(_score(ITEMS[name]).alias(column) for name, column in SCORES.items())


def hads_row(answers: Mapping[str, int | None]) -> dict[str, int | None]:
    """The two scores of one form, by the same path as `hads_columns`; an item that is absent is unanswered."""
    items = {item: answers.get(item) for group in ITEMS.values() for item in group}
    frame = pl.DataFrame([items], schema=dict.fromkeys(items, pl.Int16))
    return hads_columns(frame).select(list(SCORES.values())).row(0, named=True)


def _score(items: tuple[str, ...]) -> pl.Expr:
    values = [pl.col(item).cast(pl.Int32) for item in items]
    answered = pl.sum_horizontal(value.is_not_null().cast(pl.Int32) for value in values)
    total = pl.sum_horizontal(values)
    # mean × 7 rounded half up, in integers: (2 × 7 × sum + n) ÷ 2n
    rounded = (2 * len(items) * total + answered) // (2 * answered)
    return pl.when(answered >= REQUIRED).then(rounded).cast(pl.Int16)

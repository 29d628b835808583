"""HADS subscale sums, from items already coded 0–3 (which items: `lists/hads.csv`).

Half rule: a subscale of seven items is scored when at least four are answered, as their mean × 7. Bell ML,
Fairclough DL, Fiero MH, Butow PN. Handling missing items in the Hospital Anxiety and Depression Scale (HADS):
a simulation study. BMC Res Notes 2016;9:479. «Vet ikke» (9), which the registry had in 2017, is a missing item.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from checks.code_lists import read

SCORES = {"angst": "HADSScoreAngst", "depresjon": "HADSScoreDepresjon"}
ITEMS = {name: tuple(f"HADSSpm{row['ledd']}" for row in read("hads") if row["delskala"] == name) for name in SCORES}
REQUIRED = 4
_MOST = 3  # points of an item


def hads_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with HADSScoreAngst and HADSScoreDepresjon (Int64, 0–21) from HADSSpm1–HADSSpm14 (integers).

    A prorated sum is rounded half up; fewer than four answers of a subscale give null.
    """
    return frame.with_columns(_score(ITEMS[name]).alias(column) for name, column in SCORES.items())


def hads_row(answers: Mapping[str, int | None]) -> dict[str, int | None]:
    """The two scores of one form, as `hads_columns` has them; an item that is absent is unanswered."""
    return {column: _row_score(answers, ITEMS[name]) for name, column in SCORES.items()}


def _score(items: tuple[str, ...]) -> pl.Expr:
    points = [pl.col(item).cast(pl.Int64) for item in items]
    values = [pl.when(point.is_between(0, _MOST)).then(point) for point in points]
    answered = pl.sum_horizontal(value.is_not_null().cast(pl.Int64) for value in values)
    total = pl.sum_horizontal(values)
    return pl.when(answered >= REQUIRED).then(_prorated(len(items), total, answered))


def _row_score(answers: Mapping[str, int | None], items: tuple[str, ...]) -> int | None:
    given = [value for item in items if (value := answers.get(item)) is not None and 0 <= value <= _MOST]
    return _prorated(len(items), sum(given), len(given)) if len(given) >= REQUIRED else None


def _prorated(items: int, total: Any, answered: Any) -> Any:
    """The mean of the answers × items, rounded half up: (2 × items × sum + n) ÷ 2n, of columns or of whole numbers."""
    return (2 * items * total + answered) // (2 * answered)

"""Pandera with one check of a whole frame whose failure cases say which rule was broken, by whom and how.

A Pandera check answers yes or no for each row; here a form has some 500 rules, and one check for each would cost a
tenth of a second for every form. So one check judges the frame and gives what it found as its failure cases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandera.polars as pa
import polars as pl
from pandera.api.base.checks import CheckResult
from pandera.api.polars.types import PolarsData
from pandera.constants import CHECK_OUTPUT_KEY
from pandera.errors import SchemaError

from checks.errors import Problem

Judge = Callable[[pl.DataFrame], Sequence[Problem]]
_CASES = {
    "code": pl.String,
    "melding": pl.String,
    "skjema": pl.String,
    "variabel": pl.String,
    "rad": pl.Int64,
    "annen_dato": pl.String,
}


class _Codebook(pa.Check):
    """A check whose failure cases are the problems that ``judge`` finds in the frame."""

    def __init__(self, judge: Judge) -> None:
        super().__init__(judge, name="kodebok")
        self._judge = judge

    def __call__(self, check_obj: pl.LazyFrame, column: str | None = None) -> CheckResult:
        found = self._judge(check_obj.collect())
        passed = pl.LazyFrame({CHECK_OUTPUT_KEY: [not found]})
        cases = pl.LazyFrame([vars(p) for p in found], schema=_CASES)
        return CheckResult(passed, passed, PolarsData(check_obj, column or "*"), cases)


def schema(kinds: Mapping[str, pl.DataType], judge: Judge) -> pa.DataFrameSchema:
    """The schema of frames with exactly these columns in which ``judge`` finds nothing wrong.

    The columns' types are one more check of the whole frame: a Pandera column for each of 170 would cost as much as
    a check for each.
    """

    def typed(data: PolarsData) -> bool:
        return dict(data.lazyframe.collect_schema()) == dict(kinds)

    return pa.DataFrameSchema(
        checks=[pa.Check(typed, name="kolonner", error="ukjente kolonner eller typer"), _Codebook(judge)]
    )


def refused(gate: pa.DataFrameSchema, frame: pl.DataFrame) -> list[Problem]:
    """The problems for which the gate refuses the frame; none when the frame passed.

    Raises pandera's SchemaError for a column that is unknown, missing or of another type: that is our bug.
    """
    try:
        gate.validate(frame)
    except SchemaError as error:
        if not isinstance(error.check, _Codebook) or not isinstance(error.failure_cases, pl.DataFrame):
            raise
        return [Problem(**case) for case in error.failure_cases.iter_rows(named=True)]
    return []

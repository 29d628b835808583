"""The periods that charts are drawn for, and what they are compared with."""

from __future__ import annotations

from datetime import date

import pytest

from app.results.charts import period, summary
from app.results.charts.look import month_ticks
from exports.figures.data import Period

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("choice", "first", "last"),
    [
        (period.YEAR, date(2025, 12, 1), date(2026, 11, 1)),
        (period.THIS, date(2026, 1, 1), date(2026, 11, 1)),
        (period.LAST, date(2025, 1, 1), date(2025, 12, 1)),
        (period.ALL, date(2023, 5, 1), date(2026, 11, 1)),
    ],
)
def test_periods(choice: int, first: date, last: date) -> None:
    assert period.period(choice, TODAY, date(2023, 5, 1)) == Period(first, last)


def test_a_period_knows_its_months_over_new_year() -> None:
    assert Period(date(2025, 12, 1), date(2026, 2, 1)).months == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert Period(date(2026, 2, 1), date(2026, 1, 1)).months == []


def test_december_is_its_own_last_twelve_months() -> None:
    assert period.period(period.YEAR, date(2026, 12, 31), None).first == date(2026, 1, 1)


def test_a_month_so_far_is_compared_with_as_many_days() -> None:
    now, before, last_year = summary.spans(date(2026, 3, 30))
    assert [(s.first, s.last) for s in (now, before, last_year)] == [
        (date(2026, 3, 1), date(2026, 3, 30)),
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2025, 3, 1), date(2025, 3, 30)),
    ]
    assert now.words == "1.–30. mars"


def test_a_year_is_named_where_it_begins() -> None:
    words = month_ticks(Period(date(2025, 11, 1), date(2026, 2, 1)).months)["ticktext"]
    assert words == ["nov<br>2025", "des", "jan<br>2026", "feb"]

"""Chart frames and periods: what is added up, what is drawn, and what is empty."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from app.charts import coverage, lokal, period
from app.charts.data import Period
from app.charts.template import LIGHT, month_ticks

TODAY = date(2026, 11, 23)


def parts(drawn: Any) -> Any:
    """A figure that was drawn, its parts untyped."""
    assert drawn is not None
    return drawn


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
    assert Period(date(2025, 12, 1), date(2026, 2, 1)).months == [
        date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1),
    ]  # fmt: skip
    assert Period(date(2026, 2, 1), date(2026, 1, 1)).months == []


def test_december_is_its_own_last_twelve_months() -> None:
    assert period.period(period.YEAR, date(2026, 12, 31), None).first == date(2026, 1, 1)


def test_months_without_registrations_are_drawn_as_nothing() -> None:
    months = Period(date(2026, 1, 1), date(2026, 3, 1)).months
    frame = pl.DataFrame({"maaned": [date(2026, 1, 1), date(2026, 3, 1)], "n": [4, 6]})
    drawn = lokal.registrations(frame, months, LIGHT)
    assert list(parts(drawn).data[0].y) == [4, 0, 6]
    assert "10" in parts(drawn).layout.title.subtitle.text


def test_visits_show_share_and_count() -> None:
    drawn = lokal.visits(
        pl.DataFrame({"tilsett": [2, 1], "tekst": ["Nei, ikke behov", "Ja"], "n": [1, 3]}), LIGHT
    )
    assert list(parts(drawn).data[0].text) == ["75,0\u00a0% (3)", "25,0\u00a0% (1)"]


def test_departments_beyond_the_ten_largest_are_added_up() -> None:
    frame = pl.DataFrame({"avdeling": [f"A{i:02}" for i in range(12)], "n": list(range(1, 13))})
    drawn = lokal.departments(frame, LIGHT)
    assert parts(drawn).data[0].customdata[-1] == "2 andre"
    assert parts(drawn).data[0].text[-1].endswith("(3)")


def test_opioid_doses_are_grouped_at_both_ends() -> None:
    drawn = lokal.opioids(pl.DataFrame({"forste": [0.0, 30.0, 250.0], "siste": [0.0, 10.0, 150.0]}), LIGHT)
    assert list(parts(drawn).data[0].customdata) == [1, 1, 0, 0, 0, 1]
    assert list(parts(drawn).data[1].customdata) == [1, 1, 0, 0, 1, 0]
    assert "66,7\u00a0% har lavere dose" in parts(drawn).layout.title.subtitle.text


def test_waiting_before_the_referral_has_a_place_of_its_own() -> None:
    drawn = lokal.waiting(pl.DataFrame({"dager": [-1, 0, 9], "n": [1, 2, 3]}), LIGHT)
    assert (parts(drawn).data[0].x[0], parts(drawn).data[0].y[0], parts(drawn).data[0].y[-1]) == ("før", 1, 3)


@pytest.mark.parametrize("draw", [lokal.visits, lokal.consent, lokal.types, lokal.departments, lokal.waiting, lokal.intensity, lokal.opioids])  # fmt: skip
def test_nothing_to_show_is_no_figure(draw: Any) -> None:
    columns = (
        "tilsett",
        "tekst",
        "n",
        "samtykke",
        "samtykke_type",
        "forlopstype",
        "avdeling",
        "dager",
        "maal",
        "forste",
        "siste",
    )
    types = {c: pl.String if c in ("tekst", "avdeling", "maal") else pl.Int64 for c in columns}
    assert draw(pl.DataFrame(schema=types), LIGHT) is None


def test_a_year_is_named_where_it_begins() -> None:
    words = month_ticks(Period(date(2025, 11, 1), date(2026, 2, 1)).months)["ticktext"]
    assert words == ["nov<br>2025", "des", "jan<br>2026", "feb"]


def _row(month: int, unit: str, included: int, eligible: int, formal: int) -> dict[str, object]:
    states = dict.fromkeys(coverage.STATES, 0) | {"n_ja": included, "n_nei_aktivt": eligible - included}
    formally = {name.replace("n_", "n_formelt_", 1): 0 for name in states}
    return {
        "maaned": date(2026, month, 1), "SykehusNavn": unit, "n_forlop": eligible + 1, "n_inklusjon_status": included,
        "n_inkl_krit_oppf": eligible, "n_formelt_henvist": formal, "n_krit_ubesvart": 1, **states, **formally,
    }  # fmt: skip


def test_dekningsgrad_is_the_sum_over_the_sum() -> None:
    rows = pl.DataFrame([_row(1, "A", 1, 2, 1), _row(2, "A", 8, 8, 8), _row(1, "B", 0, 0, 0)])
    assert coverage.total(rows).figure == "90,0\u00a0%"
    assert coverage.total(rows).formal_figure == "100,0\u00a0%"
    assert [(unit, found.figure) for unit, found in coverage.per_unit(rows)] == [
        ("A", "90,0\u00a0%"),
        ("B", None),
    ]


def test_a_month_without_a_denominator_has_no_point() -> None:
    rows = pl.DataFrame([_row(1, "A", 1, 2, 1), _row(2, "A", 0, 0, 0)])
    months = Period(date(2026, 1, 1), date(2026, 2, 1)).months
    drawn = coverage.chart(coverage.per_month(rows, months), [], "Enheten", LIGHT)
    assert list(parts(drawn).data[0].x) == ["2026-01-01"]
    assert (
        coverage.chart(
            coverage.per_month(rows.filter(pl.col("n_inkl_krit_oppf") == 0), months), [], "E", LIGHT
        )
        is None
    )


def test_few_forlop_of_others_are_not_drawn() -> None:
    rows = pl.DataFrame([_row(1, "A", 3, 4, 4)])
    months = [date(2026, 1, 1)]
    drawn = coverage.chart(
        coverage.per_month(rows, months), coverage.per_month(rows, months), "Enheten", LIGHT
    )
    assert len(parts(drawn).data) == 1

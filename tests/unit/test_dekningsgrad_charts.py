"""Dekningsgrad month by month, and what a chart never tells of the other units."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from app.results.charts import dekningsgrad
from app.results.charts import lokal_henvisning as henvisning
from app.results.charts.data import Period
from app.results.charts.look import LIGHT
from app.results.charts.numbers import pairs
from checks.small_numbers import SMALLEST
from tests.chart_numbers import numbers_of, parts


def _row(month: int, unit: str, included: int, eligible: int, formal: int) -> dict[str, object]:
    states = dict.fromkeys(dekningsgrad.STATES, 0) | {"n_ja": included, "n_nei_aktivt": eligible - included}
    formally = {name.replace("n_", "n_formelt_", 1): 0 for name in states}
    return {
        "maaned": date(2026, month, 1),
        "SykehusNavn": unit,
        "AvdRESH": unit,
        "n_forlop": eligible + 1,
        "n_inklusjon_status": included,
        "n_inkl_krit_oppf": eligible,
        "n_formelt_henvist": formal,
        "n_krit_ubesvart": 1,
        **states,
        **formally,
    }


def test_dekningsgrad_is_the_sum_over_the_sum() -> None:
    rows = pl.DataFrame([_row(1, "A", 1, 2, 1), _row(2, "A", 8, 8, 8), _row(1, "B", 0, 0, 0)])
    assert dekningsgrad.total(rows).figure == "90,0\u00a0%"
    assert dekningsgrad.total(rows).formal_figure == "100,0\u00a0%"
    assert [(unit, found.figure) for unit, found in dekningsgrad.per_group(rows, "SykehusNavn")] == [
        ("A", "90,0\u00a0%"),
        ("B", None),
    ]


def test_a_month_without_a_denominator_has_no_point() -> None:
    rows = pl.DataFrame([_row(1, "A", 1, 2, 1), _row(2, "A", 0, 0, 0)])
    months = Period(date(2026, 1, 1), date(2026, 2, 1)).months
    drawn = dekningsgrad.chart(dekningsgrad.per_month(rows, months), {}, "Enheten", LIGHT)
    assert list(parts(drawn).figure.data[0].x) == ["2026-01-01"]
    assert [line.y0 for line in parts(drawn).figure.layout.shapes] == [60, 80]
    assert parts(drawn).table["Dekningsgrad (%)"].to_list() == [50.0, None]
    nobody = rows.filter(pl.col("n_inkl_krit_oppf") == 0)
    assert dekningsgrad.chart(dekningsgrad.per_month(nobody, months), {}, "E", LIGHT) is None


def test_the_month_that_is_not_over_is_hollow_and_the_heading_says_so() -> None:
    rows = pl.DataFrame([_row(1, "A", 1, 2, 1), _row(2, "A", 0, 4, 0)])
    months = Period(date(2026, 1, 1), date(2026, 2, 1)).months
    own = dekningsgrad.per_month(rows, months)
    figure = parts(dekningsgrad.chart(own, {}, "Enheten", LIGHT, months[1])).figure
    assert list(figure.data[0].marker.color) == [LIGHT.unit, LIGHT.surface]
    assert "feb. 2026 er ikke over" in str(figure.layout.title)
    whole = parts(dekningsgrad.chart(own, {}, "Enheten", LIGHT)).figure
    assert "er ikke over" not in str(whole.layout.title)


@pytest.mark.parametrize(
    ("included", "eligible", "share"), [(10, 20, 0.47), (10, 12, None), (3, 20, None), (0, 0, None), (0, 4, None)]
)
def test_dekningsgrad_of_all_units_is_shown_only_where_the_others_are_many(
    included: int, eligible: int, share: float | None
) -> None:
    rows = pl.DataFrame([_row(1, "A", 4, 10, 10), _row(1, "B", included, eligible, eligible)])
    months = [date(2026, 1, 1)]
    nation = dekningsgrad.nation_by_month(rows, "A", months, SMALLEST)
    assert nation == ({months[0]: share} if share else {})
    own = dekningsgrad.per_month(rows.filter(AvdRESH="A"), months)
    drawn = parts(dekningsgrad.chart(own, nation, "Enheten", LIGHT))
    assert len(drawn.figure.data) == (2 if share else 1)
    assert drawn.table["Alle enheter (%)"].to_list() == [47 if share else None]


def test_no_figure_of_a_chart_tells_how_many_the_other_units_have() -> None:
    """What is drawn from can be read in the browser, so it is rounded too: 47 of 114 would be the fraction 41.2280…"""
    rows = pl.DataFrame([_row(1, "A", 4, 10, 10), _row(1, "B", 43, 104, 104)])
    months = [date(2026, 1, 1)]
    own = dekningsgrad.per_month(rows.filter(AvdRESH="A"), months)
    nation = dekningsgrad.nation_by_month(rows, "A", months, SMALLEST)
    grey = parts(dekningsgrad.chart(own, nation, "Enheten", LIGHT)).figure.data[0]
    assert list(grey.y) == [41.0] and "114" not in str(grey) and "47" not in str(grey)
    bars = parts(henvisning.visits(numbers_of(tilsyn={1: ("Ja", 4, 43), 2: ("Nei", 6, 61)}), LIGHT)).figure
    assert list(bars.data[1].x) == [41.0, 59.0]
    (pair,) = pairs(
        [
            {
                "maal": "StSmRo",
                "n": 2,
                "forste": 14.0,
                "siste": 9.0,
                "n_ned": 1,
                "n_opp": 0,
                "alle_n": 13,
                "alle_forste": 80.0,
                "alle_siste": 30.0,
                "andre_n": 11,
            }
        ],
        SMALLEST,
    ).values()
    assert pair.nation == (6.2, 2.3)

"""Dekningsgrad month by month, and what a chart never tells of the other units."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from statsmodels.stats.proportion import proportion_confint

from app.results.charts import dekningsgrad
from app.results.charts import lokal_henvisning as henvisning
from app.results.charts.look import LIGHT
from checks.small_numbers import SMALLEST
from exports.figures import coverage, grain
from exports.figures.data import Period
from exports.figures.numbers import pairs
from tests.chart_numbers import numbers_of, parts


def _row(month: int, unit: str, included: int, eligible: int, formal: int) -> dict[str, object]:
    states = dict.fromkeys(coverage.STATES, 0) | {"n_ja": included, "n_nei_aktivt": eligible - included}
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
        "n_krit_reservasjon": 0,
        **states,
        **formally,
    }


def test_dekningsgrad_is_the_sum_over_the_sum() -> None:
    rows = pl.DataFrame([_row(1, "A", 1, 2, 1), _row(2, "A", 8, 8, 8), _row(1, "B", 0, 0, 0)])
    assert coverage.total(rows).figure == "90,0\u00a0%"
    assert coverage.total(rows).formal_figure == "100,0\u00a0%"
    assert [(unit, found.figure) for unit, found in coverage.per_group(rows, "SykehusNavn")] == [
        ("A", "90,0\u00a0%"),
        ("B", None),
    ]


def spans(first: int, last: int, length: grain.Grain = grain.MONTH) -> list[grain.Span]:
    return grain.spans(Period(date(2026, first, 1), date(2026, last, 1)).months, length)


def test_a_month_without_a_denominator_has_no_point_and_no_line_across_it() -> None:
    rows = pl.DataFrame([_row(1, "A", 1, 2, 1), _row(2, "A", 0, 0, 0), _row(3, "A", 3, 4, 0)])
    drawn = dekningsgrad.chart(coverage.per_span(rows, spans(1, 3)), {}, "Enheten", LIGHT)
    line = parts(drawn).figure.data[0]
    assert (list(line.y), line.connectgaps) == ([50, None, 75], False)
    assert [line.y0 for line in parts(drawn).figure.layout.shapes] == [60, 80]
    assert parts(drawn).table["Dekningsgrad (%)"].to_list() == [50.0, None, 75.0]
    assert "linjen er brutt" in " ".join(parts(drawn).notes)
    nobody = rows.filter(pl.col("n_inkl_krit_oppf") == 0)
    assert dekningsgrad.chart(coverage.per_span(nobody, spans(1, 3)), {}, "E", LIGHT) is None


def test_each_point_has_its_n_and_its_interval() -> None:
    rows = pl.DataFrame([_row(1, "A", 3, 3, 1), _row(2, "A", 40, 80, 1)])
    drawn = parts(dekningsgrad.chart(coverage.per_span(rows, spans(1, 2)), {}, "Enheten", LIGHT))
    assert [a.text for a in drawn.figure.layout.annotations if a.name == "n"] == ["3", "80", "n"]
    lows, highs = (drawn.table[f"{end} 95 % (%)"].to_list() for end in ("Nedre", "Øvre"))
    wanted: Any = [proportion_confint(hits, n, method="wilson") for hits, n in ((3, 3), (40, 80))]
    assert (lows, highs) == tuple([round(100 * end, 1) for end in ends] for ends in zip(*wanted, strict=True))
    error = drawn.figure.data[1].error_y
    assert [100 - error.arrayminus[0], 50 + error.array[1]] == pytest.approx([100 * wanted[0][0], 100 * wanted[1][1]])


@pytest.mark.parametrize(
    ("counts", "length", "said"),
    [
        ([10] * 12, "måned", ""),
        ([3] * 12, "år", "en vanlig måned har 3 forløp i nevneren"),
        ([4] * 12, "kvartal", "med under 10 flytter ett forløp andelen mer enn 10 prosentpoeng"),
        ([0] * 6 + [12] * 6, "måned", ""),  # the unit began in July
        ([12] * 11 + [1], "måned", ""),  # the last month is not over
        ([1], "år", "en vanlig måned har 0 forløp i nevneren"),
        ([0, 0], "år", ""),
        ([100] * 25, "kvartal", "det er flere enn 24 måneder"),
    ],
)
def test_periods_are_long_enough_for_the_usual_one_to_have_ten(counts: list[int], length: str, said: str) -> None:
    months = Period(date(2024, 12, 1), date(2026, 12, 1)).months[-len(counts) :]
    chosen, why = grain.choose(months, dict(zip(months, counts, strict=True)), months[-1])
    assert chosen.name == length and said in why and bool(why) == (length != "måned")


def test_periods_are_named_by_what_of_them_is_chosen() -> None:
    found = grain.spans(Period(date(2025, 12, 1), date(2026, 11, 1)).months, grain.QUARTER)
    assert [span.words for span in found] == [
        "des. 2025",
        "1. kvartal 2026",
        "2. kvartal 2026",
        "3. kvartal 2026",
        "okt.–nov. 2026",
    ]
    months = Period(date(2025, 12, 1), date(2026, 11, 1)).months
    for few, quarter, year in ((9, "des. 2025–mars 2026", "des. 2025–nov. 2026"), (10, "des. 2025", "des. 2025")):
        n = {months[0]: few}
        assert grain.spans(months, grain.QUARTER, n)[0].words == quarter
        assert grain.spans(months, grain.YEAR, n)[0].words == year
        assert sum(len(span.months) for span in grain.spans(months, grain.YEAR, n)) == 12
    assert [span.lines for span in found][:2] == [("des", "2025"), ("1. kv.", "2026")]
    assert [span.words for span in grain.spans(Period(date(2025, 1, 1), date(2025, 12, 1)).months, grain.YEAR)] == [
        "2025"
    ]


def test_all_units_are_drawn_only_beside_most_points_and_the_page_says_what_they_are_or_why_not() -> None:
    """Found on ad0e55f: a grey line between two of twelve points, and no word about it."""
    own = coverage.per_span(pl.DataFrame([_row(m, "A", 5, 10, 1) for m in range(1, 5)]), spans(1, 4))
    places = [span for span, _ in own]

    def shown(*shares: float | None) -> tuple[int, str]:
        nation = dict(zip(places, shares, strict=True))
        drawn = parts(dekningsgrad.chart(own, nation, "Enheten", LIGHT))
        return sum(trace.name == "Alle enheter" for trace in drawn.figure.data), drawn.notes[-1]

    assert shown(0.5, 0.6, 0.5, 0.4) == (1, "Alle enheter samlet er i grått, i hele prosent.")
    drawn, said = shown(0.5, None, 0.5, 0.4)
    assert drawn == 1 and "vist i 3 av 4\u00a0måneder" in said and "for små" in said
    drawn, said = shown(None, None, None, 0.4)
    assert drawn == 0 and said.startswith("«Alle enheter» er ikke tegnet") and "bare 1 av 4\u00a0måneder" in said


def test_the_month_that_is_not_over_is_hollow_and_the_heading_says_so() -> None:
    rows = pl.DataFrame([_row(1, "A", 1, 2, 1), _row(2, "A", 0, 4, 0)])
    own = coverage.per_span(rows, spans(1, 2))
    figure = parts(dekningsgrad.chart(own, {}, "Enheten", LIGHT, date(2026, 2, 1))).figure
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
    nation = coverage.nation_by_span(rows, "A", spans(1, 1), SMALLEST)
    assert list(nation.values()) == [share]
    own = coverage.per_span(rows.filter(AvdRESH="A"), spans(1, 1))
    drawn = parts(dekningsgrad.chart(own, nation, "Enheten", LIGHT))
    assert len(drawn.figure.data) == (3 if share else 2)
    assert drawn.table["Alle enheter (%)"].to_list() == [47 if share else None]


def test_no_figure_of_a_chart_tells_how_many_the_other_units_have() -> None:
    """What is drawn from can be read in the browser, so it is rounded too: 47 of 114 would be the fraction 41.2280…"""
    rows = pl.DataFrame([_row(1, "A", 4, 10, 10), _row(1, "B", 43, 104, 104)])
    own = coverage.per_span(rows.filter(AvdRESH="A"), spans(1, 1))
    nation = coverage.nation_by_span(rows, "A", spans(1, 1), SMALLEST)
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


def test_a_period_over_the_day_has_the_part_of_each_edition_and_the_formal_share_counts_the_formally_referred() -> None:
    old = _row(1, "A", 3, 5, 4)
    new = _row(2, "A", 6, 10, 7) | {"n_krit_reservasjon": 10, "n_ikke_reservert": 6, "n_formelt_ikke_reservert": 5}
    whole = coverage.total(pl.DataFrame([old, new]))
    assert (whole.included, whole.eligible, whole.formal_included, whole.formal) == (9, 15, 8, 11)
    parts = {name: (value.hits, value.n) for name, value in whole.parts.items()}
    assert parts == {"samtykke": (3, 5), "reservasjon": (6, 10)}
    assert list(coverage.total(pl.DataFrame([old])).parts) == ["samtykke"]

"""Limits and signals against published reference values; intervals against statsmodels."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from checks import proportions, spc

# Montgomery, Introduction to Statistical Quality Control, 6th ed., table 7.1: frozen orange juice concentrate cans,
# 30 samples of 50. Example 7.1 gives p = 0,2313, UCL = 0,4102, LCL = 0,0524; samples 15 and 23 lie above. Without
# them p = 0,2150, UCL = 0,3893, LCL = 0,0407.
JUICE = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
# Table 7.4 of the same: purchase orders, 25 weeks of varying numbers. p = 234/2450; week 11 is above its limit, 0,180.
ORDERS = [
    100,
    80,
    80,
    100,
    110,
    110,
    100,
    100,
    90,
    90,
    110,
    120,
    120,
    120,
    110,
    80,
    80,
    80,
    90,
    100,
    100,
    100,
    100,
    90,
    90,
]
WRONG = [12, 8, 6, 9, 10, 12, 11, 16, 10, 6, 20, 15, 9, 8, 6, 8, 10, 7, 5, 8, 5, 8, 10, 6, 9]
# Useful observations, longest run and fewest crossings, as Anhøj tabulates the rules of Anhøj & Olesen 2014 for 10 to
# 100 observations («Critical values for longest runs and number of crossings»).
ANHOJ = [
    (10, 6, 2),
    (11, 6, 2),
    (12, 7, 3),
    (13, 7, 3),
    (14, 7, 4),
    (16, 7, 4),
    (17, 7, 5),
    (19, 7, 6),
    (20, 7, 6),
    (22, 7, 7),
    (23, 8, 7),
    (24, 8, 8),
]


def p_chart(hits: list[int], n: list[int], places: Sequence[int] | None = None) -> spc.PChart:
    """The chart with the months at `places` as its baseline."""
    baseline = None if places is None else (sum(hits[i] for i in places), sum(n[i] for i in places))
    chart = spc.p_chart(hits, n, baseline)
    assert chart is not None
    return chart


def run_chart(values: list, places: Sequence[int] | None = None, ends: Sequence[float] = ()) -> spc.RunChart:
    chart = spc.run_chart(values, None if places is None else [values[i] for i in places], ends)
    assert chart is not None
    return chart


def test_grensene_i_montgomerys_eksempel_7_1() -> None:
    chart = p_chart(JUICE, [50] * 30)
    assert round(chart.centre, 4) == 0.2313
    assert [round(end, 4) for end in chart.limits[0] or ()] == [0.0524, 0.4102]
    assert chart.outside == (14, 22)


def test_en_basislinje_uten_de_to_utenfor_gir_de_reviderte_grensene() -> None:
    chart = p_chart(JUICE, [50] * 30, [i for i in range(30) if i not in (14, 22)])
    assert round(chart.centre, 4) == 0.2150
    assert [round(end, 4) for end in chart.limits[0] or ()] == [0.0407, 0.3893]


def test_hver_maaned_har_grenser_etter_sitt_eget_antall() -> None:
    chart = p_chart(WRONG, ORDERS)
    assert round(chart.centre, 3) == 0.096
    assert [round(end, 3) for end in chart.limits[0] or ()] == [0.007, 0.184]
    assert chart.outside == (10,)
    assert round((chart.limits[10] or (0, 0))[1], 2) == 0.18


def test_en_maaned_uten_nevner_har_ingen_grenser_og_er_ikke_utenfor() -> None:
    chart = p_chart([5, 0, 7], [12, 0, 12])
    assert chart.limits[1] is None and chart.limits[0] is not None
    assert (chart.outside, chart.few) == ((), ())
    assert spc.p_chart([0, 0], [0, 0]) is None


@pytest.mark.parametrize(("useful", "longest", "crossings"), ANHOJ)
def test_grensene_i_anhojs_tabell(useful: int, longest: int, crossings: int) -> None:
    assert spc.longest_by_chance(useful) == longest
    assert spc.crossings_by_chance(useful) == crossings


def test_faerrest_kryssinger_er_femprosentilen_i_binomialfordelingen() -> None:
    for useful in range(spc.LEAST_MONTHS, 200):
        assert spc.crossings_by_chance(useful) == binom.ppf(0.05, useful - 1, 0.5)


def test_lengste_serie_og_kryssinger_telles_rundt_medianen_uten_maaneder_paa_den() -> None:
    # Median 5: the third and the eighth are on it, the sixth month has no value.
    found = run_chart([4, 4, 5, 6, 6, None, 6, 5, 4])
    assert (found.centre, found.useful, found.longest, found.crossings) == (5, 6, 3, 2)
    assert found.run == (3, 4, 6)
    assert found.most is None and not found.long_run and not found.few_crossings


def test_det_trengs_ti_maaneder_som_ikke_ligger_paa_medianen() -> None:
    too_few, enough = run_chart([1] * 4 + [5] + [9] * 5, range(9)), run_chart([1] * 5 + [9] * 5)
    assert (too_few.useful, too_few.most, too_few.least) == (9, None, None)
    assert (enough.useful, enough.most, enough.least) == (10, 6, 2)
    assert not too_few.few_crossings
    assert enough.few_crossings and not enough.long_run


def test_det_tilfeldigheten_tillater_er_ikke_et_signal_og_en_til_er_det() -> None:
    # The centre is 5, of the first two months; ten useful months allow a run of six, and two crossings.
    allowed, longer = run_chart([1, *[9] * 6, 1, 1, 1], range(2)), run_chart([1, *[9] * 7, 1, 1], range(2))
    assert (allowed.useful, allowed.longest, allowed.crossings) == (10, allowed.most, allowed.least) == (10, 6, 2)
    assert not allowed.long_run and not allowed.few_crossings
    assert (longer.useful, longer.longest) == (10, 7) and longer.long_run and not longer.few_crossings


def test_et_skift_midtveis_er_et_signal_etter_begge_regler() -> None:
    found = run_chart([1, 2] * 6 + [8, 9] * 6)
    assert (found.longest, found.most, found.crossings, found.least) == (12, 8, 1, 8)
    assert found.long_run and found.few_crossings
    assert found.run == tuple(range(12))


def test_tilfeldig_variasjon_er_ikke_et_signal() -> None:
    found = run_chart([3, 6, 2, 7, 7, 1, 5, 2, 6, 3, 8, 1])
    assert not found.long_run and not found.few_crossings


def test_en_fryst_basislinje_flytter_medianen_og_viser_skiftet() -> None:
    series = [50, 52, 49, 51, 48, 53, 50, 51, 49, 52, 50, 51, 60, 61, 59, 62, 60, 58, 61, 63, 60]
    frozen = run_chart(series, range(12))
    assert frozen.centre == 50.5
    assert frozen.long_run and frozen.run == tuple(range(11, 21))


def test_et_skift_med_alle_like_er_ikke_et_signal() -> None:
    found = run_chart([5] * 20)
    assert (found.useful, found.longest, found.long_run) == (0, 0, False)


@given(
    st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from([0.9, 0.95, 0.998])
)
def test_wilson_er_den_samme_som_i_statsmodels(figures: tuple[int, int], level: float) -> None:
    found = proportions.wilson(*figures, level)
    expected: Any = proportion_confint(*figures, alpha=1 - level, method="wilson")
    assert found is not None
    assert all(isclose(a, b, abs_tol=1e-12) for a, b in zip(found, expected, strict=True))


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.01, 0.99))
def test_utenfor_trakten_er_det_samme_som_at_intervallet_ikke_dekker_maalet(
    figures: tuple[int, int], target: float
) -> None:
    hits, n = figures
    interval = proportions.wilson(hits, n, proportions.OUTER)
    low, high = proportions.funnel(target, n, proportions.OUTER)
    assert interval is not None
    on_the_edge = any(isclose(end, target, abs_tol=1e-9) for end in interval)
    assert on_the_edge or (low <= hits / n <= high) == (interval[0] <= target <= interval[1])


def test_et_tomt_utvalg_har_ikke_noe_intervall() -> None:
    assert proportions.wilson(0, 0) is None
    assert proportions.spread(3, 9, 1) is None
    assert proportions.spread(12, 56, 3) == pytest.approx(2.0)  # 2, 4, 6


def test_trakten_er_etter_formelen_og_holdes_mellom_0_og_1() -> None:
    assert proportions.funnel(0.5, 100, 0.95) == pytest.approx((0.402, 0.598), abs=1e-4)
    assert proportions.funnel(0.02, 10, 0.998)[0] == 0.0
    assert proportions.funnel(0.98, 10, 0.998)[1] == 1.0


def test_et_gjennomsnitts_intervall_er_normalt() -> None:
    assert proportions.mean_interval(5.0, 2.0, 16) == pytest.approx((4.02, 5.98), abs=1e-4)
    assert proportions.mean_interval(5.0, 2.0, 16, 0.998) == pytest.approx((3.4549, 6.5451), abs=1e-4)
    assert (round(proportions.z(0.95), 4), round(proportions.z(0.998), 4)) == (1.96, 3.0902)


def test_et_intervall_naar_helt_ut_der_andelen_gjor_det() -> None:
    none, all_ = proportions.wilson(0, 20), proportions.wilson(20, 20)
    assert none is not None and none[0] == 0.0 and all_ is not None and all_[1] == 1.0
    assert none == pytest.approx((0.0, 0.1611), abs=1e-4)


def test_spredning_finnes_fra_to_og_er_aldri_mindre_enn_null() -> None:
    assert proportions.spread(10, 58, 2) == pytest.approx(2.8284, abs=1e-4)  # 3, 7
    assert proportions.spread(0.3, 0.03, 3) == pytest.approx(0.0, abs=1e-7)


def test_p_kartets_grenser_holdes_mellom_0_og_1_og_selve_grensen_er_innenfor() -> None:
    chart = p_chart([6, 5, 0], [18, 18, 18], [0, 1])
    assert [ends and ends[0] for ends in chart.limits] == [0.0] * 3 and chart.outside == ()
    chart = p_chart([12, 13, 18], [18, 18, 18], [0, 1])
    assert [ends and ends[1] for ends in chart.limits] == [1.0] * 3 and chart.outside == ()


@pytest.mark.parametrize(
    ("n", "share", "has"), [(9, 0.5, False), (10, 0.5, True), (49, 0.1, False), (50, 0.1, True), (50, 0.9, True)]
)
def test_en_maaned_har_grenser_naar_det_ventes_fem_i_telleren_og_fem_utenfor(n: int, share: float, has: bool) -> None:
    chart = p_chart([round(share * n), round(1000 * share)], [n, 1000], [1])
    assert (chart.limits[0] is not None, chart.few) == (has, () if has else (0,))


@pytest.mark.parametrize("always", [0, 5])
def test_fire_av_fem_er_ikke_et_signal_etter_en_basislinje_paa_hundre_prosent(always: int) -> None:
    """Found on ad0e55f: limits at 100 % and 100 %, so that one 4 of 5 lay outside them."""
    hits, n = [always] * 12 + [abs(always - 1)], [5] * 13
    chart = p_chart(hits, n, range(12))
    assert chart.centre == always / 5 and set(chart.limits) == {None} and chart.outside == ()


@pytest.mark.parametrize("end", [0, 1])
def test_rundt_enden_av_skalaen_sier_reglene_for_serier_ingenting(end: int) -> None:
    values = [end if i % 2 else abs(end - 0.2) for i in range(24)]
    values[0] = end
    found = run_chart(values, None, (0, 1))
    assert found.centre == end and found.useful >= 10 and found.at_end
    assert (found.most, found.least, found.long_run, found.few_crossings) == (None, None, False, False)
    # Without this rule the months that are not on the median are one long run.
    assert run_chart(values).long_run


def test_kryssinger_finnes_for_hvert_antall() -> None:
    assert [spc.crossings_by_chance(n) for n in (1, 2, 5, 6)] == [0, 0, 0, 1]

"""What the charts and tables of indicators show and say, also of nothing and of little."""

from __future__ import annotations

from datetime import date
from typing import Any

import plotly.graph_objects as go
import pytest

from app.results.charts import funnel, over_time, ranking
from app.results.charts.look import LIGHT
from app.results.charts.over_time import Series
from exports.figures import indicator_data
from exports.figures.indicator_data import Definition, Value, total

SHARE = Definition("I1", "Minst to faggrupper", "To faggrupper", None, "andel", "beregnet", "t", "n", "u", "")
MEAN = Definition("I10", "Morfinekvivalenter", "OMEQ", None, "snitt", "beregnet", "t", "n", "u", "")
MONTHS = [date(2025 + i // 12, i % 12 + 1, 1) for i in range(24)]


def drawn(found: go.Figure | None) -> Any:
    assert found is not None
    return found


def series(values: list[Value], definition: Definition = SHARE, **options: Any) -> Series:
    given = {"notes": {}, "baseline": None} | options
    return Series(definition, "Enheten", dict(zip(MONTHS, values, strict=False)), **given)


def test_uten_tall_er_det_ingen_diagrammer() -> None:
    nothing = {"A": Value(0, 0), "B": Value(0, 0)}
    assert funnel.chart(SHARE, nothing, Value(0, 0), LIGHT) is None
    assert funnel.chart(SHARE, {}, Value(0, 0), LIGHT) is None
    assert ranking.chart("t", "u", nothing, None, True, LIGHT) is None
    assert over_time.chart(series([Value(0, 0)] * 3), LIGHT) is None
    assert over_time.words(series([])) == ["Ingen hel måned har tall, så diagrammet sier ingenting ennå."]


def test_en_maaned_uten_forlop_har_ikke_noe_punkt_og_er_ikke_null() -> None:
    chart = drawn(over_time.chart(series([Value(5, 10), Value(0, 0), Value(7, 10)]), LIGHT))
    assert list(chart.data[-1].y) == [50, None, 70]
    assert indicator_data.shown(Value(0, 0).figure, True) == "ingen i nevneren"


def test_ett_forlop_sier_for_lite_til_et_signal() -> None:
    assert over_time.words(series([Value(1, 1)]))[0] == "For få måneder til å si om endringene er mer enn tilfeldige."


def test_et_skift_sies_med_ord_og_tegnes_med_egen_form() -> None:
    shifted = series([Value(40 + i % 2, 100) for i in range(12)] + [Value(80 + i % 2, 100) for i in range(12)])
    head, run, crossings, outside = over_time.words(shifted)
    assert head == "Signal: noe har endret seg mer enn tilfeldig variasjon forklarer."
    assert "12 måneder (under, jan. 2025 – des. 2025), flere enn de 8" in run
    assert "1\u00a0gang, færre enn de 8" in crossings
    assert outside.startswith("Utenfor kontrollgrensene (3 standardavvik): jan. 2025")
    assert "diamond" in set(drawn(over_time.chart(shifted, LIGHT)).data[-1].marker.symbol)


def test_maaneden_vi_er_i_vises_for_seg_og_er_ikke_med_i_reglene() -> None:
    values = [Value(40 + i % 2, 100) for i in range(23)]
    going = series([*values, Value(0, 9)], running=MONTHS[23])
    assert going.run() == series(values).run()
    assert over_time.words(going)[-1].startswith("Des. 2026 er ikke over")
    assert [*over_time.words(going)[:-1]] == over_time.words(series(values))
    *_, line, point = drawn(over_time.chart(going, LIGHT)).data
    assert line.y[-1] is None
    assert (list(point.x), list(point.y)) == (["2026-12-01"], [0])
    # Without this rule the month is a signal.
    assert over_time.words(series([*values, Value(0, 9)])) != over_time.words(series(values))


def test_finnes_bare_maaneden_vi_er_i_sies_det() -> None:
    alone = series([Value(5, 10)], running=MONTHS[0])
    assert over_time.chart(alone, LIGHT) is None
    assert "Ingen hel måned" in over_time.words(alone)[0]


def test_en_basislinje_utenfor_perioden_gir_median_og_grenser_til_maanedene_som_vises() -> None:
    values = [Value(40, 100), Value(60, 100)]
    found = series(values, baseline=[Value(20, 100), Value(0, 0), Value(30, 100)])
    run, control = found.run(), found.control()
    assert run is not None and control is not None
    assert (run.centre, control.centre, len(control.limits), control.outside) == (0.25, 0.25, 2, (0, 1))
    # A baseline without forløp is none.
    assert series(values, baseline=[Value(0, 0)]).base is None


def test_en_basislinje_paa_hundre_prosent_gjor_ikke_fire_av_fem_til_et_signal() -> None:
    found = series([Value(5, 5)] * 11 + [Value(4, 5)], baseline=[Value(5, 5)] * 12)
    head, run, limits, few = over_time.words(found)
    assert few.startswith("En vanlig måned har 5 forløp i nevneren") and few.endswith("ikke på enkeltmåneder.")
    assert head == "Diagrammet kan ikke si om endringene er mer enn tilfeldige."
    assert run.startswith("Medianen er 100,0\u00a0%, så ingen måned kan ligge over den")
    assert limits.startswith("Uten kontrollgrenser: 12\u00a0måneder der det ventes færre enn 5 forløp i telleren")
    assert "diamond" not in set(drawn(over_time.chart(found, LIGHT)).data[-1].marker.symbol)


def test_hvert_punkt_har_sin_n_og_linjen_er_brutt_der_ingen_er_i_nevneren() -> None:
    chart = drawn(over_time.chart(series([Value(5, 10), Value(0, 0), Value(7, 14)]), LIGHT))
    assert [a.text for a in chart.layout.annotations if a.name == "n"] == ["10", "0", "14", "n"]
    assert (chart.data[-1].connectgaps, chart.data[-1].mode) == (False, "lines+markers")
    small = series([Value(1, 1), Value(0, 2), Value(1, 1)])
    assert drawn(over_time.chart(small, LIGHT)).data[-1].mode == "markers"
    assert "ikke bundet sammen" in over_time.how_read(small)


def test_et_notat_staar_paa_maaneden_i_diagram_og_tabell() -> None:
    noted = series([Value(5, 10), Value(6, 10)], notes={MONTHS[1]: "ny prosedyre", date(2020, 1, 1): "før"})
    texts = [a.text for a in drawn(over_time.chart(noted, LIGHT)).layout.annotations]
    assert "ny prosedyre" in texts and "før" not in texts
    assert over_time.table(noted)["Notat"].to_list() == ["", "ny prosedyre"]


def test_et_notat_vises_slik_det_er_skrevet() -> None:
    noted = series([Value(5, 10), Value(6, 10)], notes={MONTHS[1]: '<a href="x">her</a>'})
    texts = [a.text for a in drawn(over_time.chart(noted, LIGHT)).layout.annotations]
    assert '&lt;a href="x"&gt;her&lt;/a&gt;' in texts


def test_en_enhet_med_html_i_navnet_vises_slik_den_heter() -> None:
    name = '<a href="x">A</a>'
    units = {name: Value(1, 400), "B": Value(300, 400)}
    over_the_months = Series(SHARE, name, {MONTHS[0]: Value(5, 10)}, {}, None)
    for chart in (
        funnel.chart(SHARE, units, total(list(units.values())), LIGHT),
        ranking.chart("t", "u", units, 0.4, True, LIGHT),
        over_time.chart(over_the_months, LIGHT),
    ):
        said = str(drawn(chart).to_dict())
        assert "<a" not in said and '&lt;a href="x"&gt;A&lt;/a&gt;' in said


def test_intervallet_til_et_snitt_av_doser_gaar_ikke_under_null() -> None:
    ends = Value(1270.7, 12, 700_000.0).interval(share=False)
    assert ends is not None and ends[0] == 0 and ends[1] > 105.9


def test_et_snitt_har_ingen_kontrollgrenser() -> None:
    chart = series([Value(100, 10, 1200), Value(90, 10, 1000)], MEAN)
    assert chart.control() is None
    assert over_time.table(chart)["mg per døgn"].to_list() == [10, 9]


def test_en_enhet_utenfor_trakten_far_en_egen_form_og_et_navn() -> None:
    values = {name: Value(70, 100) for name in "ABCDE"} | {"Langt under": Value(20, 100)}
    chart = drawn(funnel.chart(SHARE, values, total(list(values.values())), LIGHT))
    assert list(chart.data[-1].marker.symbol).count("diamond") == 1
    assert "Langt under" in [a.text for a in chart.layout.annotations]
    table = funnel.table(SHARE, values, total(list(values.values())))
    assert table["Utenfor 99,8 %"].to_list() == [""] * 5 + ["under"]


def test_trakten_sier_hvor_mange_av_forlopene_den_viser() -> None:
    values = {"A": Value(70, 100), "B": Value(20, 40)}
    every = str(drawn(funnel.chart(SHARE, values, Value(90, 140), LIGHT)).layout.title.subtitle.text)
    some = str(drawn(funnel.chart(SHARE, values, Value(120, 200), LIGHT)).layout.title.subtitle.text)
    assert "140 forløp ved 2 enheter; samlet 64,3\u00a0%" in every
    assert "140 av 200 forløp, ved enhetene som kan vises; alle samlet 60,0\u00a0%" in some


def test_enhetene_staar_i_rekkefolge_med_intervall_og_trinn() -> None:
    values = {"A": Value(5, 10), "B": Value(90, 100), "Tom": Value(0, 0)}
    chart = drawn(ranking.chart("t", "u", values, 0.86, True, LIGHT, stages=ranking.STAGES))
    assert list(chart.data[0].y) == ["A", "B"]
    assert chart.data[0].error_x.array[0] > chart.data[0].error_x.array[1] > 0
    names = [a.text for a in chart.layout.annotations]
    assert any("60" in name for name in names) and any("80" in name for name in names)


def test_samlet_er_sum_over_sum_og_uvektet_er_snittet_av_enhetene() -> None:
    values = [Value(1, 10), Value(90, 100), Value(0, 0)]
    assert total(values).figure == pytest.approx(91 / 110)
    assert indicator_data.unweighted(values) == pytest.approx(0.5)
    assert indicator_data.unweighted([Value(0, 0)]) is None


def test_andres_tall_vises_i_hele_prosent_og_ikke_naar_de_er_for_faa() -> None:
    assert indicator_data.others_share(Value(10, 20), Value(62, 120), True, 5) == 0.52
    assert indicator_data.others_share(Value(10, 20), Value(13, 60), True, 5) is None  # three of the others
    assert indicator_data.others_share(Value(10, 20), Value(47, 60), True, 5) is None  # all but three of them
    assert indicator_data.others_share(Value(10, 20), Value(10, 20), True, 5) is None


def test_sma_enheter_vises_ikke_og_kan_ikke_regnes_av_summen() -> None:
    values = {"A": Value(3, 40), "B": Value(20, 50), "C": Value(30, 60), "D": Value(40, 80)}
    seen, with_total = indicator_data.may_show(values, True, 5)
    assert with_total and "A" not in seen and len(seen) == 2
    alike = {name: Value(v.hits, v.n + 2) for name, v in values.items()}
    assert indicator_data.may_show({"B": values["B"]}, True, 5, {"B": alike["B"]})[0] == set()

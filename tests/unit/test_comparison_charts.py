"""What the charts, tables and sentences of the comparison show and say, and what they do not give away."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from app.results.charts import adjusted, calibrated, fallen, followed
from app.results.charts.compared import Compared, Factor, Followed
from app.results.charts.look import LIGHT
from checks.comparison.case_mix import Groups, model
from checks.comparison.standardised import standardised
from checks.small_numbers import SMALLEST
from exports.figures.indicator_data import Definition

SHARE = Definition("I1", "Minst to faggrupper", "To faggrupper", None, "andel", "beregnet", "t", "n", "u", "")
FACTORS = {"alder": Factor("Alder", {1: "Under 40 år", 2: "40 år og eldre", 0: "Ikke oppgitt"})}


def compared(*, last: float = 0.5, units: int = 6) -> Compared:
    """Units with 100 forløp in each of two bands, 60 % and 40 % of them hits, the last unit `last` in both."""
    names = [f"Enhet {chr(65 + u)}" for u in range(units)]
    codes = np.array([(band,) for _ in names for band in (1, 2)])
    n = np.full(len(codes), 100.0)
    hits = np.array([100 * (last if name == names[-1] else share) for name in names for share in (0.6, 0.4)])
    groups = Groups(("alder",), codes, np.array([name for name in names for _ in (1, 2)], dtype=object), n, hits)
    found = model("I1", groups)
    figures: dict[str, Any] = {}
    for name in names:
        here = groups.units == name
        figures[name] = standardised(found.probabilities[here], n[here], hits[here])
    return Compared(SHARE, FACTORS, groups, found, figures, {}, float(hits.sum() / n.sum()))


def test_justert_og_som_det_er_staar_ved_siden_av_hverandre() -> None:
    found = compared(last=0.9)
    table = adjusted.table(found, found.units)
    assert table.height == 6 and table["Enhet"][-1] == "Enhet F"
    assert table["Andel som den er (%)"][-1] == pytest.approx(90)
    assert table["Observert ÷ forventet"][-1] == "1,59"
    drawn: Any = adjusted.chart(found, found.units, LIGHT)
    filled, hollow = drawn.data[-2:]
    assert max(hollow.x) == pytest.approx(90) and hollow.marker.color == LIGHT.surface
    assert list(filled.x) == sorted(filled.x)


def test_en_enhet_som_ikke_kan_vises_er_verken_i_diagram_eller_tabell() -> None:
    found = compared()
    seen = [name for name in found.units if name != "Enhet B"]
    assert "Enhet B" not in adjusted.table(found, seen)["Enhet"].to_list()
    for drawn in (adjusted.chart(found, seen, LIGHT), adjusted.funnel(found, seen, LIGHT)):
        assert "Enhet B" not in str(drawn)
    assert adjusted.chart(found, [], LIGHT) is None and adjusted.funnel(found, seen[:1], LIGHT) is None


def test_en_enhet_langt_utenfor_tegnes_som_en_rute_med_navn() -> None:
    found = compared(last=0.9, units=12)
    assert adjusted.side(found, found.units["Enhet L"]) == "over"
    drawn: Any = adjusted.funnel(found, found.units, LIGHT)
    assert list(drawn.data[-1].marker.symbol) == ["circle"] * 11 + ["diamond"]
    assert "Enhet L" in [note.text for note in drawn.layout.annotations]
    assert adjusted.table(found, found.units)["Utenfor 99,8 %"].to_list() == [""] * 11 + ["over"]


def test_modellen_vises_med_kalibrering_og_oddsratioer() -> None:
    found = compared()
    quality = found.calibration
    assert len(calibrated.chart(quality, LIGHT).to_dict()["data"]) == 2
    assert calibrated.table(quality)["Forløp"].sum() == 1200
    words = calibrated.words(quality)
    assert words.startswith("c = 0,58") and "prosentpoeng" in words
    html = calibrated.odds(found)
    assert "Alder: Under 40 år" in html and "40 år og eldre" in html and "sammenlignes med" in html


def chart(outcomes: list[int], expected: float = 0.8) -> followed.Chart:
    days = tuple(date(2026, 1, 1) + timedelta(days=3 * i) for i in range(len(outcomes)))
    seen = Followed(days, tuple(outcomes), (expected,) * len(outcomes))
    return followed.Chart("Minst to faggrupper", "Enheten", seen, ((expected, 1.0),), 12)


def test_en_enhet_som_er_daarligere_enn_ventet_gir_alarm_med_dag() -> None:
    worse = chart([1, 1, 1, 1, 0] * 8 + [0, 1, 0, 0, 1, 0] * 10)
    head, alarm, rate = followed.words(worse)
    assert head.startswith("Alarm:")
    assert alarm.startswith("Alarm for dårligere enn forventet: 25.05.2026 (forløp nr. 49), ")
    assert "500\u00a0forløp" in rate.replace(" forløp", "\u00a0forløp") and "5,0 år her" in rate
    assert "diamond" in str(followed.cusum(worse, LIGHT).data[-1].marker.symbol)  # pyright: ignore[reportAttributeAccessIssue]
    drawn: Any = followed.vlad(worse, LIGHT)
    assert drawn.data[0].y[0] == 0 and drawn.data[0].y[-1] == pytest.approx(worse.vlad[-1])


def test_en_enhet_som_er_som_ventet_gir_ingen_alarm() -> None:
    head, rate = followed.words(chart([1, 1, 1, 1, 0] * 12))
    assert head == "Ingen alarm: resultatet er som ventet av disse pasientene."
    assert "mellom falske alarmer i hver retning" in rate


def test_tabellen_er_per_maaned_og_viser_ingen_enkelt_pasient() -> None:
    table = followed.table(chart([1, 0] * 30))
    assert table["Måned"].to_list() == [date(2026, month, 1) for month in range(1, 7)]
    assert table["Forløp"].sum() == 60 and table["Observert"].sum() == 30
    assert table["Sum så langt"][-1] == pytest.approx(30 - 48)


def test_faa_forlop_i_aaret_har_likevel_hundre_mellom_falske_alarmer() -> None:
    assert chart([1, 0] * 5).between == followed.FEWEST_BETWEEN


def test_fall_i_smerte_vises_etter_smerten_ved_begynnelsen() -> None:
    own, everybody = {(10, 8): 3, (4, 2): 2, (0, 0): 1}, {(10, 8): 43, (4, 2): 4, (0, 0): 9}
    drawn = fallen.chart("Sterkeste smerte i ro", own, everybody, SMALLEST, LIGHT)
    assert drawn is not None
    rows = {row["Svar"]: row for row in drawn.table.to_dicts()}
    assert rows["Alle: minst 2 poeng"]["Forløp"] == 5 and rows["Alle: minst 2 poeng"]["Av"] == 5
    assert rows["NRS 7–10: minst 30\u00a0%"]["Forløp"] == 0
    assert rows["NRS 7–10: minst 2 poeng"]["Alle enheter (%)"] == 100
    # The other units have two forløp from NRS 4–6, which is too few to be seen.
    assert rows["NRS 4–6: minst 2 poeng"]["Alle enheter (%)"] is None
    subtitle = drawn.figure.layout.title.subtitle.text  # pyright: ignore[reportAttributeAccessIssue]
    assert "5 forløp med smerte ved første tilsyn; 1 uten smerte er ikke med" in subtitle
    assert fallen.chart("Sterkeste smerte i ro", {(0, 0): 4}, None, SMALLEST, LIGHT) is None

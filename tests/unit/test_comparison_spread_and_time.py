"""Over-dispersion, VLAD, risk-adjusted CUSUM and falls in pain, against published values."""

from __future__ import annotations

from math import exp, log
from statistics import NormalDist

import numpy as np
import pytest

from checks.comparison import over_time
from checks.comparison.dispersion import LEAST_UNITS, Dispersion, dispersion, winsorised
from checks.comparison.responders import fell_percent, fell_points, responders

# Colditz et al., JAMA 1994;271:698–702: 13 trials of BCG, cases and others among the vaccinated and the controls.
BCG = (
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600),
    (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
)  # fmt: skip


def bcg() -> tuple[list[float], list[float]]:
    """The log relative risks and their standard errors."""
    figures = [log(a / (a + b)) - log(c / (c + d)) for a, b, c, d in BCG]
    return figures, [(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)) ** 0.5 for a, b, c, d in BCG]


def test_uten_innflytting_er_tau_den_publiserte() -> None:
    """Q 152.23 and τ² 0.3088: DerSimonian & Laird on these trials as Stata's metan and R's metafor print them."""
    figures, errors = bcg()
    weights = [1 / e**2 for e in errors]
    centre = sum(w * f for w, f in zip(weights, figures, strict=True)) / sum(weights)
    found = dispersion(figures, errors, centre, share=0.0)
    assert found.phi * len(BCG) == pytest.approx(152.233, abs=5e-3)
    assert found.tau2 == pytest.approx(0.3088, abs=5e-5)


def test_innflytting_tar_med_seg_det_som_stikker_seg_ut() -> None:
    """A tenth of 11 scores at each end is one: it gets its neighbour's value."""
    scores = [-9.0, -2.0, -1.0, -0.5, -0.2, 0.0, 0.2, 0.5, 1.0, 2.0, 9.0]
    assert winsorised(scores) == [-2.0, -2.0, *scores[2:9], 2.0, 2.0]
    assert scores[0] == -9.0
    found = dispersion(scores, [1.0] * 11, 0.0)
    assert found.phi == pytest.approx(np.mean(np.square(winsorised(scores))))
    # With equal errors τ² is (Iφ − (I − 1)) ÷ (I − 1).
    assert found.tau2 == pytest.approx((11 * found.phi - 10) / 10)


def test_enheter_som_varierer_tilfeldig_har_ingen_ekstra_spredning() -> None:
    even = [NormalDist().inv_cdf((i + 0.5) / 40) for i in range(40)]
    found = dispersion(even, [1.0] * 40, 0.0)
    assert found.tau2 == 0.0 and found.phi < 1
    assert dispersion([9.0, -9.0, 9.0, -9.0][: LEAST_UNITS - 1], [1.0] * 4, 0.0) == Dispersion(1.0, 0.0)


def test_grensene_er_utvidet_med_spredningen_mellom_enhetene() -> None:
    low, high = Dispersion(4.0, 0.0016).limits(0.5, 0.03, 0.95)
    assert (low, high) == pytest.approx((0.5 - 1.959964 * 0.05, 0.5 + 1.959964 * 0.05))
    assert Dispersion(1.0, 0.0).limits(0.5, 0.03, 0.95) == pytest.approx((0.5 - 1.959964 * 0.03, 0.5 + 1.959964 * 0.03))


def risk(parsonnet: float) -> float:
    """Steiner et al. 2000: the chance of death within 30 days by the Parsonnet score."""
    return 1 / (1 + exp(3.68 - 0.077 * parsonnet))


@pytest.mark.parametrize(
    ("odds", "weights"),
    [
        # Steiner et al., Biostatistics 2000;1:441–52, p. 446; three decimals in Steiner 2014, p. 234.
        (2.0, {(0, 0): -0.024, (0, 1): 0.669, (50, 0): -0.433, (50, 1): 0.260}),
        (0.5, {(0, 0): 0.012, (0, 1): -0.681, (50, 0): 0.316, (50, 1): -0.377}),
    ],
)
def test_vektene_er_de_publiserte(odds: float, weights: dict[tuple[int, int], float]) -> None:
    for (score, died), expected in weights.items():
        assert over_time.weight(died, risk(score), odds) == pytest.approx(expected, abs=6e-4)


def surgery() -> over_time.Mix:
    """Patients whose Parsonnet score ÷ 71 has a Beta(1, 3) distribution (Wittenberg, Stat Methods Med Res 2022;31:779–800),
    by 2000 quantiles.
    """
    score = 1 - (1 - (np.arange(2000) + 0.5) / 2000) ** (1 / 3)
    p = 1 / (1 + np.exp(3.6798 - 0.0768 * 71 * score))
    return tuple((float(chance), 1 / 2000) for chance in p)


@pytest.mark.parametrize(
    ("odds", "markov", "integral"),
    # What the R package vlad has in its tests, for h = 4.5: by a Markov chain, and by integral equations (exact).
    [(2.0, 4474.738, 4485.203), (0.5, 5658.854, 5731.772)],
)
def test_avstanden_mellom_falske_alarmer_er_den_publiserte(odds: float, markov: float, integral: float) -> None:
    found = over_time.run_length(surgery(), odds, 4.5, states=400)
    assert found == pytest.approx(markov, rel=0.02)
    assert found == pytest.approx(integral, rel=0.02)


def test_grensen_for_en_gitt_avstand_er_den_publiserte() -> None:
    """The same package: one false alarm in 500 patients needs h = 2.5178."""
    mixed = over_time.mix([p for p, _ in surgery()], [1.0] * 2000)
    assert len(mixed) == over_time.FINEST and sum(size for _, size in mixed) == pytest.approx(1.0)
    assert over_time.limit_for(mixed, 2.0, 500) == pytest.approx(2.5178, abs=0.02)


@pytest.mark.parametrize("odds", [over_time.BETTER, over_time.WORSE])
def test_avstanden_mellom_falske_alarmer_i_en_simulering(odds: float) -> None:
    """With shares as our indicators have: 20,000 forløp in each of 20 registers, seed 1."""
    mixed = ((0.55, 0.3), (0.7, 0.4), (0.88, 0.3))
    limit = over_time.limit_for(mixed, odds, 150)
    draw = np.random.default_rng(1)
    p = draw.choice([share for share, _ in mixed], size=400_000, p=[size for _, size in mixed])
    outcomes = (draw.random(p.size) < p).astype(int)
    alarms = over_time.cusum(outcomes.tolist(), p.tolist(), odds, limit).alarms
    assert p.size / len(alarms) == pytest.approx(150, rel=0.05)


def test_en_enhet_som_blir_daarligere_gir_alarm_og_begynner_paa_nytt() -> None:
    expected, mixed = [0.8] * 60, ((0.8, 1.0),)
    limit = over_time.limit_for(mixed, over_time.WORSE, 300)
    found = over_time.cusum([1, 0] * 30, expected, over_time.WORSE, limit)
    assert found.alarms and found.sums[found.alarms[0]] >= limit > found.sums[found.alarms[0] + 1]
    assert over_time.cusum([1, 1, 1, 1, 0] * 12, expected, over_time.WORSE, limit).alarms == ()
    assert over_time.cusum([1, 0] * 30, expected, over_time.BETTER, limit).alarms == ()


def test_vlad_er_summen_av_observert_minus_forventet() -> None:
    assert over_time.vlad([1, 0, 1], [0.6, 0.6, 0.9]) == pytest.approx([0.4, -0.2, -0.1])
    assert over_time.vlad([], []) == []


@pytest.mark.parametrize(
    ("first", "last", "points", "percent"),
    [
        (10, 8, True, False),
        (10, 7, True, True),
        (4, 3, False, False),
        (4, 2, True, True),
        (3, 2, False, True),
        (1, 0, False, True),
        (7, 7, False, False),
        (5, 9, False, False),
        (0, 0, False, False),
    ],
)
def test_et_fall_som_betyr_noe(first: int, last: int, points: bool, percent: bool) -> None:
    """Farrar et al., Pain 2001;94:149–58: 2 points, or 30 % (from 10 that is 3 points, from 3 it is 1)."""
    assert (fell_points(first, last), fell_percent(first, last)) == (points, percent)


def test_fall_etter_smerten_ved_begynnelsen() -> None:
    found = responders({(10, 8): 3, (10, 7): 2, (4, 2): 1, (3, 2): 5, (0, 0): 8})
    assert [(b.low, b.high, b.n, b.points, b.percent) for b in found] == [
        (1, 3, 5, 0, 5),
        (4, 6, 1, 1, 1),
        (7, 10, 5, 5, 2),
        (1, 10, 11, 6, 8),
    ]
    assert [b.n for b in responders({})] == [0, 0, 0, 0]

"""The logistic model, its calibration and the figures standardised by it, against published values and other programs."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.proportion import proportion_confint

from checks.comparison import logistic
from checks.comparison.calibration import calibration
from checks.comparison.case_mix import LEAST_BAND, PER_COEFFICIENT, Groups, model
from checks.comparison.standardised import standardised
from checks.errors import RegisterError

# Spector & Mazzeo, J Econ Educ 1980;11:37–44: GPA, TUCE, PSI and whether the grade went up, for 32 students.
SPECTOR = np.array(
    [
        (2.66, 20, 0, 0), (2.89, 22, 0, 0), (3.28, 24, 0, 0), (2.92, 12, 0, 0), (4.00, 21, 0, 1), (2.86, 17, 0, 0),
        (2.76, 17, 0, 0), (2.87, 21, 0, 0), (3.03, 25, 0, 0), (3.92, 29, 0, 1), (2.63, 20, 0, 0), (3.32, 23, 0, 0),
        (3.57, 23, 0, 0), (3.26, 25, 0, 1), (3.53, 26, 0, 0), (2.74, 19, 0, 0), (2.75, 25, 0, 0), (2.83, 19, 0, 0),
        (3.12, 23, 1, 0), (3.16, 25, 1, 1), (2.06, 22, 1, 0), (3.62, 28, 1, 1), (2.89, 14, 1, 0), (3.51, 26, 1, 0),
        (3.54, 24, 1, 1), (2.83, 27, 1, 1), (3.39, 17, 1, 1), (2.67, 24, 1, 0), (3.65, 21, 1, 1), (4.00, 23, 1, 1),
        (3.10, 21, 1, 0), (2.39, 19, 1, 1),
    ]
)  # fmt: skip
ONES = np.ones(len(SPECTOR))
DESIGN = np.column_stack([ONES, SPECTOR[:, :3]])
GRADE = SPECTOR[:, 3]


def groups(seed: int, forlop: int = 900, effect: float = 0.8) -> Groups:
    """Random forløp with two factors of three bands at four units, the outcome depending on both factors."""
    draw = np.random.default_rng(seed)
    unit, first, second = draw.integers(0, 4, forlop), draw.integers(0, 3, forlop), draw.integers(0, 3, forlop)
    outcome = draw.random(forlop) < logistic.expit(-0.5 + effect * first - 0.4 * second)
    cells = list(product(range(4), range(3), range(3)))
    inside = [(unit == u) & (first == a) & (second == b) for u, a, b in cells]
    return Groups(
        ("alder", "nrs"),
        np.array([(a, b) for _, a, b in cells]),
        np.array([f"enhet {u}" for u, _, _ in cells], dtype=object),
        np.array([here.sum() for here in inside], dtype=float),
        np.array([outcome[here].sum() for here in inside], dtype=float),
    )


def test_koeffisientene_er_de_publiserte() -> None:
    """Greene, Econometric Analysis, 5th ed., table 21.1: the logit estimates and their standard errors."""
    found = logistic.fit(DESIGN, ONES, GRADE)
    assert found.coefficients == pytest.approx([-13.021, 2.826, 0.095, 2.379], abs=5e-4)
    assert found.errors == pytest.approx([4.931, 1.263, 0.142, 1.065], abs=5e-4)


def test_modellen_er_den_statsmodels_finner() -> None:
    for seed in range(5):
        g = groups(seed)
        dummies = np.column_stack([np.ones(len(g.n)), *((g.codes[:, f] == c) for f, c in product((0, 1), (1, 2)))])
        family: Any = sm.families.Binomial()
        theirs: Any = sm.GLM(np.column_stack([g.hits, g.n - g.hits]), dummies.astype(float), family=family).fit()
        ours = logistic.fit(dummies, g.n, g.hits)
        assert ours.coefficients == pytest.approx(theirs.params, abs=1e-6)
        assert ours.errors == pytest.approx(theirs.bse, abs=1e-6)
        assert ours.probabilities == pytest.approx(theirs.fittedvalues, abs=1e-7)


def test_en_kolonne_som_en_annen_sier_faar_ingen_koeffisient() -> None:
    twice = np.column_stack([DESIGN, 2 * DESIGN[:, 1]])
    found = logistic.fit(twice, ONES, GRADE)
    assert found.kept == (0, 1, 2, 3)
    assert found.probabilities == pytest.approx(logistic.fit(DESIGN, ONES, GRADE).probabilities)


def test_separasjon_har_ingen_losning() -> None:
    x = np.column_stack([np.ones(8), np.arange(8)])
    with pytest.raises(logistic.NoSolutionError):
        logistic.fit(x, np.ones(8), (np.arange(8) > 3).astype(float))


def test_separasjon_i_modellen_sies_med_en_setning() -> None:
    # Each band has both outcomes, but those in both low bands never have it and those in both high ones always do.
    codes = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
    n, hits = np.full(4, 40.0), np.array([0.0, 20.0, 20.0, 40.0])
    with pytest.raises(RegisterError) as refused:
        model("I1", Groups(("alder", "nrs"), codes, np.array(["A"] * 4, dtype=object), n, hits))
    assert refused.value.code == "REG-371"
    assert "I1 kan ikke justeres" in str(refused.value) and "Tallene vises som de er" in str(refused.value)


def test_for_faa_forlop_av_det_sjeldneste_utfallet() -> None:
    codes, units = np.array([(0, 0), (1, 1), (2, 2)]), np.array(["A", "B", "C"], dtype=object)
    few = Groups(("alder", "nrs"), codes, units, np.array([16.0, 12.0, 12.0]), np.array([7.0, 6.0, 6.0]))
    with pytest.raises(RegisterError) as refused:
        model("I1", few)
    assert refused.value.code == "REG-370"
    assert f"med 4 forhold å ta hensyn til trengs minst {4 * PER_COEFFICIENT} forløp av hvert utfall" in str(
        refused.value
    )
    assert model("I1", Groups(("alder", "nrs"), codes, units, few.n, few.hits + np.array([1.0, 0.0, 0.0])))


@pytest.mark.parametrize("hits", [0.0, 50.0])
def test_naar_alle_har_samme_utfall_er_det_ingenting_aa_justere_for(hits: float) -> None:
    codes, units = np.array([(0, 0), (1, 1)]), np.array(["A", "B"], dtype=object)
    with pytest.raises(RegisterError) as refused:
        model("I1", Groups(("alder", "nrs"), codes, units, np.array([50.0, 50.0]), np.array([hits, hits])))
    assert refused.value.code == "REG-372"


def test_uten_forlop_er_det_ingen_modell() -> None:
    nothing = Groups(("alder",), np.empty((0, 1), int), np.empty(0, object), np.empty(0), np.empty(0))
    with pytest.raises(RegisterError) as refused:
        model("I1", nothing)
    assert refused.value.code == "REG-372"


def test_en_liten_gruppe_regnes_sammen_med_den_storste() -> None:
    codes = np.array([(0,), (1,), (2,)])
    units, n = np.array(["A"] * 3, dtype=object), np.array([100.0, 60.0, 9.0])
    few = Groups(("alder",), codes, units, n, np.array([50.0, 20.0, LEAST_BAND - 1.0]))
    found = model("I1", few)
    assert found.merged == (("alder", 2),) and found.reference == {"alder": (0, 109)}
    assert [term.code for term in found.terms] == [1]
    assert found.probabilities[0] == found.probabilities[2]
    enough = Groups(("alder",), codes, units, n + 1, np.array([50.0, 20.0, LEAST_BAND]))
    assert model("I1", enough).merged == ()


def test_en_indikator_om_nrs_justeres_ikke_for_nrs() -> None:
    g = groups(2)
    assert {term.factor for term in model("I9", g).terms} == {"alder"}
    assert {term.factor for term in model("I1", g).terms} == {"alder", "nrs"}


def test_oddsratioene_er_mot_den_storste_gruppen() -> None:
    codes, units = np.array([(0,), (1,)]), np.array(["A", "A"], dtype=object)
    (term,) = model("I1", Groups(("alder",), codes, units, np.array([100.0, 80.0]), np.array([50.0, 60.0]))).terms
    # Woolf's interval of a two by two table.
    error = np.sqrt(1 / 50 + 1 / 50 + 1 / 60 + 1 / 20)
    assert (term.code, term.n) == (1, 80)
    assert (term.odds, term.low, term.high) == pytest.approx(
        (3.0, *(3.0 * np.exp(s * 1.959964 * error) for s in (-1, 1)))
    )


def test_med_ett_forhold_er_det_klassisk_indirekte_standardisering() -> None:
    """Expected are the stratum's rates of all units × the unit's own numbers (Breslow & Day 1987, section 2.3)."""
    codes = np.array([(0,), (1,), (0,), (1,)])
    units = np.array(["A", "A", "B", "B"], dtype=object)
    n, hits = np.array([80.0, 20.0, 40.0, 60.0]), np.array([16.0, 14.0, 14.0, 36.0])
    p = model("I1", Groups(("alder",), codes, units, n, hits)).probabilities
    young, old = 30 / 120, 50 / 80
    found = standardised(p[:2], n[:2], hits[:2])
    assert found is not None
    assert found.expected == pytest.approx(80 * young + 20 * old)
    assert found.ratio == pytest.approx(30 / (80 * young + 20 * old))
    assert found.share(80 / 200) == pytest.approx(found.ratio * 0.4)


def test_forventet_og_smr_er_de_publiserte() -> None:
    """SAS/STAT User's Guide, The STDRATE Procedure, Getting Started: deaths from skin cancer in Florida in 2000 by the rates
    of the United States, from 15 years and by age; expected events with three decimals.
    """
    deaths = np.array([41.0, 186, 626, 1199, 1303, 1637, 1624, 803])
    years = np.array([39183891.0, 39892024, 45148527, 37677952, 24274684, 18390986, 12361180, 4239587])
    observed = np.array([4.0, 14, 43, 72, 70, 126, 136, 73])
    florida = np.array([1885014.0, 1957573, 2356649, 2088000, 1548371, 1447432, 1087524, 335944])
    p = logistic.fit(np.column_stack([np.ones(8), np.eye(8)[:, 1:]]), years, deaths).probabilities
    assert florida * p == pytest.approx([1.972, 9.127, 32.676, 66.445, 83.112, 128.837, 142.878, 63.630], abs=6e-4)
    found = standardised(p, florida, observed)
    assert found is not None and found.ratio == pytest.approx(538 / 528.677, abs=1e-5)
    # So rare an outcome is a Poisson count, whose score interval has a formula.
    z, middle = 1.959964, 538 + 1.959964**2 / 2
    reach = z * np.sqrt(538 + z**2 / 4)
    assert (found.low, found.high) == pytest.approx((middle - reach, middle + reach), rel=2e-4)


def test_summen_av_forventet_er_summen_av_observert() -> None:
    g = groups(3)
    p = model("I1", g).probabilities
    assert (g.n * p).sum() == pytest.approx(g.hits.sum())


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (1, 10), (7, 10), (10, 10), (87, 100), (431, 500)])
def test_med_like_pasienter_er_intervallet_wilsons(hits: int, n: int) -> None:
    found = standardised(np.array([0.4]), np.array([float(n)]), np.array([float(hits)]))
    assert found is not None
    interval: Any = proportion_confint(hits, n, method="wilson")
    assert (found.low / n, found.high / n) == pytest.approx(interval, abs=1e-6)


def test_intervallet_holder_det_det_lover_for_ulike_pasienter() -> None:
    """The coverage by the exact distribution of the number of outcomes (Poisson binomial), for 40 unlike patients."""
    p = np.linspace(0.05, 0.95, 40)
    exact = np.array([1.0])
    for chance in p:
        exact = np.convolve(exact, [1 - chance, chance])
    covered = 0.0
    for hits, likely in enumerate(exact):
        outcome = np.zeros(40)
        outcome[:hits] = 1  # only their number counts
        found = standardised(p, np.ones(40), outcome)
        assert found is not None and found.low <= hits <= found.high
        covered += likely * (found.low <= found.expected <= found.high)
    assert 0.93 <= covered <= 0.975


def test_en_justert_andel_er_aldri_over_hundre_prosent() -> None:
    found = standardised(np.array([0.7]), np.array([50.0]), np.array([50.0]))
    assert found is not None and found.share(0.9) == 1.0 and found.interval(0.9)[1] == 1.0
    assert found.ratio == pytest.approx(1 / 0.7)


def test_en_enhet_uten_forlop_har_ingen_tall() -> None:
    assert standardised(np.empty(0), np.empty(0), np.empty(0)) is None


def test_c_og_brier_mot_alle_par() -> None:
    p = logistic.fit(DESIGN, ONES, GRADE).probabilities
    found = calibration(p, ONES, GRADE)
    pairs = [(a > b) + (a == b) / 2 for a, b in product(p[GRADE == 1], p[GRADE == 0])]
    assert found.c == pytest.approx(np.mean(pairs))
    assert found.brier == pytest.approx(np.mean((GRADE - p) ** 2))
    assert found.without == pytest.approx(np.mean((GRADE - GRADE.mean()) ** 2))


def test_tidelene_har_alle_forlop_i_rekkefolge() -> None:
    g = groups(4, forlop=2000)
    found = calibration(model("I1", g).probabilities, g.n, g.hits)
    assert sum(t.n for t in found.tenths) == 2000 and sum(t.hits for t in found.tenths) == g.hits.sum()
    means = [t.expected / t.n for t in found.tenths]
    assert means == sorted(means) and 1 < len(means) <= 10
    assert all(abs(t.hits - t.expected) / t.n < 0.1 for t in found.tenths)


def test_like_forventninger_er_i_samme_tidel() -> None:
    found = calibration(np.array([0.3, 0.3, 0.3]), np.array([5.0, 5.0, 5.0]), np.array([1.0, 2.0, 2.0]))
    assert [(t.n, t.hits) for t in found.tenths] == [(15, 5)] and found.c == 0.5

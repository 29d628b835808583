"""What is expected of a patient, whichever unit it is: a logistic model of an indicator on what was so at the referral.

Each factor is a code in bands, so that forløp alike in all of them are one group, and «ikke oppgitt» is a band like the
others. A band needs LEAST_BAND forløp of each outcome; one that has fewer is counted with the largest band of its
factor. The model needs PER_COEFFICIENT forløp of the rarer outcome for each coefficient, half of the usual ten, which is
enough when the model is there to adjust and not to predict (Vittinghoff & McCulloch, Am J Epidemiol 2007;165:710–8).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from checks.comparison import logistic
from checks.errors import RegisterError

LEAST_BAND = 5
PER_COEFFICIENT = 5
# A factor that is part of what the indicator itself counts explains it away, so it is left out there.
CIRCULAR = {"I9": ("nrs",)}


@dataclass(frozen=True)
class Groups:
    """Forløp that are alike: `codes[group, factor]`, the unit of each group, and its `hits` of `n`."""

    factors: tuple[str, ...]
    codes: np.ndarray
    units: np.ndarray
    n: np.ndarray
    hits: np.ndarray


@dataclass(frozen=True)
class Term:
    """The odds ratio of a band against the largest one of its factor, with its 95 % interval."""

    factor: str
    code: int
    n: int
    odds: float
    low: float
    high: float


@dataclass(frozen=True)
class Model:
    """`reference` is each factor's largest band and how many forløp it has; `merged` the bands counted with it."""

    terms: tuple[Term, ...]
    reference: Mapping[str, tuple[int, int]]
    merged: tuple[tuple[str, int], ...]
    probabilities: np.ndarray  # of each group


def model(name: str, groups: Groups) -> Model:
    """The model of the indicator `name`. REG-370, REG-371 or REG-372 when there cannot be one, so that only crude figures
    are shown.
    """
    if not groups.n.sum():
        raise RegisterError("REG-372", indikator=name)
    left_out = CIRCULAR.get(name, ())
    columns: list[np.ndarray] = [np.ones(len(groups.n))]
    meaning: list[tuple[str, int]] = []
    reference, merged = {}, []
    for place, factor in enumerate(groups.factors):
        if factor in left_out:
            continue
        codes = groups.codes[:, place]
        largest, own, joined = _bands(codes, groups)
        reference[factor] = (largest, int(groups.n[np.isin(codes, [largest, *joined])].sum()))
        merged += [(factor, code) for code in joined]
        columns += [(codes == code).astype(float) for code in own]
        meaning += [(factor, code) for code in own]
    hits, misses = int(groups.hits.sum()), int((groups.n - groups.hits).sum())
    if not meaning:
        raise RegisterError("REG-372", indikator=name)
    if min(hits, misses) < PER_COEFFICIENT * len(meaning):
        raise RegisterError("REG-370", indikator=name, krav=PER_COEFFICIENT * len(meaning), antall=len(meaning))
    try:
        found = logistic.fit(np.column_stack(columns), groups.n, groups.hits)
    except logistic.NoSolutionError:
        raise RegisterError("REG-371", indikator=name) from None
    terms = []
    for place, beta, error in zip(found.kept[1:], found.coefficients[1:], found.errors[1:], strict=True):
        factor, code = meaning[place - 1]
        count = int(groups.n[groups.codes[:, groups.factors.index(factor)] == code].sum())
        odds, low, high = (float(np.exp(beta + sign * 1.959964 * error)) for sign in (0, -1, 1))
        terms.append(Term(factor, code, count, odds, low, high))
    return Model(tuple(terms), reference, tuple(merged), found.probabilities)


def _bands(codes: np.ndarray, groups: Groups) -> tuple[int, list[int], list[int]]:
    """(the largest band, the bands that get a coefficient, those that are counted with the largest)."""
    found = [int(code) for code in np.unique(codes[groups.n > 0])]
    sizes = {code: groups.n[codes == code].sum() for code in found}
    largest = max(found, key=lambda code: (sizes[code], -code))
    own, joined = [], []
    for code in found:
        if code == largest:
            continue
        here = codes == code
        fewest = min(groups.hits[here].sum(), (groups.n - groups.hits)[here].sum())
        (own if fewest >= LEAST_BAND else joined).append(code)
    return largest, own, joined

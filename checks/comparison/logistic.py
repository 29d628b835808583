"""Logistic regression on counts: `hits` of `n` in each group of forløp that are alike in all that the model looks at.

Newton's method for the maximum likelihood, which is iteratively reweighted least squares (McCullagh & Nelder, Generalized
Linear Models, 2nd ed., section 2.5): what R's glm and statsmodels do, in the lines below instead of in a dependency
(docs/adr/025).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ROUNDS = 30
CLOSE = 1e-10  # a relative change of the deviance under this ends the search; R's glm stops at 1e-8
CERTAIN = 1e-7  # a fitted probability this near 0 or 1 is separation: the coefficient behind it runs away


class NoSolutionError(Exception):
    """The likelihood has no maximum (separation), or the search did not end."""


@dataclass(frozen=True)
class Fit:
    """`kept` are the columns of the design with a coefficient: one that others already say is left out, as in R."""

    kept: tuple[int, ...]
    coefficients: np.ndarray
    errors: np.ndarray
    probabilities: np.ndarray  # of each group


def fit(design: np.ndarray, n: np.ndarray, hits: np.ndarray) -> Fit:
    """The model whose columns are those of `design` (the first of them ones). NoSolutionError when there is none."""
    kept = _independent(design[n > 0])
    x = design[:, kept].astype(float)
    beta = np.zeros(len(kept))
    beta[0] = _logit((hits.sum() + 0.5) / (n.sum() + 1.0))
    before = _deviance(x @ beta, n, hits)
    for _ in range(ROUNDS):
        p = expit(x @ beta)
        try:
            step = np.linalg.solve(_information(x, n, p), x.T @ (hits - n * p))
        except np.linalg.LinAlgError:
            raise NoSolutionError from None
        now = _deviance(x @ (beta + step), n, hits)
        while now > before + CLOSE * (1.0 + before) and np.abs(step).max() > CLOSE:
            step /= 2
            now = _deviance(x @ (beta + step), n, hits)
        beta = beta + step
        if abs(now - before) < CLOSE * (1.0 + abs(now)):
            break
        before = now
    else:
        raise NoSolutionError
    p = expit(x @ beta)
    seen = p[n > 0]
    if seen.min() < CERTAIN or seen.max() > 1 - CERTAIN:
        raise NoSolutionError
    errors = np.sqrt(np.diag(np.linalg.inv(_information(x, n, p))))
    return Fit(tuple(kept), beta, errors, p)


def expit(eta: np.ndarray) -> np.ndarray:
    """The probability whose log odds are `eta`."""
    return 1.0 / (1.0 + np.exp(-np.clip(eta, -40.0, 40.0)))


def _logit(p: float) -> float:
    return float(np.log(p / (1.0 - p)))


def _information(x: np.ndarray, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    return x.T @ (x * (n * p * (1.0 - p))[:, None])


def _deviance(eta: np.ndarray, n: np.ndarray, hits: np.ndarray) -> float:
    """−2 log likelihood, up to a constant."""
    return float(2.0 * (n * np.logaddexp(0.0, eta) - hits * eta).sum())


def _independent(design: np.ndarray) -> list[int]:
    """The columns that are not a sum of those before them."""
    kept: list[int] = []
    for column in range(design.shape[1]):
        if np.linalg.matrix_rank(design[:, [*kept, column]]) == len(kept) + 1:
            kept.append(column)
    return kept

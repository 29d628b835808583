"""Over-dispersion: units that differ more than chance gives because of what no model knows, not because some stand out.

Source: Spiegelhalter, Qual Saf Health Care 2005;14:347–51 and Stat Med 2005;24:1185–202, section 3.2: z-scores winsorised,
φ their mean square, and an additive variance τ² between units, the estimator of DerSimonian & Laird (Control Clin Trials
1986;7:177–88) with the winsorised φ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from checks import proportions

WINSORISED = 0.1  # the share of units at each end that is moved in, as Spiegelhalter has it
LEAST_UNITS = 5  # with fewer the two at the ends are all that is moved, and φ says nothing


@dataclass(frozen=True)
class Dispersion:
    """`phi` is about 1 when units differ as chance gives; `tau2` the variance between units beyond that, 0 without."""

    phi: float
    tau2: float

    def limits(self, target: float, error: float, level: float) -> tuple[float, float]:
        """Where a unit with this standard error lies with this probability."""
        reach = proportions.z(level) * float(np.sqrt(error**2 + self.tau2))
        return target - reach, target + reach


def winsorised(scores: Sequence[float], share: float = WINSORISED) -> list[float]:
    """The scores with those beyond the `share` quantile at either end moved in to it."""
    low, high = np.quantile(scores, [share, 1 - share])
    return [float(score) for score in np.clip(scores, low, high)]


def dispersion(
    figures: Sequence[float], errors: Sequence[float], target: float, share: float = WINSORISED
) -> Dispersion:
    """The over-dispersion of units' figures around `target`, with their standard errors; none with fewer than LEAST_UNITS."""
    count = len(figures)
    if count < LEAST_UNITS:
        return Dispersion(1.0, 0.0)
    scores = [(figure - target) / error for figure, error in zip(figures, errors, strict=True)]
    phi = float(np.mean(np.square(winsorised(scores, share))))
    weights = 1.0 / np.square(errors)
    beyond = count * phi - (count - 1)
    spread = weights.sum() - (weights**2).sum() / weights.sum()
    return Dispersion(phi, max(0.0, float(beyond / spread)))

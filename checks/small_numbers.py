"""Which counts may leave the house: the one place that decides it. Pure: counts in, masks out.

A count from 1 to the limit − 1 is not shown, nor is what it could be had from. The promise for every such count: somebody
who knows everything that is shown can still not tell that it is under the limit, and so not what it is.

How it is kept. A row (a unit, or a month) is shown with all of its categories or not at all. What is shown of the other rows
and of the total tells what the hidden rows have together, so that must be 0 or at least the limit in every category; when it is
not, another row is hidden too. Then any hidden count can be as high as the lesser of its row's sum and of what the hidden rows
have together of its category, because a table with given sums can have that in any one of its cells (the bounds of Fréchet,
1951, which a table of two ways attains), and neither is under the limit. A row that is hidden is known to have something: the
file has no row of a unit without forløp, and a row without any is not hidden. So the hidden rows must have enough for one to have the
limit while each of the others has one, and when there are no more rows, the total is hidden too.

Periods lie in each other: the months of a quarter that is hidden are hidden, and those of the unit too. What the hidden units
have in a month can then be shared between them in any way that gives each of them its quarter, so the same bounds hold level by
level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SMALLEST = 5  # the limit when nothing else is set: a count under it may let a patient be recognised
# Months in each period that figures are shown for.
PERIODS = {"år": 12, "kvartal": 3, "måned": 1}


def small(count: int, limit: int) -> bool:
    """Whether a count by itself may not be shown: from 1 to ``limit`` − 1."""
    return 0 < count < limit


def hidden(parts: np.ndarray, limit: int, also: np.ndarray | None = None) -> np.ndarray:
    """Rows that may not be shown: bool, one per row of `parts` and a last one for their total.

    `parts[row, category]`, or `parts[row, period, category]` when a row is shown for all its periods or for none, are disjoint
    counts, or parts of a last one that is their sum. The rows in `also` are hidden whatever they hold. The last is whether the
    total may not be shown.
    """
    cells = np.asarray(parts, dtype=np.int64)
    counts = cells.reshape(len(cells), -1)
    # What a row has beyond the one forløp that it is known to have, since it is hidden.
    beyond = np.maximum(cells.reshape(len(cells), -1, cells.shape[-1]).max(axis=2).sum(axis=1) - 1, 0)
    table = _Hiding(counts, beyond, counts.sum(axis=0), limit)
    mask = np.asarray(_small(counts, limit).any(axis=1))
    if also is not None:
        mask |= also
    added = []
    while (row := table.helper(mask)) is not None:
        mask[row] = True
        added.append(row)
    alone = table.short(mask) > 0
    for row in added:
        mask[row] = False
        mask[row] = table.missing(mask).any() or (not alone and table.short(mask) > 0)
    return np.append(mask, _small(table.whole, limit).any() or alone)


def _small(counts: np.ndarray, limit: int) -> np.ndarray:
    return (counts > 0) & (counts < limit)


@dataclass(frozen=True)
class _Hiding:
    """What the rows that are hidden lack to guard each other."""

    counts: np.ndarray
    beyond: np.ndarray
    whole: np.ndarray
    limit: int

    def missing(self, mask: np.ndarray) -> np.ndarray:
        """The columns where the hidden rows have too few together; not those where all rows have, as that total is hidden."""
        return _small(self.counts[mask].sum(axis=0), self.limit) & ~_small(self.whole, self.limit)

    def short(self, mask: np.ndarray) -> int:
        """How many forløp the hidden rows lack for one of them to have the limit while each of the others has one."""
        if not self.counts[mask].any():
            return 0
        return max(int(self.limit - 1 - self.beyond[mask].sum()), 0)

    def helper(self, mask: np.ndarray) -> int | None:
        """The shown row that, hidden too, brings the hidden ones nearest to the limit; of equals that with the fewest forløp.
        None when they have enough, or no row has more.
        """
        missing = self.missing(mask)
        need = self.limit - self.counts[mask].sum(axis=0)[missing]
        gain = np.minimum(self.counts[:, missing], need).sum(axis=1) + np.minimum(self.beyond, self.short(mask))
        gain[mask] = 0
        row = int(np.lexsort((self.counts.sum(axis=1), -gain))[0])
        return row if gain[row] > 0 else None


@dataclass(frozen=True)
class Year:
    """What is hidden in a year: by period, for each unit (units, periods) and for all of them together (periods).

    ``units`` has only the periods that units are shown for.
    """

    units: dict[str, np.ndarray]
    nation: dict[str, np.ndarray]

    def by_year(self, mask: np.ndarray) -> Year:
        """The same, but for what is hidden of the year itself: `mask` has the units, and all of them together last."""
        return Year(self.units | {"år": mask[:-1, None]}, self.nation | {"år": mask[-1:]})


def in_year(units: np.ndarray, months: np.ndarray, limit: int, also: Year | None = None) -> Year:
    """What is hidden of figures that the units have by year and the nation by month too.

    `units[unit, category]` and `months[12, category]` are the same forløp. The sum of a row's categories may be known, except
    for the rows in `also`, which are those where that sum is hidden.
    """
    by_unit = hidden(units, limit, None if also is None else also.units["år"][:, 0])
    nation = {"år": _with(by_unit[-1:], also, "år")}
    nation["kvartal"] = hidden(months.reshape(4, 3, -1).sum(axis=1), limit, _under(nation["år"], 4, also, "kvartal"))[
        :-1
    ]
    nation["måned"] = np.concatenate(
        [
            hidden(months[3 * k : 3 * k + 3], limit, forced)[:-1]
            for k, forced in enumerate(_under(nation["kvartal"], 3, also, "måned").reshape(4, 3))
        ]
    )
    return Year({"år": by_unit[:-1, None]}, nation)


def in_levels(cube: np.ndarray, limit: int, by_year: np.ndarray, also: Year) -> Year:
    """What is hidden of figures that the units have by month too. `cube[unit, 12, category]`; `by_year` are the units that are
    hidden by year, and whether all of them together are; `also` as for ``in_year``.

    A unit has all four quarters of a year or none, and all three months of a quarter or none. A month of the nation is hidden
    for what it holds of the hidden units: what the others have is known.
    """
    by_quarter = cube.reshape(len(cube), 4, 3, -1)
    no_quarter = hidden(by_quarter.sum(axis=2), limit, by_year[:-1])[:-1]
    nation = {"år": _with(by_year[-1:], also, "år")}
    forced = _under(nation["år"], 4, also, "kvartal")
    nation["kvartal"] = _of_the_nation(by_quarter.sum(axis=2), no_quarter, limit, forced)
    forced = _under(nation["kvartal"], 3, also, "måned").reshape(4, 3)
    no_month = np.stack([hidden(by_quarter[:, k], limit, no_quarter)[:-1] for k in range(4)], axis=1)
    nation["måned"] = np.concatenate(
        [_of_the_nation(by_quarter[:, k], no_month[:, k], limit, forced[k]) for k in range(4)]
    )
    units = {"år": by_year[:-1, None], "kvartal": np.repeat(no_quarter[:, None], 4, axis=1)}
    return Year(units | {"måned": np.repeat(no_month, 3, axis=1)}, nation)


def _of_the_nation(parts: np.ndarray, hidden_units: np.ndarray, limit: int, forced: np.ndarray) -> np.ndarray:
    """The periods that are hidden for all units together; `parts[unit, period, category]`."""
    itself = _small(parts.sum(axis=0), limit).any(axis=1)
    return hidden(parts[hidden_units].sum(axis=0), limit, itself | forced)[:-1]


def _with(mask: np.ndarray, also: Year | None, period: str) -> np.ndarray:
    return mask if also is None else mask | also.nation[period]


def _under(above: np.ndarray, each: int, also: Year | None, period: str) -> np.ndarray:
    """The periods that lie in a hidden one, or are hidden already; `each` of them in one."""
    return _with(np.repeat(above, each), also, period)

"""Which counts may leave the unit: the one place that decides it. Pure: counts in, a mask out.

A count from 1 to the limit − 1 is not shown, nor is what it could be had from. The promise for every such count: somebody
who knows everything that is shown, every total over units and over months that is not marked hidden, and how many forløp
there were in each unit and month, can still not tell that it is under the limit, and so not what it is.

How it is kept: every such count gets a witness, another table that agrees with all of that and where the count is at the
limit. The witness moves the same number of forløp in two or four cells, all of which are hidden; a total is hidden only
when no cells can do it. Hiding more takes no witness away, so each count is looked at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

SMALLEST = 5  # the limit when nothing else is set: a count under it may let a patient be recognised
TOTAL = 1_000_000.0  # the cost of hiding a total, against the number of forløp in a cell


def small(count: int, limit: int) -> bool:
    """Whether a count by itself may not be shown: from 1 to ``limit`` − 1."""
    return 0 < count < limit


def hidden(parts: np.ndarray, limit: int, outside: np.ndarray | None = None) -> np.ndarray:
    """Cells that may not be shown: bool, shape (units + 1, months + 1); the last row and column are the totals.

    `parts[unit, month, category]` are disjoint counts; a cell is hidden with all of its categories and what is computed
    of them. When the cells' sums are published too, `outside` is their own mask: what is hidden there is hidden here, and
    the other sums are taken to be known. Without it the sum is hidden with its categories.
    With one month there is no column of totals; the shape is (units + 1, 1).
    """
    counts = _with_totals(np.asarray(parts, dtype=np.int64))
    mask: np.ndarray = np.any((counts > 0) & (counts < limit), axis=2)
    known = np.zeros_like(mask) if outside is None else ~outside
    if outside is not None:
        mask |= outside
    cost = counts.sum(axis=2) + 1.0
    cost[-1] = TOTAL
    if parts.shape[1] > 1:
        cost[:, -1] = TOTAL
    inside = counts[: parts.shape[0], : parts.shape[1]]
    # The witness of a small total is that of a cell under it: no other cells of its line have enough to move.
    for unit, month, category in np.argwhere((inside > 0) & (inside < limit)):
        cells = _witness(counts, mask, known, cost, (int(unit), int(month), int(category)), limit)
        for cell in cells:
            mask[cell] = True
    return mask


def _with_totals(parts: np.ndarray) -> np.ndarray:
    """`parts` with a row of totals, and a column of them when there is more than one month."""
    counts = np.concatenate([parts, parts.sum(axis=0, keepdims=True)], axis=0)
    if parts.shape[1] == 1:
        return counts
    return np.concatenate([counts, counts.sum(axis=1, keepdims=True)], axis=1)


def _witness(
    counts: np.ndarray, mask: np.ndarray, known: np.ndarray, cost: np.ndarray, small: tuple[int, int, int], limit: int
) -> list[tuple[int, int]]:
    """The cheapest cells that can move so that the small count reaches the limit, itself among them."""
    unit, month, category = small
    much = limit - counts[small]
    price = np.where(mask, 0.0, cost)
    rows, columns = _signs(counts.shape[0], unit), _signs(counts.shape[1], month)
    best: tuple[float, list[tuple[int, int]]] = (np.inf, [])
    for plus, minus in _moves(counts, known, category, much):
        if not plus[unit, month]:
            continue
        row_ok = np.where(rows > 0, plus[:, month], minus[:, month]) & (rows != 0)
        if counts.shape[1] == 1:
            total = np.where(row_ok, price[:, 0], np.inf)
            other = int(total.argmin())
            best = min(best, (float(total[other]), [(unit, 0), (other, 0)]))
            continue
        column_ok = np.where(columns > 0, plus[unit], minus[unit]) & (columns != 0)
        corner_ok = np.where(np.outer(rows, columns) > 0, plus, minus)
        ok = row_ok[:, None] & column_ok[None, :] & corner_ok
        total = np.where(ok, price[:, [month]] + price[[unit]] + price, np.inf)
        other, later = (int(place) for place in np.unravel_index(total.argmin(), total.shape))
        cells = list(product((unit, other), (month, later)))
        best = min(best, (float(total[other, later]), cells))
    if not np.isfinite(best[0]):
        raise AssertionError("totals can always be hidden")
    return best[1]


def _moves(counts: np.ndarray, known: np.ndarray, category: int, much: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(cells where the category can grow by `much`, cells where it can shrink) for every way to do it.

    Where the sum is known the forløp come from, and go to, another category of the same cell: one, the same in all four
    cells, or any when all of them grow. Otherwise they come from nowhere.
    """
    enough = counts >= much
    ours = enough[:, :, category]
    # A total whose sum is known may be hidden too, so it can move.
    loose = ~known
    loose[-1] = True
    if counts.shape[1] > 1:
        loose[:, -1] = True
    yield loose, ours & loose
    for other in range(counts.shape[2]):
        if other != category:
            yield enough[:, :, other], ours
    yield counts.sum(axis=2) - counts[:, :, category] >= much, np.zeros_like(ours)


def _signs(size: int, place: int) -> np.ndarray:
    """How a line's other places move with one of its cells: against it, but its total (the last) with it; 0 itself."""
    signs = np.full(size, -1)
    signs[-1] = 1
    signs[place] = 0
    return signs

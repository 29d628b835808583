"""Small counts against an attacker who knows all that is shown and solves the equations exactly (scipy's integer programming)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from checks.small_numbers import PERIODS, Year, hidden, in_levels, in_year
from tests.sizes import size

LIMIT = 5


class Attacker:
    """Knows sums of cells that are each a whole number of forløp, and asks how large a sum of cells can be."""

    def __init__(self, cells: np.ndarray) -> None:
        self._cells = cells
        self._index = np.arange(cells.size).reshape(cells.shape)
        self._rows: list[np.ndarray] = []
        self._least: list[float] = []
        self._most: list[float] = []

    def _row(self, where: Any) -> np.ndarray:
        row = np.zeros(self._cells.size)
        row[self._index[where].ravel()] = 1
        return row

    def know(self, where: Any) -> None:
        told = float(self._cells[where].sum())
        self._know(where, told, told)

    def know_there_is_one(self, where: Any) -> None:
        self._know(where, 1, np.inf)

    def _know(self, where: Any, least: float, most: float) -> None:
        self._rows.append(self._row(where))
        self._least.append(least)
        self._most.append(most)

    def highest(self, where: Any) -> float:
        least: Any = np.array(self._least)
        most: Any = np.array(self._most)
        found = milp(
            -self._row(where),
            integrality=np.ones(self._cells.size),
            bounds=Bounds(0, self._cells.sum() + 10 * LIMIT),
            constraints=LinearConstraint(np.array(self._rows), least, most) if self._rows else None,
        )
        assert found.success, found.message
        return -float(found.fun)


def small(count: int) -> bool:
    return 0 < count < LIMIT


def tables(count: int, seed: int) -> Iterator[np.ndarray]:
    """Random tables of rows and categories, many with few forløp, some with one row."""
    draw = random.Random(seed)
    for _ in range(count):
        shape = draw.randint(1, 6), draw.randint(1, 4)
        yield _cells(draw, shape)


def years(count: int, seed: int) -> Iterator[np.ndarray]:
    """Random years: units, months and categories."""
    draw = random.Random(seed)
    for _ in range(count):
        yield _cells(draw, (draw.randint(1, 4), 12, draw.randint(1, 3)))


def _cells(draw: random.Random, shape: tuple[int, ...]) -> np.ndarray:
    most = draw.choice([1, 3, 8, 20, 60])
    empty = draw.choice([0.0, 0.2, 0.6])
    cells = [0 if draw.random() < empty else draw.randint(0, most) for _ in range(int(np.prod(shape)))]
    return np.array(cells).reshape(shape)


def held(attacker: Attacker, cells: np.ndarray, where: Any, shown: bool) -> None:
    """A cell that is shown is not small; one that is small could for all that is known be at the limit."""
    count = int(cells[where].sum())
    assert not (shown and small(count)), (cells, where)
    if small(count):
        assert attacker.highest(where) >= LIMIT - 0.5, (cells, where)


def test_ingen_celle_under_grensen_vises_eller_kan_regnes_ut() -> None:
    for cells in tables(size(100, 500), seed=1):
        *rows, total = hidden(cells, LIMIT)
        attacker, every = Attacker(cells), range(cells.shape[1])
        lines = [(np.s_[row, :], mask) for row, mask in enumerate(rows)] + [(np.s_[:, :], total)]
        for line, mask in lines:
            if not mask:
                for category in every:
                    attacker.know((line[0], category))
            elif cells[line].any():
                # The file has no row of a unit without forløp, and no row without any is hidden.
                attacker.know_there_is_one(line)
        for line, mask in lines:
            for category in every:
                held(attacker, cells, (line[0], category), not mask)


def test_heller_ikke_naar_radenes_sum_er_kjent() -> None:
    for cells in tables(size(100, 500), seed=2):
        whole = hidden(cells.sum(axis=1)[:, None], LIMIT)
        *rows, total = hidden(cells, LIMIT, whole[:-1])
        total = total or whole[-1]
        attacker = Attacker(cells)
        for row, mask in enumerate(rows):
            assert mask or not whole[row]
            if not whole[row]:
                attacker.know(np.s_[row, :])
            for category in range(cells.shape[1]) if not mask else ():
                attacker.know(np.s_[row, category])
        if not whole[-1]:
            attacker.know(np.s_[:, :])
        for category in range(cells.shape[1]) if not total else ():
            attacker.know(np.s_[:, category])
        for category in range(cells.shape[1]):
            held(attacker, cells, np.s_[:, category], not total)
            for row, mask in enumerate(rows):
                held(attacker, cells, np.s_[row, category], not mask)


def places(year: Year) -> Iterator[tuple[Any, Any, bool]]:
    """(units, months, hidden?) of every cell of the year that is published."""
    for period, months in PERIODS.items():
        for number in range(12 // months):
            when = slice(number * months, (number + 1) * months)
            yield slice(None), when, bool(year.nation[period][number])
            if period in year.units:
                for unit, line in enumerate(year.units[period]):
                    yield unit, when, bool(line[number])


def outside(cube: np.ndarray) -> Year:
    """What is hidden of how many forløp there were, whatever their category."""
    return in_year(cube.sum(axis=(1, 2))[:, None], cube.sum(axis=(0, 2))[:, None], LIMIT)


def levels_of(cube: np.ndarray, whole: Year) -> Year:
    return in_levels(cube, LIMIT, hidden(cube.sum(axis=1), LIMIT, whole.units["år"][:, 0]), whole)


@pytest.mark.parametrize("levels", [False, True])
def test_ingen_celle_i_et_hierarki_vises_eller_kan_regnes_ut(levels: bool) -> None:
    shown = 0
    for cube in years(size(40, 250), seed=3 + levels):
        whole = outside(cube)
        if levels:
            # The sum is a category too: it must be as safe as the others where it is shown with them.
            with_sum = np.concatenate([cube, cube.sum(axis=2, keepdims=True)], axis=2)
            found = levels_of(with_sum, whole)
        else:
            found = in_year(cube.sum(axis=1), cube.sum(axis=0), LIMIT, whole)
        attacker, every = Attacker(cube), range(cube.shape[2])
        for unit, when, mask in places(whole):
            if not mask:
                attacker.know((unit, when))
        for unit, when, mask in places(found):
            for category in every if not mask else ():
                attacker.know((unit, when, category))
        for unit in range(len(cube)):
            if cube[unit].any():
                attacker.know_there_is_one((unit,))
        for unit, when, mask in places(found):
            shown += not mask
            for category in every:
                held(attacker, cube, (unit, when, category), not mask)
    assert shown > 300


def test_angriperen_finner_det_som_bare_er_skjult_for_seg() -> None:
    attacker = Attacker(np.array([[3], [20]]))
    attacker.know(np.s_[1, 0])
    attacker.know(np.s_[:, 0])
    assert attacker.highest(np.s_[0, 0]) == pytest.approx(3)


def rows(*cells: tuple[int, ...]) -> list[int]:
    """The mask of the rows and their total, as 0 and 1."""
    return hidden(np.array(cells), LIMIT).astype(int).tolist()


def test_det_som_skjules_er_raden_med_faerrest_forlop_som_har_nok() -> None:
    assert rows((9, 9), (8, 8)) == [0, 0, 0]
    assert rows((0, 30), (12, 18)) == [0, 0, 0]
    assert rows((3, 20), (30, 30), (10, 10), (6, 6)) == [1, 0, 0, 1, 0]
    # The second is smaller, but has none in the category that the first must be hidden among.
    assert rows((2, 20), (0, 6), (10, 10)) == [1, 0, 1, 0]
    # Two small ones need not be enough for each other, and may be.
    assert rows((3, 20), (1, 30), (10, 10)) == [1, 1, 1, 0]
    assert rows((4, 20), (2, 30), (10, 10)) == [1, 1, 0, 0]


def test_en_rad_alene_faar_ogsaa_totalen_skjult() -> None:
    assert rows((3,)) == [1, 1]
    assert rows((3, 40), (1, 9)) == [1, 1, 1]


def test_rader_som_hver_har_noe_trenger_nok_til_at_en_av_dem_kan_ha_grensen() -> None:
    # Five together of three units that have a row in the file: none of them has more than three.
    assert rows((3,), (1,), (1,), (9,), (30,)) == [1, 1, 1, 1, 0, 0]
    assert rows((3,), (1,), (1,), (2,), (30,)) == [1, 1, 1, 1, 1, 0]
    assert rows((3,), (4,), (30,)) == [1, 1, 0, 0]
    # No other row has any: then the total is hidden.
    assert rows((3,), (2,)) == [1, 1, 1]
    assert rows((3,), (2,), (0,)) == [1, 1, 0, 1]


def test_enhetens_aar_vises_selv_om_maanedene_er_smaa() -> None:
    cube = np.full((3, 12, 1), 2)
    found = levels_of(cube, outside(cube))
    assert not found.units["år"].any() and not found.nation["måned"].any()
    assert found.units["måned"].all() and not found.units["kvartal"].any()

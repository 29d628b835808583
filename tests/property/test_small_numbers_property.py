"""Small counts against an attacker who knows every total and solves the equations exactly (scipy's integer programming)."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from checks.small_numbers import hidden
from tests.sizes import size

LIMIT = 5


def tables(count: int, seed: int):
    """Random tables, many with few forløp, some with one unit or one month."""
    draw = random.Random(seed)
    for _ in range(count):
        shape = draw.randint(1, 5), draw.choice([1, draw.randint(2, 5)]), draw.randint(1, 4)
        most = draw.choice([3, 8, 20, 60])
        empty = draw.choice([0.0, 0.2, 0.6])
        cells = [0 if draw.random() < empty else draw.randint(0, most) for _ in range(int(np.prod(shape)))]
        yield np.array(cells).reshape(shape)


def with_totals(parts: np.ndarray) -> np.ndarray:
    full = np.concatenate([parts, parts.sum(axis=0, keepdims=True)])
    if parts.shape[1] == 1:
        return full
    return np.concatenate([full, full.sum(axis=1, keepdims=True)], axis=1)


def highest(parts: np.ndarray, mask: np.ndarray, sums: np.ndarray | None, target: tuple[int, int, int]) -> float:
    """The largest whole number that the count can be, for somebody who knows what is shown.

    `sums` is the mask of the cells' sums; None when no sum is known beyond the cells that are shown.
    """
    full = with_totals(parts)
    units, months, categories = parts.shape
    index = np.arange(parts.size).reshape(parts.shape)
    rows: list[np.ndarray] = []
    values: list[Any] = []

    def know(cells: np.ndarray, value: int) -> None:
        row = np.zeros(parts.size)
        row[cells.ravel()] = 1
        rows.append(row)
        values.append(value)

    for i in range(full.shape[0]):
        for j in range(full.shape[1]):
            under = index[i : i + 1] if i < units else index
            under = under[:, j : j + 1] if j < months else under
            for k in range(categories):
                if not mask[i, j]:
                    know(under[:, :, k], full[i, j, k])
            if sums is not None and not sums[i, j]:
                know(under, full[i, j].sum())
    goal = np.zeros(parts.size)
    goal[index[target]] = -1
    most = parts.sum() + 10 * LIMIT
    told: Any = np.array(values)
    found = milp(
        goal,
        integrality=np.ones(parts.size),
        bounds=Bounds(0, most),
        constraints=LinearConstraint(np.array(rows), told, told) if rows else None,
    )
    assert found.success, found.message
    return -float(found.fun)


def small(parts: np.ndarray) -> list[tuple[int, int, int]]:
    return [(int(place[0]), int(place[1]), int(place[2])) for place in np.argwhere((parts > 0) & (parts < LIMIT))]


def test_ingen_celle_under_grensen_vises_eller_kan_regnes_ut() -> None:
    checked = 0
    for parts in tables(size(60, 500), seed=1):
        mask = hidden(parts, LIMIT)
        full = with_totals(parts)
        assert not np.any((full > 0) & (full < LIMIT) & ~mask[:, :, None])
        for place in small(parts):
            assert highest(parts, mask, None, place) >= LIMIT - 0.5, (parts, mask, place)
            checked += 1
    assert checked > 200


def test_heller_ikke_naar_antall_forlop_i_alt_er_publisert_for_seg() -> None:
    checked = 0
    for parts in tables(size(60, 500), seed=2):
        sums = hidden(parts.sum(axis=2, keepdims=True), LIMIT)
        mask = hidden(parts, LIMIT, sums)
        assert (mask | ~sums).all()
        for place in small(parts):
            # A total that is hidden here has its sum hidden too: it is in neither table.
            held = sums.copy()
            held[-1] |= mask[-1]
            if parts.shape[1] > 1:
                held[:, -1] |= mask[:, -1]
            assert highest(parts, mask, held, place) >= LIMIT - 0.5, (parts, mask, place)
            checked += 1
    assert checked > 200


def test_angriperen_finner_det_som_bare_er_skjult_for_seg() -> None:
    parts = np.array([[[3], [20]], [[30], [40]]])
    only_itself = np.equal(with_totals(parts)[:, :, 0], 3)
    assert highest(parts, only_itself, None, (0, 0, 0)) == pytest.approx(3)


def test_null_og_store_tall_vises() -> None:
    parts = np.array([[[0, 30], [12, 18]], [[25, 5], [40, 0]]])
    assert not hidden(parts, LIMIT).any()


def test_totalene_staar_naar_andre_celler_kan_skjules_i_stedet() -> None:
    parts = np.array([[[3], [20], [50]], [[30], [40], [60]], [[70], [80], [90]]])
    mask = hidden(parts, LIMIT)
    assert not mask[-1].any() and not mask[:, -1].any()
    assert mask.sum() == 4
    assert mask[0, 0]


def test_en_enhet_alene_faar_ogsaa_totalen_skjult() -> None:
    assert hidden(np.array([[[3]]]), LIMIT).all()


def test_en_liste_uten_maaneder_skjuler_den_minste_til() -> None:
    mask = hidden(np.array([[[3, 40]], [[20, 30]], [[50, 60]]]), LIMIT)
    assert mask[:, 0].tolist() == [True, True, False, False]


def month(*cells: tuple[int, int]) -> list[list[int]]:
    """The mask of one month's cells and their total, unit by unit, as 0 and 1."""
    return hidden(np.array([[cell] for cell in cells]), LIMIT).astype(int)[:, 0].tolist()


def test_det_som_skjules_er_den_minste_cellen_som_har_nok_aa_flytte() -> None:
    assert month((9, 9), (8, 8)) == [0, 0, 0]
    assert month((3, 20), (30, 30), (10, 10), (6, 6)) == [1, 0, 0, 1, 0]
    # The second is smaller, but has none in the category that the first must be able to take from.
    assert month((2, 20), (0, 6), (10, 10)) == [1, 0, 1, 0]
    # Two small ones need not be enough for each other.
    assert month((3, 20), (1, 30), (10, 10)) == [1, 1, 1, 0]
    assert month((4, 20), (5, 30)) == [1, 1, 0]


def test_over_flere_maaneder_skjules_rektangelet_med_faerrest_forlop() -> None:
    first, small_one, last = [[20, 20], [30, 30], [40, 40]], [[3, 20], [9, 9], [10, 10]], [[8, 8], [7, 7], [50, 50]]
    expected = [[0, 0, 0, 0], [1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0]]
    assert hidden(np.array([first, small_one, last]), LIMIT).astype(int).tolist() == expected
    none_outside = np.zeros((4, 4), dtype=bool)
    assert hidden(np.array([first, small_one, last]), LIMIT, none_outside).astype(int).tolist() == expected


def test_en_enhet_alene_med_flere_maaneder_faar_enhetens_og_landets_tall_skjult_to_maaneder() -> None:
    mask = hidden(np.array([[[3, 20], [9, 9], [30, 30]]]), LIMIT)
    assert mask.astype(int).tolist() == [[1, 1, 0, 0], [1, 1, 0, 0]]


def test_en_sum_som_er_skjult_fra_for_skjuler_ikke_landets_tall_naar_en_annen_enhet_holder() -> None:
    parts = np.array([[[3, 20]], [[30, 30]], [[6, 6]]])
    outside = np.array([[True], [False], [False], [False]])
    for known in (outside, np.zeros_like(outside)):
        assert hidden(parts, LIMIT, known)[:, 0].tolist() == [True, False, True, False]

"""Proves how a hospital's list is matched with the register."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import epj
from checks.epj import Referral, Registered, match


def day(n: int) -> date:
    return date(2026, 11, n)


@pytest.mark.parametrize(("days", "found"), [(0, 0), (1, 0), (2, 1), (5, 1)])
def test_dates_may_differ_by_the_tolerance_and_no_more(days: int, found: int) -> None:
    result = match([Referral(2, 7, day(10))], [Registered(100, 7, day(12))], days)
    assert (len(result.funnet), len(result.mangler)) == (found, 1 - found)


def test_a_forlop_answers_one_referral_and_the_nearest_is_chosen() -> None:
    lines = [Referral(2, 7, day(10)), Referral(3, 7, day(12))]
    result = match(lines, [Registered(100, 7, day(12))], 5)
    assert [(m.referral.rad, m.dager) for m in result.funnet] == [(3, 0)]
    assert [line.rad for line in result.mangler] == [2]


def test_extra_are_forlop_in_the_lists_own_period_only() -> None:
    lines = [Referral(2, 7, day(10)), Referral(3, None, day(12))]
    forlop = [Registered(100, 7, day(10)), Registered(101, 8, day(11)), Registered(102, 8, day(13))]
    assert [one.forlop_id for one in match(lines, forlop, 3).ekstra] == [101]
    assert match([], forlop, 3).ekstra == ()


_DAYS = st.integers(1, 28).map(day)


@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(1, 4)), _DAYS)),
    st.lists(st.tuples(st.integers(1, 4), _DAYS)),
    st.integers(0, 30),
)
def test_every_referral_is_found_or_missing_and_no_forlop_is_used_twice(lines, registered, days: int) -> None:
    referrals = [Referral(n, patient, when) for n, (patient, when) in enumerate(lines)]
    forlop = [Registered(n, patient, when) for n, (patient, when) in enumerate(registered)]
    result = match(referrals, forlop, days)
    assert sorted([m.referral.rad for m in result.funnet] + [m.rad for m in result.mangler]) == list(range(len(lines)))
    used = [m.forlop.forlop_id for m in result.funnet]
    assert len(set(used)) == len(used) and not set(used) & {e.forlop_id for e in result.ekstra}
    assert all(abs(m.dager) <= days and m.forlop.pasient == m.referral.pasient for m in result.funnet)
    free = [f for f in forlop if f.forlop_id not in used]
    assert not any(
        f.pasient == line.pasient and abs((f.dato - line.dato).days) <= days for line in result.mangler for f in free
    )
    kept = epj.counts(result)
    assert sum(c.henvist for c in kept) == len(lines) and sum(c.registrert for c in kept) == len(used)


def test_equal_distances_go_to_the_earliest_forlop_and_the_first_line() -> None:
    line = Referral(2, 7, day(10))
    (found,) = match([line], [Registered(101, 7, day(12)), Registered(100, 7, day(8))], 5).funnet
    assert (found.forlop.forlop_id, found.dager) == (100, -2)
    (found,) = match([line], [Registered(101, 7, day(8)), Registered(100, 7, day(8))], 5).funnet
    assert found.forlop.forlop_id == 100
    (found,) = match([Referral(3, 7, day(10)), line], [Registered(100, 7, day(10))], 5).funnet
    assert found.referral.rad == 2


def test_what_is_extra_comes_by_date_and_includes_the_periods_first_and_last_day() -> None:
    lines = [Referral(2, 7, day(10)), Referral(3, 7, day(12))]
    forlop = [Registered(n, n, day(d)) for n, d in ((104, 12), (101, 9), (103, 11), (102, 10), (105, 13), (100, 12))]
    assert [one.forlop_id for one in match(lines, forlop, 0).ekstra] == [102, 103, 100, 104]


def test_what_is_kept_is_counted_by_month_of_referral_and_avdeling() -> None:
    lines = [
        Referral(2, 7, date(2026, 10, 31), avdeling_id=2),
        Referral(3, 8, day(1), avdeling_id=2),
        Referral(4, 7, day(30), avdeling_id=1),
        Referral(5, 9, day(2)),
        Referral(6, 9, day(3), avdeling_id=1),
    ]
    result = match(lines, [Registered(100, 7, date(2026, 10, 30)), Registered(101, 9, day(3))], 1)
    assert [(c.maaned, c.avdeling_id, c.henvist, c.registrert) for c in epj.counts(result)] == [
        (date(2026, 10, 1), 2, 1, 1),
        (day(1), None, 1, 0),
        (day(1), 1, 2, 1),
        (day(1), 2, 1, 0),
    ]

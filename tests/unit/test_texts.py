"""Norwegian words and figures for the screens."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.ui import texts


def test_numbers_have_a_space_and_a_comma() -> None:
    assert texts.number(1234.56, 1) == "1\u00a0234,6"
    assert texts.percent(5, 6) == "83,3\u00a0%"


def test_moments_are_in_norwegian_time() -> None:
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert texts.moment(summer) == "02.07.2026 kl. 00:30"
    assert texts.moment(summer, date(2026, 7, 2)) == "kl. 00:30"


def test_counts_agree_with_their_noun() -> None:
    assert texts.count(1, "pasient", "pasienter") == "1\u00a0pasient"
    assert texts.count(2, "pasient", "pasienter") == "2\u00a0pasienter"

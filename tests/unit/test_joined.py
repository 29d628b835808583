"""Proves that a user with the same form open on two machines loses no answer on either (checks/joined.py)."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from checks.joined import joined

DRAFTS = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 3))


@given(base=DRAFTS, theirs=DRAFTS, mine=DRAFTS)
def test_each_answer_is_that_of_the_machine_that_changed_it(
    base: dict[str, Any], theirs: dict[str, Any], mine: dict[str, Any]
) -> None:
    found = joined(base, theirs, mine)
    for name in "abcd":
        changed_here = mine.get(name) != base.get(name)
        assert found.get(name) == (mine if changed_here else theirs).get(name)


def test_an_answer_that_was_taken_away_is_not_there() -> None:
    assert joined({"a": 1, "b": 1}, {"a": 1}, {"b": 1}) == {}

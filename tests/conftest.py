"""Fixtures that every kind of test shares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import support

# How fast a machine is says nothing of whether the program is right.
settings.register_profile("smertereg", deadline=None)
settings.load_profile("smertereg")

# Files with few tests that take long. Begun first, they do not leave one process alone at the end.
LONGEST = ("browser/", "spec/test_simulert_aar.py", "crash/", "warehouse/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, otherwise in their order."""

    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(Path(__file__).parent).as_posix()
        return next((n for n, longest in enumerate(LONGEST) if path.startswith(longest)), len(LONGEST))

    items.sort(key=place)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[support.Register]:
    """An empty register with two units and their lists; see tests/support.py."""
    made = support.make(tmp_path / "smertereg.duckdb")
    yield made
    made.store.close()

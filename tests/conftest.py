"""Fixtures that every kind of test shares."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from hypothesis import settings

from ingest import wall_clock
from ingest.store import OSLO
from tests import support

# Norwegian date and hour that the tests' processes are to believe it is; see tests/at_hours.py.
AT = "SMERTEREG_TEST_NAA"
if at := os.environ.get(AT):
    time_machine.travel(datetime.fromisoformat(at).replace(tzinfo=OSLO)).start()

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


@pytest.fixture(scope="session", autouse=True)
def _wall_clock() -> Iterator[None]:
    """Commands, and registers opened without a clock of their own, are always at the tests' moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wall_clock, "now", lambda: support.MOMENT)
        yield


@pytest.fixture
def register(tmp_path: Path) -> Iterator[support.Register]:
    """An empty register with two units and their lists; see tests/support.py."""
    made = support.make(tmp_path / "smertereg.duckdb")
    yield made
    made.store.close()

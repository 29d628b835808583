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

# The environment variable with the Norwegian date and hour that the tests' processes take for now; see tests/at_hours.py.
AT = "SMERTEREG_TEST_NAA"
if at := os.environ.get(AT):
    time_machine.travel(datetime.fromisoformat(at).replace(tzinfo=OSLO)).start()

# No deadlines: how fast a machine is says nothing about whether the program is right.
settings.register_profile("smertereg", deadline=None)
settings.load_profile("smertereg")

# Files with few tests that take long. They are begun first, so that they do not keep one process busy at the end.
LONGEST = ("browser/", "spec/test_simulert_aar.py", "crash/", "release/", "warehouse/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, and leave the others in their order."""

    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(Path(__file__).parent).as_posix()
        return next((n for n, longest in enumerate(LONGEST) if path.startswith(longest)), len(LONGEST))

    items.sort(key=place)


@pytest.fixture(scope="session", autouse=True)
def _wall_clock() -> Iterator[None]:
    """Set the clock of commands, and of registers opened without a clock, to the tests' moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wall_clock, "now", lambda: support.MOMENT)
        yield


@pytest.fixture
def register(tmp_path: Path) -> Iterator[support.Register]:
    """An empty register with two units and their lists; see tests/support.py."""
    made = support.make(tmp_path / "smertereg.duckdb")
    yield made
    made.store.close()

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


@pytest.fixture
def register(tmp_path: Path) -> Iterator[support.Register]:
    """An empty register with two units and their lists; see tests/support.py."""
    made = support.make(tmp_path / "smertereg.duckdb")
    yield made
    made.store.close()

"""A world of national services for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.national.world import World, world


@pytest.fixture
def national(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as here:
        yield here

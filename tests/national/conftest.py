"""A world of national services for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.national import eprom_world
from tests.national.world import World, world
from tests.support import Register


@pytest.fixture
def national(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as here:
        yield here


@pytest.fixture
def eprom(register: Register) -> Iterator[eprom_world.World]:
    with eprom_world.world(register) as here:
        yield here

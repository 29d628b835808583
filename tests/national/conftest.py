"""A world of national services for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.services.national import connected
from ingest.services.national.altinn import Altinn
from tests.mocks.altinn import AltinnMock
from tests.mocks.server import serving
from tests.national import eprom_world
from tests.national.altinn_world import altinn_settings
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


@pytest.fixture
def altinn(national: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[AltinnMock]:
    monkeypatch.setattr(connected, "_now", national.ours.clock)
    with serving(AltinnMock(lambda: national.theirs.clock())) as mock:
        yield mock


@pytest.fixture
def ways(national: World, altinn: AltinnMock) -> dict[str, Altinn]:
    return connected.altinn(altinn_settings(national, altinn, altinn_avsender="Sykehuset"))

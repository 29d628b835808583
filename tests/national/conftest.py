"""A world of national services for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from ingest.services.national import connected
from ingest.services.national.altinn import Altinn
from tests import accounts
from tests.mocks.altinn import AltinnMock
from tests.mocks.helseid_login import LOGIN_CLIENT, HelseIdLoginMock
from tests.mocks.personvern import PVK_ID
from tests.mocks.server import serving
from tests.national import eprom_world
from tests.national.altinn_world import altinn_settings
from tests.national.helseid_world import HER
from tests.national.world import OLD, World, world, write
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


@pytest.fixture
def provider(register: Register, monkeypatch: pytest.MonkeyPatch) -> Iterator[HelseIdLoginMock]:
    monkeypatch.setattr(connected, "_now", register.clock)
    with serving(HelseIdLoginMock(register.clock, OLD)) as made:
        made.pid = HER
        yield made


@pytest.fixture
def app(register: Register, provider: HelseIdLoginMock, tmp_path: Path) -> Iterator[Starlette]:
    accounts.add(register)
    key = tmp_path / "innlogging.jwk"
    write(key, OLD)
    options = {"helseid_url": provider.address, "helseid_innlogging": LOGIN_CLIENT, "helseid_innlogging_nokkel": key}
    with accounts.serving(register, tmp_path, **options) as made:
        yield made


@pytest.fixture
def pvk_world(register: Register) -> Iterator[eprom_world.World]:
    with eprom_world.world(register, eprom_pvk=PVK_ID, reservasjon_fra="2022-12-01") as here:
        yield here

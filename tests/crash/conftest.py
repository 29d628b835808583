"""Fixtures of the tests that kill and damage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crash.work import Workshop


@pytest.fixture(scope="session")
def workshop() -> Iterator[Workshop]:
    """Where processes are forked that may be killed."""
    open_now = Workshop()
    yield open_now
    open_now.close()

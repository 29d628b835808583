"""Fixtures of the tests of login and accounts."""

from __future__ import annotations

import pytest

from tests.accounts import add
from tests.support import Register


@pytest.fixture
def people(register: Register) -> Register:
    """The register with an account for every user of tests/support.py."""
    add(register)
    return register

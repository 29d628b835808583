"""Fixtures of the tests over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from app.forms import opened
from tests.accounts import Browser, add, browser, serving
from tests.support import LU, Register


@pytest.fixture
def app(register: Register, tmp_path: Path) -> Iterator[Starlette]:
    """The app's addresses over the register, with an account for every user of tests/support.py."""
    add(register)
    with serving(register, tmp_path) as made:
        yield made


@pytest.fixture
def lu(app: Starlette, register: Register) -> Browser:
    """LU's browser, signed in. No form is open."""
    opened.forget()
    someone = browser(app)
    someone.enter(register, LU)
    return someone

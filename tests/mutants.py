"""What pytest needs to know while mutants run: nothing may be drawn at random, and nothing may be remembered.

mutmut runs all the tests once to see which of them reach which function. In that run it is kept here which of them reach
which line. A result that one test left in a cache would hide that the next test needs the line too.
"""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import settings

REACHED = ".coverage-by-test"


def pytest_configure() -> None:
    """Let Hypothesis draw the same examples every time, so that a mutant's fate can be repeated."""
    settings.register_profile("mutation", deadline=None, derandomize=True, database=None)
    settings.load_profile("mutation")


class Watcher:
    """Keeps which lines each test reaches.

    Empties the caches of the mutated code first: the quick ones before every test, the codebook before every file.
    """

    def __init__(self) -> None:
        self.file: Path | None = None
        mutated = [f"{Path.cwd()}/{part}" for part in ("checks/*", "ingest/registration/*", "ingest/access.py")]
        self.coverage = Coverage(data_file=REACHED, include=mutated, config_file=False)
        if Path(REACHED).exists():
            self.coverage.load()
        self.coverage.start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        from checks.codebook import load

        new_file = item.path != self.file
        self.file = item.path
        for cached in _caches():
            if cached is not load or new_file:
                cached.cache_clear()
        self.coverage.switch_context(item.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.coverage.stop()
        self.coverage.save()


def pytest_sessionstart(session: pytest.Session) -> None:
    # The process inherits what was made while the tests were collected, before there was a mutant.
    for cached in _caches():
        cached.cache_clear()
    if os.environ.get("MUTANT_UNDER_TEST") == "stats":
        session.config.pluginmanager.register(Watcher())


def _caches() -> list[functools._lru_cache_wrapper]:
    found = {}
    for name, module in list(sys.modules.items()):
        if name.startswith(("checks.", "ingest.registration.")):
            for value in vars(module).values():
                if isinstance(value, functools._lru_cache_wrapper):
                    found[id(value)] = value
    return list(found.values())

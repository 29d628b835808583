"""What pytest needs to know while mutants run: nothing may be drawn at random, and nothing may be remembered.

mutmut runs all the tests once to see which of them reach which function. In that run it is kept here which of them reach
which line. A result that one test left in a cache would hide that the next test needs the line too.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import Phase, settings

# benchmarks/mutant_tests.py reads them.
REACHED, SECONDS = ".coverage-by-test", Path(".seconds-by-test.json")
# What takes long to read is forgotten before every file only.
SLOW = ("checks.codebook.loader", "checks.kodeverk")


def pytest_configure() -> None:
    """Let Hypothesis draw the same examples every time, so that a mutant's fate can be repeated, and make none smaller."""
    phases = [Phase.explicit, Phase.generate]
    settings.register_profile("mutation", deadline=None, derandomize=True, database=None, phases=phases)
    settings.load_profile("mutation")


class Watcher:
    """Keeps which lines each test reaches, and the processor's seconds it takes.

    Empties the caches of the mutated code first: the quick ones before every test, the others before every file.
    """

    def __init__(self) -> None:
        self.file: Path | None = None
        self.seconds: dict[str, float] = json.loads(SECONDS.read_text()) if SECONDS.exists() else {}
        mutated = [f"{Path.cwd()}/{part}" for part in ("checks/*", "ingest/registration/*", "ingest/access.py")]
        self.coverage = Coverage(data_file=REACHED, include=mutated, config_file=False)
        if Path(REACHED).exists():
            self.coverage.load()
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        for cached in _caches():
            if cached.__module__ not in SLOW or item.path != self.file:
                cached.cache_clear()
        self.file = item.path
        self.coverage.switch_context(item.nodeid)
        began = time.process_time()
        result = yield
        self.seconds[item.nodeid] = time.process_time() - began
        return result

    def pytest_sessionfinish(self) -> None:
        self.coverage.stop()
        self.coverage.save()
        SECONDS.write_text(json.dumps(self.seconds))


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

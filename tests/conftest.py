"""Fixtures that every kind of test shares."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from hypothesis import settings

from ingest import wall_clock
from ingest.store import OSLO
from tests import canaries, support

# The environment variable with the Norwegian date and hour that the tests' processes take for now; see tests/at_hours.py.
AT = "SMERTEREG_TEST_NAA"
if at := os.environ.get(AT):
    time_machine.travel(datetime.fromisoformat(at).replace(tzinfo=OSLO)).start()

# No deadlines: how fast a machine is says nothing about whether the program is right.
settings.register_profile("smertereg", deadline=None)
settings.load_profile("smertereg")

# What kills and starts programs again, installs, builds whole registers anew, or tries by chance for minutes: the marker
# `long`. `make test` leaves it to `make test-all`, which is what CI runs.
LONG = (
    "crash/",
    "release/",
    "spec/test_simulert_aar.py",
    "national/test_aaret_med_eprom.py",
    "browser/test_avbrudd.py",
    "browser/test_fokus_paa_sidene.py",
    "browser/test_nginx.py",
    "browser/test_nytt_register.py",
    "browser/test_raske_svar.py",
    "browser/test_skript_i_fritekst.py",
    "warehouse/test_datamodellen.py",
    "warehouse/test_import_av_hva_som_helst.py",
    "warehouse/test_kontrollene_finner_feil.py",
    "warehouse/test_nytt_skjema.py",
    "access/test_sporring_uten_ende.py",
    "warehouse/test_oppskrifter.py",
    "warehouse/test_satt_til_side.py",
    "warehouse/test_spoersmaal_har_tid.py",
)
# Files with few tests that take long are begun first, so that they do not keep one process busy at the end.
FIRST = ("browser/", *LONG, "warehouse/")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the long tests, and put the longest files first; the others keep their order."""
    for item in items:
        if _path(item).startswith(LONG):
            item.add_marker(pytest.mark.long)
    items.sort(key=lambda item: next((n for n, first in enumerate(FIRST) if _path(item).startswith(first)), len(FIRST)))


def _path(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).as_posix()


@pytest.fixture(scope="session", autouse=True)
def _wall_clock() -> Iterator[None]:
    """Set the clock of commands, and of registers opened without a clock, to the tests' moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wall_clock, "now", lambda: support.MOMENT)
        yield


@pytest.fixture(scope="session")
def _heard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file with every line of the log that has something secret, from this process and those that it starts."""
    file = tmp_path_factory.mktemp("kanarifugl") / "linjer"
    file.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(canaries.FILE, str(file))
        canaries.listen()
        yield file


@pytest.fixture(autouse=True)
def _nothing_secret_is_logged(_heard: Path) -> Iterator[None]:
    yield
    if _heard.stat().st_size:
        lines = _heard.read_text(encoding="utf-8")
        _heard.write_text("")
        pytest.fail(f"Loggen har noe hemmelig: {lines}")


@pytest.fixture
def register(tmp_path: Path) -> Iterator[support.Register]:
    """An empty register with two units and their lists; see tests/support.py."""
    made = support.make(tmp_path / "smertereg.duckdb")
    yield made
    made.store.close()

"""Proves that a kill at any moment of any work, whatever opens the file next, loses nothing that was acknowledged."""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from exports.integrity import check_published, check_register
from ingest import migrations
from ingest.safekeeping import compare, shelf
from ingest.safekeeping.opening import opened
from tests import support
from tests.crash import work
from tests.crash.told import Told
from tests.sizes import size

# How many times each kind of work is killed: 100 and 1,000 together.
KILLS = {
    "lagring": size(26, 240),
    "ferdigstilling": size(20, 240),
    "jobber": size(16, 160),
    "publisering": size(2, 60),
    "sikkerhetskopi": size(12, 100),
    "migrering": size(12, 100),
    "gjenoppretting": size(12, 100),
}
AFTER = ("blikk utenfra", "eldre program", "unntak")


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The migrations of a program that is newer than this one; it gets one more now and then."""
    folder = tmp_path / "migreringer"
    shutil.copytree(migrations.HERE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrations, "HERE", folder)
    _one_more(folder)
    return folder


def _one_more(folder: Path) -> None:
    nr = max(migrations.last(), 9000) + 1
    (folder / f"{nr}_nytt.sql").write_text(
        f"create table register.nytt_{nr} as select forlop_id, versjon from register.skjemaversjon;\n"
        "update register.skjema set versjon = versjon;\n",
        encoding="utf-8",
    )


def test_nothing_acknowledged_is_lost(tmp_path: Path, newer: Path, workshop: work.Workshop) -> None:
    register = support.make(tmp_path / "smertereg.duckdb")
    settings = register.keep_journal()
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    register.store.close()
    chance, told = random.Random(13), Told()
    todo = [(task, after) for task, kills in KILLS.items() for after in (AFTER * kills)[:kills]]
    chance.shuffle(todo)
    order = work.Order("", settings, 0, register.clock(), newer, forlop_id)
    takes, killed = _durations(workshop, order, told), 0
    for number, (task, after) in enumerate(todo, 1):
        if task == "migrering":
            _one_more(newer)
        now = register.clock() + timedelta(hours=number)
        order = replace(order, task=task, number=number, now=now, after=chance.uniform(0, takes[task]))
        facts, was_killed = workshop.run(order)
        told.hear(facts)
        killed += was_killed
        _look(workshop, replace(order, task=after, after=None), told)
        if not settings.register.exists():
            _look(workshop, replace(order, task="gjenoppretting", after=None), told)
        store = opened(settings, clock=lambda now=now: now)
        assert told.missing(store) == set(), order
        if number % size(5, 1) == 0:
            with store.read(support.SC) as tx:
                assert [finding for finding in check_register(tx) if finding.feil] == [], order
        store.close()
        for aside in tmp_path.glob("smertereg.duckdb.2*"):
            aside.unlink()
    assert killed > len(todo) // 2
    assert [finding for finding in check_published(settings.data / "published") if finding.feil] == []
    store = opened(settings, clock=register.clock)
    assert shelf.damaged(settings.backup_folder, store.vault) == []
    assert list(compare.differing(store, settings)) == []
    store.close()


def _durations(workshop: work.Workshop, order: work.Order, told: Told) -> dict[str, float]:
    """How long each kind of work takes when nobody stops it (seconds): within that time it is killed."""
    takes = {}
    for nr, task in enumerate(KILLS, 1):
        start = time.perf_counter()
        facts, _ = workshop.run(replace(order, task=task, number=20_000 + nr))
        takes[task] = time.perf_counter() - start
        told.hear(facts)
    return takes


def _look(workshop: work.Workshop, order: work.Order, told: Told) -> None:
    """Let a process do what comes after a kill. There may be no register, when a restore was killed."""
    if order.task != "gjenoppretting" and not order.settings.register.exists():
        return
    facts, _ = workshop.run(order)
    told.hear(facts)
    if order.task == "eldre program":
        assert facts == [("avvist", "REG-089")], order

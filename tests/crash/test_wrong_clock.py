"""Proves that a clock that was wrong for a while loses no backup, and keeps none from being the newest."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from app.work import operations
from ingest import wall_clock
from ingest.safekeeping import shelf
from ingest.safekeeping.opening import opened
from ingest.safekeeping.restore import restore
from tests.commands import runner
from tests.crash.lived import lived_in, people, people_of, whole


def test_a_backup_from_when_the_clock_was_ahead_is_not_the_newest_for_ever(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.clock.turn(days=30)
    operations.back_up(register.store, settings, settings.backup_folder)
    register.clock.turn(days=-28)
    before = shelf.newest(settings.backup_folder, register.clock())
    assert before is not None
    assert register.clock() - before == timedelta(days=2, hours=1)
    register.forlop()
    file = operations.back_up(register.store, settings, settings.backup_folder, new_journal=True)
    assert shelf.files(settings.backup_folder)[0] == file
    assert shelf.newest(settings.backup_folder, register.clock()) == register.clock()
    expected = people_of(register.store)
    register.store.close()
    settings.register.unlink()
    for path in settings.journal_folder.glob("*.journal"):
        path.unlink()
    restore(settings, register.clock(), accept_loss=True)
    assert people(settings) == expected
    whole(settings)


@pytest.mark.parametrize("days", [40, 4000])
def test_a_clock_that_was_ahead_for_some_nights_deletes_no_history(
    tmp_path: Path, days: int, caplog: pytest.LogCaptureFixture
) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    aside = restore(settings, register.clock(), set_aside=True).lagt_til_side
    register.store = opened(settings, clock=register.clock)
    for _ in range(3):
        register.clock.turn(days=1)
        operations.back_up(register.store, settings, settings.backup_folder)
    assert not caplog.records
    before = {*shelf.files(settings.backup_folder), *settings.journal_folder.glob("*.journal")}
    for turned in (days, 1, 1, 1 - days, 1):
        register.clock.turn(days=turned)
        operations.back_up(register.store, settings, settings.backup_folder)
        there = {*shelf.files(settings.backup_folder), *settings.journal_folder.glob("*.journal")}
        assert before <= there
    assert "klokken kan ha vært feil" in caplog.text
    assert all((tmp_path / name).exists() for name in aside)
    register.store.close()
    whole(settings)


def test_backups_from_before_they_were_numbered_come_before_and_in_the_order_of_their_journals(tmp_path: Path) -> None:
    def backup(name: str, register: str, nr: int, day: int, lopenr: int | None = None) -> None:
        head = {"register": register, "nr": nr, "kjede": "", "tid": f"2026-11-{day:02d}T03:30:00+00:00", "nokkel": ""}
        more = {"migrering": 1, "duckdb": "", "laget": None} | ({"lopenr": lopenr} if lopenr else {})
        (tmp_path / f"{name}.sikkerhetskopi").write_text(json.dumps(head | more | {"noe_nytt": 1}) + "\n")

    backup("b", "a", 1, 1)
    backup("d", "a", 2, 28)  # the clock was ahead
    backup("a", "b", 1, 3)
    backup("e", "b", 2, 4)
    backup("c", "c", 1, 2, lopenr=1)
    assert [file.stem for file in shelf.files(tmp_path)] == ["c", "e", "a", "d", "b"]


def test_saves_before_the_moment_that_came_after_one_from_a_clock_that_was_ahead_are_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They go on from one whose time is later, so they cannot come back without it; they were left out without a word."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    before = people_of(register.store)
    for hours in (24, -23):
        register.clock.turn(hours=hours)
        register.forlop()
    register.store.close()
    monkeypatch.setattr(wall_clock, "now", register.clock)
    run = runner(settings.data, monkeypatch, capsys)
    register.clock.turn(hours=1)
    moment = register.clock().isoformat(timespec="seconds")
    status, _, complaint = run("restore", "--set-aside", "--to", moment)
    assert (status, people(settings)) == (0, before)
    assert complaint.startswith("Ikke alt er med: 2 lagringer ")
    register.clock.turn(days=2)
    moment = register.clock().isoformat(timespec="seconds")
    assert run("restore", "--set-aside", "--to", moment)[::2] == (0, "")

"""Proves that a register that is gone is not taken for one that never was, and that a lost key is not replaced."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

import pytest

from app.work import operations
from checks.errors import RegisterError
from ingest import wall_clock
from ingest.people import one_time_key, sessions
from ingest.safekeeping import backup, shelf
from ingest.safekeeping.opening import opened
from ingest.safekeeping.restore import restore
from ingest.settings import Settings
from ingest.store import OSLO, Store
from tests import accounts, support
from tests.commands import Run, runner
from tests.crash.lived import lived_in, other_register, people, people_of, refused, whole

KARI = ("--name", "Kari Koordinator", "--mobile", "41234567", "--email", "kari@example.no")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(tmp_path / "data", monkeypatch, capsys)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.mark.parametrize("command", [("serve",), ("check",), ("run",), ("init", *KARI)], ids=lambda words: words[0])
def test_every_command_names_restore_when_only_journal_and_backups_are_left(
    run: Run, settings: Settings, command: tuple[str, ...]
) -> None:
    assert run("init", *KARI)[0] == 0
    settings.register.unlink()
    status, _, complaint = run(*command)
    assert status == 1
    assert "«smertereg restore»" in complaint
    assert not settings.register.exists()
    assert run("restore")[0] == 0
    assert run("check", "--journal")[0] == 0


def test_a_lost_key_is_missed_and_never_replaced(run: Run, settings: Settings, tmp_path: Path) -> None:
    assert run("init", *KARI)[0] == 0
    key = settings.data / "smertereg.nokkel"
    key.rename(tmp_path / "hvelv")
    for command in (("check",), ("key", "copy", "--to", str(tmp_path / "kopi"))):
        status, _, complaint = run(*command)
        assert (status, "mangler" in complaint) == (1, True)
    assert not key.exists()
    assert not (tmp_path / "kopi").exists()
    (tmp_path / "hvelv").rename(key)
    assert run("check")[0] == 0


def test_a_secret_that_is_sealed_with_a_lost_key_is_not_opened_with_a_new_one(tmp_path: Path) -> None:
    register = support.make(tmp_path / "smertereg.duckdb")
    sealed = register.store.vault.seal("hemmelig")
    register.store.close()
    register.store.vault.file.unlink()
    store = Store(tmp_path / "smertereg.duckdb")
    with pytest.raises(RegisterError, check=lambda error: error.code == "REG-150"):
        store.vault.open(sealed)
    assert not store.vault.file.exists()
    store.close()
    opened(Settings(data=tmp_path)).close()


def test_what_was_saved_after_a_restore_is_not_given_up_without_a_word_when_the_copy_it_made_is_damaged(
    tmp_path: Path,
) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    moment = register.clock()
    register.clock.turn(hours=1)
    register.forlop()
    register.store.close()
    register.clock.turn(hours=1)
    restore(settings, register.clock(), until=moment, set_aside=True)
    store = opened(settings, clock=register.clock)
    saved = support.Register(store, register.clock, count(150))
    saved.forlop()
    expected = people_of(store)
    store.close()
    copy = shelf.files(settings.backup_folder)[0]
    whole_copy = copy.read_bytes()
    copy.write_bytes(whole_copy[:-1])
    settings.register.unlink()
    with refused("REG-320") as told:
        restore(settings, register.clock())
    assert str(settings.journal_folder) in str(told.value)
    assert not settings.register.exists()
    copy.write_bytes(whole_copy)
    restore(settings, register.clock())
    assert people(settings) == expected
    whole(settings)


@pytest.mark.parametrize("failing", [False, True], ids=["med kopi", "kopien kan ikke skrives"])
def test_a_restore_to_a_moment_ends_the_sessions_and_the_keys_of_that_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: bool
) -> None:
    """They may have been ended since, as those of a user who was shut out."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    accounts.add(register, support.LU)
    with register.store.write(support.SC) as tx:
        token, _ = sessions.start(tx, support.LU.bruker), one_time_key.make(tx, support.LU.bruker)
    moment = register.clock()
    register.clock.turn(minutes=5)
    with register.store.write(support.SC) as tx:
        sessions.end_all(tx, support.LU.bruker)
        one_time_key.end(tx, support.LU.bruker)
    register.store.close()
    with monkeypatch.context() as patch:
        if failing:
            patch.setattr(backup, "take", full)
        done = restore(settings, register.clock(), until=moment, set_aside=True)
    assert (done.uten_kopi != "", len(done.lagt_til_side)) == (failing, 2)
    if failing:
        with monkeypatch.context() as patch, refused("REG-336"):
            patch.setattr(backup, "take", full)
            opened(settings, clock=register.clock)
    store = opened(settings, clock=register.clock)
    with store.read(support.SC) as tx:
        assert (sessions.find(tx, token), one_time_key.waits(tx, support.LU.bruker)) == (None, False)
        assert len(tx.rows("select 1 from tilgang.logg where hendelse = 'gjenopprettet'")) == 1
    store.close()
    whole(settings)


def full(*_: Any, **__: Any) -> NoReturn:
    raise RegisterError("REG-288", mappe="kopier", melding="Disken er full")


def test_who_restores_is_told_what_was_done_before_that_no_backup_could_be_written(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("init", *KARI)[0] == 0
    moment = wall_clock.now().astimezone(OSLO)
    with monkeypatch.context() as patch:
        patch.setattr(backup, "take", full)
        status, said, complaint = run("restore", "--set-aside", "--to", f"{moment:%Y-%m-%dT%H:%M:%S}")
    assert "Registeret er tilbake" in said
    assert "Lagt til side" in said
    assert (status, "alle er logget ut" in complaint) == (1, True)
    assert run("backup", "--new-journal")[0] == 0
    whole(settings)


@pytest.mark.parametrize("remade", [False, True], ids=["borte", "en tom mappe i dens sted"])
def test_nothing_is_saved_past_a_journal_that_was_moved_while_the_app_runs(tmp_path: Path, remade: bool) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    before, moved = people_of(register.store), tmp_path / "flyttet"
    settings.journal_folder.rename(moved)
    if remade:
        settings.journal_folder.mkdir()
    with refused("REG-321"):
        register.forlop()
    assert people_of(register.store) == before
    if remade:
        settings.journal_folder.rmdir()
    moved.rename(settings.journal_folder)
    register.forlop()
    shutil.rmtree(settings.journal_folder)
    operations.back_up(register.store, settings, settings.backup_folder, new_journal=True)
    register.forlop()
    register.store.close()
    whole(settings)


def test_nothing_is_saved_in_a_register_file_that_was_removed_while_the_app_runs(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    expected = people_of(register.store)
    settings.register.unlink()
    with refused("REG-322"):
        register.forlop()
    register.store.close()
    settings.register.with_name("smertereg.duckdb.wal").unlink(missing_ok=True)
    restore(settings, register.clock())
    assert people(settings) == expected
    whole(settings)


def test_a_backup_that_the_key_is_missing_for_stops_nobody_from_saving_when_it_is_back(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    key = register.store.vault.file
    key.rename(tmp_path / "hvelv")
    with refused("REG-275"):
        operations.back_up(register.store, settings, settings.backup_folder)
    register.forlop()
    (tmp_path / "hvelv").rename(key)
    register.forlop()
    operations.back_up(register.store, settings, settings.backup_folder)
    register.store.close()
    whole(settings)


def test_a_new_journal_is_not_begun_when_its_backup_has_nowhere_to_go(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    before = sorted(settings.journal_folder.iterdir())
    with refused("REG-299"):
        operations.back_up(register.store, settings, tmp_path / "løs disk" / "kopier", new_journal=True)
    assert sorted(settings.journal_folder.iterdir()) == before
    register.store.close()
    whole(settings)


def test_a_register_that_was_set_aside_goes_with_the_backups_of_its_time(tmp_path: Path) -> None:
    """It too has the patients who are erased later."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    [aside] = restore(settings, register.clock(), set_aside=True).lagt_til_side
    own = tmp_path / "smertereg.duckdb.min egen"
    own.touch()
    store = opened(settings, clock=register.clock)
    for kept in (True, True, True, True, True, False):
        register.clock.turn(days=6)
        operations.back_up(store, settings, settings.backup_folder)
        assert (tmp_path / aside).exists() == kept
    store.close()
    assert own.exists()
    whole(settings)


@pytest.fixture
def two(tmp_path: Path) -> tuple[support.Register, Settings, Settings]:
    """(a register, its settings, those of another): the other's backup is newer, and lies among the register's own."""
    register, settings = lived_in(tmp_path / "vårt" / "smertereg.duckdb")
    other, others = other_register(tmp_path / "annet", register.store.vault.file)
    shutil.copytree(others.backup_folder, settings.backup_folder, dirs_exist_ok=True)
    other.store.close()
    return register, settings, others


def test_a_backup_is_not_put_among_those_of_another_register(two: tuple[support.Register, Settings, Settings]) -> None:
    register, settings, _ = two
    before = shelf.files(settings.backup_folder)
    with refused("REG-288") as caught:
        operations.back_up(register.store, settings, settings.backup_folder)
    assert "et annet register" in str(caught.value)
    assert shelf.files(settings.backup_folder) == before
    register.store.close()


def test_another_registers_backup_is_never_restored_in_place_of_a_damaged_one(
    two: tuple[support.Register, Settings, Settings],
) -> None:
    register, settings, others = two
    register.store.close()
    settings.register.unlink()
    foreign = {file.name for file in shelf.files(others.backup_folder)}
    own = [file for file in shelf.files(settings.backup_folder) if file.name not in foreign]
    for file in own:
        file.write_bytes(file.read_bytes()[:-1])
    with refused("REG-291"):
        restore(settings, register.clock())
    assert not settings.register.exists()


def test_with_file_and_journal_lost_nobody_guesses_which_register_it_was(
    two: tuple[support.Register, Settings, Settings],
) -> None:
    register, settings, others = two
    expected = people_of(register.store)
    register.store.close()
    settings.register.unlink()
    shutil.rmtree(settings.journal_folder)
    with refused("REG-303"):
        restore(settings, register.clock(), accept_loss=True)
    for file in shelf.files(others.backup_folder):
        (settings.backup_folder / file.name).unlink()
    restore(settings, register.clock(), accept_loss=True)
    assert people(settings) <= expected
    whole(settings)

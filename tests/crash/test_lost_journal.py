"""Proves that nothing is saved, and no backup taken, past a journal that is gone while the app runs, and that a new one is begun
only where nothing is lost.
"""

from __future__ import annotations

import secrets
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from app.work import operations, register_jobs
from checks.errors import RegisterError
from ingest.journal.segments import Journal, Place
from ingest.safekeeping import shelf
from ingest.safekeeping.opening import opened
from ingest.safekeeping.restore import restore
from ingest.settings import Settings
from tests import support
from tests.crash.lived import comes_back, lived_in, other_register, people, people_of, refused, whole


class Killed(BaseException):
    """A program that is killed here."""


@pytest.fixture
def emptied(tmp_path: Path) -> tuple[support.Register, Settings, Path]:
    """A register in use whose journal's disk is no longer mounted, and where the disk's files are now."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    disk = settings.journal_folder.rename(tmp_path / "disken")
    settings.journal_folder.mkdir()
    return register, settings, disk


def journal_put_aside(settings: Settings, expected: set[int]) -> None:
    """The app does not start with that journal; `--new-journal` puts it aside, and everybody is there."""
    with refused("REG-280"):
        opened(settings)
    register_jobs.do(settings, register_jobs.BACKUP, {"ny_journal": True})
    assert people(settings) == expected
    whole(settings)


def test_no_backup_lets_saving_go_on_over_a_journal_that_is_gone(
    emptied: tuple[support.Register, Settings, Path],
) -> None:
    """A backup that began a new file of the journal hid the hole, and failed or not, saves were accepted after it."""
    register, settings, disk = emptied
    for _ in range(2):
        with refused("REG-321"):
            operations.back_up(register.store, settings, settings.backup_folder)
        with refused("REG-321"):
            register.forlop()
    assert not list(settings.journal_folder.glob("*.journal"))
    settings.journal_folder.rmdir()
    disk.rename(settings.journal_folder)
    register.forlop()
    operations.back_up(register.store, settings, settings.backup_folder)
    register.store.close()
    whole(settings)


def test_a_new_journal_takes_nothing_before_its_backup_is_written(
    emptied: tuple[support.Register, Settings, Path], tmp_path: Path
) -> None:
    register, settings, _ = emptied
    key = register.store.vault.file.read_bytes()
    other, others = other_register(tmp_path / "annet", register.store.vault.file)
    other.store.close()
    assert key == register.store.vault.file.read_bytes()
    foreign = [shutil.copy(file, settings.backup_folder) for file in shelf.files(others.backup_folder)]
    with refused("REG-288"):
        operations.back_up(register.store, settings, settings.backup_folder, new_journal=True)
    with refused("REG-321"):
        register.forlop()
    register.store.close()
    with refused("REG-336"):  # a new start does not let it go on either
        opened(settings)
    for file in foreign:
        Path(file).unlink()
    register.store = opened(settings, clock=register.clock, random_bytes=secrets.token_bytes)
    register.forlop()
    comes_back(register, settings)


@pytest.mark.parametrize("after", [False, True])
def test_a_program_that_is_killed_as_it_begins_a_new_journal_can_begin_it_again(
    emptied: tuple[support.Register, Settings, Path], monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    """The new journal's file was there, and the register did not know of it: nothing could be opened, and nothing begun."""
    register, settings, _ = emptied
    expected = people_of(register.store)
    begin = Journal.begin

    def killed(journal: Journal, place: Place) -> None:
        if after:
            begin(journal, place)
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Journal, "begin", killed)
        operations.back_up(register.store, settings, settings.backup_folder, new_journal=True)
    register.store.close()
    with suppress(RegisterError):
        opened(settings).close()
    register_jobs.do(settings, register_jobs.BACKUP, {"ny_journal": True})
    assert people(settings) == expected
    whole(settings)


def test_a_journal_whose_disk_comes_back_after_a_new_one_is_not_mixed_with_it_and_can_be_put_aside(
    emptied: tuple[support.Register, Settings, Path], tmp_path: Path
) -> None:
    register, settings, disk = emptied
    operations.back_up(register.store, settings, settings.backup_folder, new_journal=True)
    register.forlop()
    expected = people_of(register.store)
    settings.journal_folder.rename(tmp_path / "under")
    disk.rename(settings.journal_folder)
    there = sorted(settings.journal_folder.iterdir())
    for work in (register.forlop, lambda: operations.back_up(register.store, settings, settings.backup_folder)):
        with refused("REG-321"):
            work()
    assert sorted(settings.journal_folder.iterdir()) == there
    register.store.close()
    journal_put_aside(settings, expected)


def test_a_new_file_of_the_journal_is_not_begun_among_those_of_another(tmp_path: Path) -> None:
    """As when someone copies the old journal back into the folder."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    old = {path.name: path.read_bytes() for path in settings.journal_folder.glob("*.journal")}
    operations.back_up(register.store, settings, settings.backup_folder, new_journal=True)
    (settings.journal_folder / max(old)).write_bytes(old[max(old)])
    with refused("REG-295"):
        operations.back_up(register.store, settings, settings.backup_folder)
    register.forlop()
    expected = people_of(register.store)
    register.store.close()
    journal_put_aside(settings, expected)


def test_a_journal_is_not_begun_anew_in_a_register_that_is_not_the_newest(tmp_path: Path) -> None:
    """What was saved in the newer one would be set aside with its journal."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    moment = register.clock()
    register.store.close()
    older = settings.register.read_bytes()
    register.clock.turn(hours=1)
    restore(settings, register.clock(), until=moment, set_aside=True)
    expected, newer = people(settings), settings.register.read_bytes()
    settings.register.write_bytes(older)
    before = sorted(settings.journal_folder.iterdir())
    with refused("REG-280"):
        register_jobs.do(settings, register_jobs.BACKUP, {"ny_journal": True})
    assert sorted(settings.journal_folder.iterdir()) == before
    settings.register.write_bytes(newer)
    assert people(settings) == expected
    whole(settings)


def test_the_journal_of_another_register_is_not_set_aside_for_a_new_one(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "vårt" / "smertereg.duckdb")
    other, others = other_register(tmp_path / "annet", register.store.vault.file)
    for one in (register, other):
        one.store.close()
    wrong = settings.model_copy(update={"journal": others.journal_folder})
    with refused("REG-280"):
        register_jobs.do(wrong, register_jobs.BACKUP, {"ny_journal": True})
    whole(others)

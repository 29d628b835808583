"""Proves that a restore can be stopped, repeated, begun too early and begun with the wrong files, and loses nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.work import operations, register_jobs
from ingest import disk
from ingest.journal import segments
from ingest.registration import erasure
from ingest.safekeeping import backup, opening, shelf
from ingest.safekeeping.opening import opened
from ingest.safekeeping.restore import restore
from ingest.settings import Settings
from ingest.store import Store
from tests import support
from tests.crash.lived import comes_back, lived_in, people, people_of, refused, whole

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('åpen', flush=True); sys.stdin.read()"


class Stopped(BaseException):
    """A program that is killed here."""


def stop(*_: Any, **__: Any) -> None:
    raise Stopped


def test_a_register_that_an_app_uses_is_not_restored_under_it(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    settings.register.rename(tmp_path / "aside")  # the app goes on in a file that has lost its name
    with refused("REG-294"):
        restore(settings, register.clock())
    (tmp_path / "aside").rename(settings.register)
    register.store.close()
    command = [sys.executable, "-c", HOLD, str(settings.register)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline()
        with refused("REG-082"):
            restore(settings, register.clock(), set_aside=True)
        holder.communicate()
    whole(settings)


def test_a_copy_of_the_register_does_not_write_in_its_journal(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store._file.checkpoint()
    copy = tmp_path / "kopi"
    copy.mkdir()
    for name in ("smertereg.duckdb", "smertereg.nokkel"):
        shutil.copy(tmp_path / name, copy / name)
    with refused("REG-294"):
        opened(Settings(data=copy, journal=settings.journal, backup=settings.backup_folder))
    register.forlop()
    register.store.close()
    whole(settings)


def test_a_new_journal_is_begun_when_the_old_is_lost_and_when_it_is_damaged(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    operations.back_up(register.store, settings, settings.backup_folder)
    register.forlop()
    register.store.close()
    first = sorted(settings.journal_folder.glob("*.journal"))[-1]
    contents = bytearray(first.read_bytes())
    contents[len(contents) // 2] ^= 1
    first.write_bytes(contents)
    with refused("REG-279"):
        opened(settings)
    register_jobs.do(settings, register_jobs.BACKUP, {"ny_journal": True})
    whole(settings)
    shutil.rmtree(settings.journal_folder)
    with refused("REG-281"):
        opened(settings)
    register_jobs.do(settings, register_jobs.BACKUP, {"ny_journal": True})
    whole(settings)


def test_a_new_journal_stands_alone_and_the_old_is_kept_beside_it(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    before = {path.name for path in settings.journal_folder.glob("*.journal")}
    assert len(before) == 2
    operations.back_up(register.store, settings, settings.backup_folder, new_journal=True)
    register.store.close()
    [aside] = settings.journal_folder.glob("lagt-til-side-*")
    assert {path.name for path in aside.iterdir()} == before
    whole(settings)
    # It goes when the backups it belongs to do.
    store = opened(settings, clock=register.clock)
    for _ in range(6):
        register.clock.turn(days=6)
        assert aside.exists()
        operations.back_up(store, settings, settings.backup_folder)
    assert not aside.exists()
    store.close()


def test_a_journal_is_not_begun_among_the_files_of_another(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    (tmp_path / "annet").mkdir()
    support.make(tmp_path / "annet" / "smertereg.duckdb").store.close()
    wrong = Settings(data=tmp_path / "annet", journal=settings.journal, backup=tmp_path / "annet" / "kopier")
    with refused("REG-295"):
        opened(wrong)
    whole(settings)


def test_a_program_stopped_before_the_first_backup_gets_it_at_the_next_start(tmp_path: Path) -> None:
    register = support.make(tmp_path / "smertereg.duckdb")
    settings = register.settings(journal=register.store.journal_folder)
    register.store.begin_journal()
    register.forlop()
    register.store.close()
    opened(settings, clock=register.clock).close()
    settings.register.unlink()
    restore(settings, register.clock())
    assert len(people(settings)) == 1
    whole(settings)


def test_the_newest_backup_is_that_of_the_latest_save_also_when_the_clock_was_set_back(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    person = min(people_of(register.store))
    register.clock.turn(days=-5)
    register.forlop()
    # The erasure cuts the journal, so that only the last backup can be gone on from.
    operations.erase_now(register.store, settings, support.SC, person, str(person), "krav")
    register.forlop()
    comes_back(register, settings)


def test_a_restore_repeated_in_the_same_second_loses_nothing_that_was_set_aside(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.clock.turn(hours=1)
    moment = register.clock()
    register.store.close()
    names = [restore(settings, moment, until=moment, set_aside=True).lagt_til_side for _ in range(3)]
    everything = [name for some in names for name in some]
    assert len(everything) == len(set(everything)) == 6
    assert all((tmp_path / name).exists() or (settings.journal_folder / name).exists() for name in everything)
    whole(settings)


def test_the_journal_folder_may_be_a_mounted_disk(tmp_path: Path) -> None:
    """A mounted folder cannot be given another name, so it is emptied instead."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    before = settings.journal_folder.stat().st_ino
    restore(settings, register.clock(), until=register.clock(), set_aside=True)
    assert settings.journal_folder.stat().st_ino == before
    whole(settings)


@pytest.mark.parametrize("earlier", [False, True])
@pytest.mark.parametrize("where", ["_follow", "_out_of_the_way", "swap", "_finish", "set_aside", "take"])
def test_a_restore_that_is_stopped_can_be_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, earlier: bool
) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.clock.turn(hours=1)
    moment = register.clock() if earlier else None
    there = people_of(register.store)
    register.clock.turn(hours=1)
    if earlier:
        register.forlop()
    register.store.close()
    owner = {"swap": disk, "set_aside": segments, "take": backup}.get(where, sys.modules[restore.__module__])
    with monkeypatch.context() as patch:
        patch.setattr(owner, where, stop)
        if earlier or where not in ("set_aside", "take"):
            with pytest.raises(Stopped):
                restore(settings, register.clock(), until=moment, set_aside=True)
        else:
            restore(settings, register.clock(), until=moment, set_aside=True)
    restore(settings, register.clock(), until=moment, set_aside=True)
    assert people(settings) == there
    assert list(tmp_path.glob("*.gjenopprettet*")) == []
    whole(settings)


def test_one_can_go_back_to_before_an_earlier_restore(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.clock.turn(hours=1)
    late, everybody = register.clock(), people_of(register.store)
    register.store.close()
    early = register.clock.now.replace(hour=10)
    register.clock.turn(hours=1)
    restore(settings, register.clock(), until=early, set_aside=True)
    assert people(settings) < everybody
    done = restore(settings, register.clock(), until=late, set_aside=True)
    assert done.skade == ""  # everything until then is there, though in a journal that was set aside
    assert people(settings) == everybody
    whole(settings)


def test_numbers_that_were_given_out_after_the_moment_are_not_given_out_again(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.clock.turn(hours=1)
    moment = register.clock()
    register.clock.turn(hours=1)
    given = register.forlop()
    register.store.close()
    restore(settings, register.clock(), until=moment, set_aside=True)
    register.store = opened(settings, clock=register.clock)
    assert register.forlop() == given + 1
    register.store.close()
    whole(settings)


def test_an_old_copy_of_both_register_and_journal_is_found_by_the_backup(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store._file.checkpoint()
    old = tmp_path / "gammel"
    shutil.copytree(settings.journal_folder, old / "journal")
    shutil.copy(settings.register, old)
    register.forlop()
    operations.back_up(register.store, settings, settings.backup_folder)
    expected = people_of(register.store)
    register.store.close()
    shutil.rmtree(settings.journal_folder)
    shutil.copytree(old / "journal", settings.journal_folder)
    shutil.copy(old / settings.register.name, settings.register)
    with refused("REG-296"):
        opened(settings)
    restore(settings, register.clock(), set_aside=True, accept_loss=True)
    assert people(settings) == expected
    whole(settings)


def test_what_was_saved_while_the_backup_of_an_erasure_was_taken_keeps_nothing_in_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    person, copy = min(people_of(register.store)), Store.copy

    def copied(store: Store, to: Path) -> None:
        copy(store, to)
        if to.name.endswith(backup.COPY):
            register.forlop()

    with monkeypatch.context() as patch:
        patch.setattr(Store, "copy", copied)
        operations.erase_now(register.store, settings, support.SC, person, str(person), "krav")
    erased_at = backup.read(shelf.files(settings.backup_folder)[0]).nr
    assert min(one.before.nr for one in segments.segments(settings.journal_folder)) >= erased_at - 1
    register.store.close()
    whole(settings)


def test_an_erasure_that_was_stopped_before_its_backup_is_taken_out_of_the_journal_by_the_next(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    person = min(people_of(register.store))
    with register.store.write(support.SC) as tx:
        erasure.erase(tx, person, str(person), "krav")
    register.store.close()
    store = opened(settings, clock=register.clock)
    place = store._place
    operations.back_up(store, settings, settings.backup_folder)
    assert min(one.before.nr for one in segments.segments(settings.journal_folder)) >= place.nr
    store.close()
    whole(settings)


def test_the_file_from_before_an_upgrade_does_not_keep_who_was_erased(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    before = tmp_path / "smertereg.duckdb.forrige"
    before.write_bytes(b"slik det var")
    person = min(people_of(register.store))
    operations.erase_now(register.store, settings, support.SC, person, str(person), "krav")
    assert not before.exists()
    register.store.close()


def test_the_register_of_a_demo_has_no_journal_that_it_did_not_ask_for(tmp_path: Path) -> None:
    register = support.make(tmp_path / "smertereg.duckdb")
    settings = register.settings()
    operations.back_up(register.store, settings, settings.backup_folder)
    register.store.close()
    settings.register.unlink()
    restore(settings, register.clock())
    store = opened(settings)
    assert not opening.wants_journal(store, settings)
    assert not store.journalled
    store.close()

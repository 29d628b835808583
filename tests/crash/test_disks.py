"""Proves what a disk that is full, that fails or that is not mounted does to saving: nothing acknowledged is lost, what is
wrong is named, and saving goes on when it is mended.
"""

from __future__ import annotations

import errno
import os
import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from app.work import operations
from checks.errors import RegisterError
from ingest import audit
from ingest.capture import contents
from ingest.registration import forms
from ingest.safekeeping import backup, shelf
from ingest.safekeeping.opening import opened
from ingest.safekeeping.restore import restore
from ingest.store import Store
from tests import support
from tests.crash.lived import lived_in, refused, whole


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let no file of this process grow past `size` bytes; the kernel then refuses as it does for a full disk (EFBIG)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def filling(store: Store) -> int:
    with store.read(support.SC) as tx:
        return len(tx.rows("select 1 from tilgang.logg where hendelse = 'fyller disken'"))


@pytest.mark.parametrize("size", [15_000, 100_000])
def test_what_is_acknowledged_is_what_is_stored_when_the_log_finds_no_room_in_the_file(
    tmp_path: Path, size: int
) -> None:
    """DuckDB raises both when it has stored a save and then finds no room, and when it has not; afterwards it answers nothing."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    chance, saved, codes = random.Random(8), 0, set()
    register.store.rewrite()
    with register.store.cursor() as con:
        con.execute("set global checkpoint_threshold = '1 MB'")
    with files_of_at_most(settings.register.stat().st_size + 400_000):
        for _ in range(1_600_000 // size // 2):
            try:
                with register.store.write(support.LU) as tx:
                    audit.log(tx, "fyller disken", details={"med": chance.randbytes(size).hex()})
            except RegisterError as error:
                codes.add(error.code)
            else:
                saved += 1
            assert filling(register.store) == saved
    assert codes <= {"REG-282"}
    register.forlop()
    register.store.close()
    whole(settings)


def test_a_full_disk_is_named_and_saving_goes_on_when_there_is_room(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    chance, saved, codes = random.Random(4), 0, set()
    with files_of_at_most(400_000):
        for _ in range(40):
            try:
                with register.store.write(support.LU) as tx:
                    audit.log(tx, "fyller disken", details={"med": chance.randbytes(10_000).hex()})
            except RegisterError as error:
                codes.add(error.code)
            else:
                saved += 1
    assert codes <= {"REG-278", "REG-282"}
    assert codes
    register.forlop()
    assert filling(register.store) == saved
    register.store.close()
    whole(settings)


def test_half_a_record_is_taken_out_of_a_full_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    patient, write = register.patient(), os.write

    def half(handle: int, content: memoryview) -> int:
        if len(content) < 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, content[: len(content) // 2])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half)
        for _ in range(3):
            with refused("REG-278"):
                register.forlop(patient)
    register.forlop(patient)
    with register.store.read(support.SC) as tx:
        assert len(tx.rows("select 1 from register.forlop where pasient_id = ?", patient)) == 1
    register.store.close()
    whole(settings)


def test_a_backup_and_a_restore_on_a_full_disk_say_so_and_leave_nothing_half_done(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    before = shelf.files(settings.backup_folder)
    with files_of_at_most(300_000), refused("REG-288") as caught:
        operations.back_up(register.store, settings, settings.backup_folder)
    assert "Disken er full" in str(caught.value)
    assert shelf.files(settings.backup_folder) == before
    register.forlop()
    register.store.close()
    kept = settings.register.read_bytes()
    settings.register.unlink()
    with files_of_at_most(300_000), refused("REG-282"):
        restore(settings, register.clock())
    assert not settings.register.exists()
    settings.register.write_bytes(kept)
    whole(settings)


def test_the_journal_goes_on_in_its_file_when_a_new_one_cannot_be_begun(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    assert register.store._journal is not None
    in_the_way = settings.journal_folder / f"{register.store._place.nr + 1:012d}.journal.ny"
    in_the_way.mkdir()
    with refused("REG-278"):
        operations.back_up(register.store, settings, settings.backup_folder)
    register.forlop()
    in_the_way.rmdir()
    operations.back_up(register.store, settings, settings.backup_folder)
    register.store.close()
    whole(settings)


def test_nothing_is_saved_after_a_disk_that_did_not_answer_for_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")

    def fails(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", fails)
        with refused("REG-293"):
            register.forlop()
    # The disk says yes again, but what it had not written may be gone.
    with refused("REG-293"):
        register.forlop()
    register.store.close()
    store = opened(settings, clock=register.clock)
    assert store.given_up == 1
    store.close()
    whole(settings)


@pytest.mark.parametrize("done", [True, False])
def test_a_commit_that_raises_is_found_out_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: bool) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    patient = register.patient()

    def raises(_: Store, con: duckdb.DuckDBPyConnection) -> BaseException:
        con.execute("commit" if done else "rollback")
        return RegisterError("REG-282", fil="smertereg.duckdb")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "_commit", raises)
        if done:
            register.forlop(patient)
        else:
            with refused("REG-282"):
                register.forlop(patient)
    register.forlop(patient)
    with register.store.read(support.SC) as tx:
        assert len(tx.rows("select 1 from register.forlop where pasient_id = ?", patient)) == 1 + done
    register.store.close()
    whole(settings)


def test_nothing_more_is_saved_when_nobody_can_tell_whether_the_last_save_was_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")

    def unknown(_: Store) -> None:
        raise duckdb.OutOfMemoryException("Out of Memory Error")

    def raises(_: Store, con: duckdb.DuckDBPyConnection) -> BaseException:
        con.execute("commit")
        return RegisterError("REG-282", fil="smertereg.duckdb")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "_commit", raises)
        patch.setattr(Store, "held", property(unknown))
        with refused("REG-282"):
            register.forlop()
    with refused("REG-293"):
        register.forlop()
    register.store.close()
    whole(settings)


def test_a_block_that_is_damaged_is_named_to_who_reads_it(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    whole_file, read = settings.register.read_bytes(), 0
    for place in range(3 * 4096 + 100_000, len(whole_file), 262_144):
        damaged = bytearray(whole_file)
        damaged[place] ^= 1
        settings.register.write_bytes(damaged)
        try:
            store = opened(settings, clock=register.clock)
        except RegisterError as error:
            assert error.code == "REG-080"
            continue
        with store.read(support.SC) as tx:
            names = contents.tables(tx.con)
        for table in names:
            try:
                with store.read(support.SC) as tx:
                    read += len(tx.rows(f"select * from {table}"))
            except RegisterError as error:
                assert error.code == "REG-080"
        store.close()
    assert read > 0


def test_a_folder_that_is_not_mounted_costs_no_part_of_the_journal(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    mounted = settings.backup_folder.rename(tmp_path / "disken")
    for _ in range(4):
        register.clock.turn(days=1)
        register.forlop()
        operations.back_up(register.store, settings, settings.backup_folder)
    register.store.close()
    settings.backup_folder.rename(tmp_path / "under")
    mounted.rename(settings.backup_folder)
    settings.register.unlink()
    restore(settings, register.clock())
    whole(settings)


def test_backups_are_thinned_out_and_the_journal_follows_them(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    for _ in range(40):
        register.clock.turn(hours=12)
        register.forlop()
        register.clock.turn(hours=12)
        operations.back_up(register.store, settings, settings.backup_folder)
    ages = [(register.clock() - about.moment).days for _, about in shelf.kept(settings.backup_folder) if about]
    assert ages == list(range(36))
    first = min(about.nr for _, about in shelf.kept(settings.backup_folder) if about)
    assert sorted(settings.journal_folder.glob("*.journal"))[0].name <= f"{first + 1:012d}.journal"
    assert not (settings.journal_folder / "000000000001.journal").exists()
    register.store.close()
    whole(settings)


def test_a_backup_that_cannot_be_read_stops_no_rotation(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    broken = shelf.files(settings.backup_folder)[0]
    broken.write_bytes(b"ikke en sikkerhetskopi")
    register.clock.turn(days=3)
    operations.back_up(register.store, settings, settings.backup_folder)
    assert broken.exists()
    assert len(shelf.damaged(settings.backup_folder, register.store.vault)) == 1
    register.store.close()
    whole(settings)


def test_what_a_save_says_of_a_rule_is_not_taken_for_a_disk(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    with refused("REG-027"), register.store.write(support.LU) as tx:
        forms.open_form(tx, 999, "to")
    register.store.close()
    assert backup.read(shelf.files(settings.backup_folder)[0]).nr > 0

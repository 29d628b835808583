"""Proves what the files of backups are: small, readable when an older program wrote them, and believed only as far as they can
be.
"""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from app.work import operations
from ingest.capture import contents
from ingest.journal.sealing import seal
from ingest.safekeeping import backup, shelf
from ingest.safekeeping.opening import opened
from ingest.safekeeping.restore import restore
from tests import support
from tests.crash.lived import comes_back, lived_in, other_register, people, people_of, refused, whole


def test_a_backup_takes_less_than_half_the_room_of_the_register(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    size = shelf.files(settings.backup_folder)[0].stat().st_size
    assert 0 < size < settings.register.stat().st_size / 2
    register.store.close()


def test_a_backup_from_before_they_were_compressed_is_restored(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    for file in shelf.files(settings.backup_folder):
        _as_before(file, register)
        backup.prove(file, register.store.vault)
    comes_back(register, settings)


def _as_before(file: Path, register: support.Register) -> None:
    """Write a backup anew as older programs did."""
    key = register.store.vault.key(backup.PURPOSE, backup.read(file).nokkel)
    pieces = list(backup._pieces(file, key))
    first = file.read_bytes().partition(b"\n")[0] + b"\n"
    with file.open("wb") as out:
        out.write(first)
        for number, (kind, content) in enumerate(pieces):
            was = b"S" if kind == b"S" else b"D"
            backup._put(out, seal(key, content, backup._about(first, number, was)))


@pytest.mark.parametrize(
    ("there", "damaged"),
    [
        (b'"tid": "2', b'"tid": ":'),
        (b'+00:00"', b"+00:00z"),
        (b'"nr": ', b'"nr": 9'),
        (b'"laget": "20', b'"laget": "21'),
        (b'"register": "0', b'"register": "1'),
        (b'"register": ', b'"register": {}, "var": '),
        (b'"laget": ', b'"laget": [1], "var": '),
        (b'"kjede": ', b'"kjede": ' + b"[" * 3000),
    ],
    ids=["no time", "no JSON", "a later number", "another register", "another journal", "no name", "no date", "deep"],
)
def test_a_damaged_first_line_keeps_no_app_from_starting_and_no_backup_from_being_taken_or_restored(
    tmp_path: Path, there: bytes, damaged: bytes
) -> None:
    """One wrong bit in an old backup shut the register, or stopped every backup after it."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    newest = shelf.files(settings.backup_folder)[0]
    content = newest.read_bytes()
    assert there in content
    newest.write_bytes(content.replace(there, damaged, 1))
    register.store.close()
    register.store = opened(settings, clock=register.clock)
    register.forlop()
    operations.back_up(register.store, settings, settings.backup_folder)
    expected = people_of(register.store)
    register.store.close()
    contents.remove(settings.register)
    restore(settings, register.clock())
    assert people(settings) == expected
    newest.unlink()
    whole(settings)


def test_with_file_and_journal_lost_a_damaged_first_line_is_of_no_other_register(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    operations.back_up(register.store, settings, settings.backup_folder)
    expected = people_of(register.store)
    oldest = shelf.files(settings.backup_folder)[-1]
    oldest.write_bytes(oldest.read_bytes().replace(b'"laget": "20', b'"laget": "21', 1))
    register.store.close()
    for path in (settings.register, *settings.journal_folder.glob("*.journal")):
        path.unlink()
    restore(settings, register.clock(), accept_loss=True)
    assert people(settings) == expected


def test_what_a_killed_backup_left_is_gone_after_the_next_and_a_copy_made_by_hand_is_not(tmp_path: Path) -> None:
    """Each night's left as much as a backup, on the disk of the backups."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    left = [
        settings.backup_folder / "smertereg-20261123T033000-7.sikkerhetskopi.ny",
        *(tmp_path / f"smertereg.duckdb.{end}" for end in (backup.COPY, f"{backup.COPY}.wal", backup.REBUILT)),
    ]
    for path in left:
        path.write_bytes(b"ikke ferdig")
    mine = tmp_path / "smertereg.duckdb.kopi"
    mine.write_bytes(b"tatt for hand")
    register.store = opened(settings, clock=register.clock)
    assert [path.name for path in left if path.exists()] == [left[0].name]
    operations.back_up(register.store, settings, settings.backup_folder)
    assert not left[0].exists()
    assert mine.exists()
    register.store.close()


def test_another_registers_backups_are_seen_also_when_they_have_a_key_that_is_not_ours(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "vårt" / "smertereg.duckdb")
    other, others = other_register(tmp_path / "annet", register.store.vault.file)
    file = operations.change_key(other.store, others)
    assert backup.read(file).nokkel != register.store.vault.name
    file.rename(settings.backup_folder / file.name)
    with refused("REG-288") as told:
        operations.back_up(register.store, settings, settings.backup_folder)
    assert "et annet register" in str(told.value)
    for one in (register, other):
        one.store.close()


def test_a_damaged_length_asks_for_no_more_memory_than_a_whole_one(tmp_path: Path) -> None:
    """One wrong bit asked for gigabytes, which a small machine does not have, and the command ended in a trace."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    newest = shelf.files(settings.backup_folder)[0]
    first, _, pieces = newest.read_bytes().partition(b"\n")
    newest.write_bytes(first + b"\n" + b"\xff" * 4 + pieces[4:])
    tracemalloc.start()
    with refused("REG-289"):
        backup.prove(newest, register.store.vault)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10 * backup.PIECE
    register.store.close()

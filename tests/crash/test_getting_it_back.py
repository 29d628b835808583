"""Proves that a register whose file is lost or damaged comes back as it was at the last save, or at a moment before."""

from __future__ import annotations

import random
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from app.work import operations
from ingest import wall_clock
from ingest.journal import steps
from ingest.journal.segments import TRANSACTION
from ingest.registration import erasure
from ingest.safekeeping import backup, compare, opening, shelf
from ingest.safekeeping.opening import opened
from ingest.safekeeping.restore import restore
from ingest.settings import Settings
from tests import support
from tests.commands import runner
from tests.crash.lived import everything, lived_in, other_register, people, people_of, refused, whole
from tests.sizes import size

DAMAGES = size(12, 60)


def test_everything_saved_is_back_after_the_file_is_lost(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    before = everything(settings)
    settings.register.unlink()
    done = restore(settings, register.clock())
    assert done.fra_journal.antall > 0
    after = everything(settings)
    # Only the log has more: the restore itself, and how far the journal has come with it.
    assert {t for t in before if before[t] != after[t]} == {"register.journal", "tilgang.logg", "tilgang.logghode"}
    whole(settings)


def test_a_register_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    before = settings.register.read_bytes()
    with refused("REG-290"):
        restore(settings, register.clock())
    assert settings.register.read_bytes() == before
    done = restore(settings, register.clock(), set_aside=True)
    assert (tmp_path / done.lagt_til_side[0]).read_bytes() == before
    whole(settings)


def test_a_moment_that_has_not_come_is_refused(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    now = register.clock()
    with refused("REG-300"):
        restore(settings, now, until=now + timedelta(minutes=1), set_aside=True)
    assert settings.register.exists()
    assert not restore(settings, now, until=now, set_aside=True).skade


def test_back_to_a_moment_and_on_from_there(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.clock.turn(hours=1)
    moment = register.clock()
    register.clock.turn(hours=1)
    later = register.forlop()
    register.store.close()
    done = restore(settings, register.clock(), until=moment, set_aside=True)
    store = opened(settings)
    with store.read(support.SC) as tx:
        there = [row["forlop_id"] for row in tx.rows("select forlop_id from register.forlop order by 1")]
    store.close()
    assert later not in there
    assert len(there) == 3
    # The journal of what came after that moment is kept, but is not gone on with.
    assert any(name.startswith("lagt-til-side-") for name in done.lagt_til_side)
    whole(settings)


def test_the_hour_that_is_twice_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The earlier of the two was taken without a word, and what was saved in the hour after it was set aside."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.clock.now = datetime(2027, 10, 31, 0, 20, tzinfo=UTC)
    there = [people_of(register.store)]
    for minutes in (0, 60):
        register.clock.turn(minutes=minutes)  # 2.20 summer time, and 2.20 again
        register.forlop()
        there.append(people_of(register.store))
    register.clock.turn(hours=3)
    register.store.close()
    monkeypatch.setattr(wall_clock, "now", register.clock)
    run = runner(settings.data, monkeypatch, capsys)
    for moment in ("2027-10-31T02:30", "2027-10-31T02:30:00", "2027-03-28T02:30"):
        status, _, complaint = run("restore", "--set-aside", "--to", moment)
        assert status == 1
        day = moment[:10]
        assert f"{day}T02:30:00+02:00 (sommertid) eller {day}T02:30:00+01:00 (normaltid)" in complaint
    for offset, expected in (("+01:00", there[2]), ("+0200", there[1])):
        assert run("restore", "--set-aside", "--to", f"2027-10-31T02:30{offset}")[0] == 0
        assert people(settings) == expected


def test_what_was_erased_stays_erased(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    person, moment = min(people_of(register.store)), register.clock()
    shutil.copytree(settings.backup_folder, tmp_path / "gamle")
    register.clock.turn(days=1)
    operations.erase_now(register.store, settings, support.SC, person, str(person), "krav")
    register.store.close()
    settings.register.unlink()
    restore(settings, register.clock())
    assert person not in people(settings)
    whole(settings)
    # The journal does not reach back to before the erasure any more, and an old backup still has the patient.
    shutil.copytree(tmp_path / "gamle", settings.backup_folder, dirs_exist_ok=True)
    done = restore(settings, register.clock(), until=moment, set_aside=True, accept_loss=True)
    assert [erased.pasient_id for erased in done.slettet_igjen] == [person]
    assert person not in people(settings)
    whole(settings)


def test_the_erasures_of_another_register_are_not_carried_out(tmp_path: Path) -> None:
    """Its numbers are of other patients."""
    register, settings = lived_in(tmp_path / "vårt" / "smertereg.duckdb")
    other, others = other_register(tmp_path / "annet", register.store.vault.file)
    person = min(people_of(register.store))
    other.forlop()
    other.clock.turn(days=1)
    operations.erase_now(other.store, others, support.SC, person, str(person), "krav")
    for one in (register, other):
        one.store.close()
    shutil.copytree(others.backup_folder, settings.backup_folder, dirs_exist_ok=True)
    assert restore(settings, register.clock(), set_aside=True).slettet_igjen == set()
    assert person in people(settings)


def test_an_erasure_that_the_journal_tells_of_is_carried_out_again(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    person, moment = min(people_of(register.store)), register.clock()
    register.clock.turn(days=1)
    with register.store.write(support.SC) as tx:
        erasure.erase(tx, person, str(person), "krav")
    register.store.close()
    settings.register.unlink()
    done = restore(settings, register.clock(), until=moment)
    assert [erased.pasient_id for erased in done.slettet_igjen] == [person]
    assert person not in people(settings)
    whole(settings)


def test_a_damaged_backup_is_passed_over(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    newest = shelf.files(settings.backup_folder)[0]
    contents, chance = newest.read_bytes(), random.Random(2)
    first = contents.index(b"\n") + 1
    for _ in range(DAMAGES):
        damaged = bytearray(contents)
        damaged[chance.randrange(first, len(damaged))] ^= 1 << chance.randrange(8)
        newest.write_bytes(damaged)
        with refused("REG-289"):
            backup.unpack(newest, register.store.vault, tmp_path / "prøve")
        assert not (tmp_path / "prøve").exists()
    settings.register.unlink()
    done = restore(settings, register.clock())
    assert len(done.forbigaatt) == 1
    assert done.sikkerhetskopi != newest.name
    newest.write_bytes(contents)
    whole(settings)


def test_without_the_key_nothing_is_read_and_nothing_is_made(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    key = register.store.vault.file
    kept = key.read_bytes()
    settings.register.unlink()
    key.unlink()
    with refused("REG-291"):
        restore(settings, register.clock())
    assert not settings.register.exists()
    key.write_bytes(kept)
    restore(settings, register.clock())
    whole(settings)


def test_a_lost_log_of_saves_is_found_and_comes_back(tmp_path: Path) -> None:
    """DuckDB keeps the latest saves in a file beside the register until it writes them into it."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    aside = tmp_path / "drept"
    register.store._file.checkpoint()
    register.forlop()
    aside.mkdir()
    for path in tmp_path.iterdir():
        if path.is_file() and path.suffix != ".wal":
            shutil.copy(path, aside / path.name)
    shutil.copytree(settings.journal_folder, aside / "journal")
    shutil.copytree(settings.backup_folder, aside / "sikkerhetskopi")
    register.store.close()
    killed = Settings(data=aside, journal=aside / "journal")
    with refused("REG-285"):
        opened(killed)
    restore(killed, register.clock(), set_aside=True)
    whole(killed)
    assert people(killed) == people(settings)


def test_a_save_that_was_stopped_before_its_commit_is_dropped_and_said(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    journal, place = register.store._journal, register.store._place
    assert journal is not None
    content = steps.to_bytes(steps.Done(register.clock(), [steps.run("delete from register.forlop", [])]))
    journal.append(journal.entry(TRANSACTION, place, content))
    register.store.close()
    for expected in (1, 1):
        store = opened(settings)
        with store.read(support.SC) as tx:
            said = tx.rows("select 1 from tilgang.logg where hendelse = 'ufullført lagring forkastet'")
            assert len(said) == expected
            assert len(tx.rows("select 1 from register.forlop")) == 3
        store.close()
    whole(settings)


def test_a_lost_or_damaged_journal_is_said_and_the_register_goes_on_with_a_new_one(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    shutil.rmtree(settings.journal_folder)
    with refused("REG-281"):
        opened(settings)
    settings.register.unlink()
    with refused("REG-281"):
        restore(settings, register.clock())
    done = restore(settings, register.clock(), accept_loss=True)
    assert done.skade
    whole(settings)


def test_a_changed_history_is_found_by_the_journal(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    with duckdb.connect(str(settings.register)) as con:
        con.execute("update register.forlop set henvist_dato = henvist_dato - 1 where henvist_dato is not null")
    store = opened(settings)
    assert list(compare.differing(store, settings)) == ["register.forlop"]
    store.close()


def test_a_save_is_refused_and_nothing_stored_when_the_journal_cannot_be_written(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    journal = register.store._journal
    assert journal is not None
    journal.close()
    with refused("REG-278"):
        register.forlop()
    register.store.close()
    whole(settings)


def test_the_key_can_be_changed_and_the_old_backups_read(tmp_path: Path) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    old = register.store.vault.name
    operations.change_key(register.store, settings)
    assert register.store.vault.name != old
    register.forlop()
    register.store.close()
    assert len({backup.read(file).nokkel for file in shelf.files(settings.backup_folder)}) == 2
    whole(settings)
    for file in shelf.files(settings.backup_folder):
        backup.unpack(file, register.store.vault, tmp_path / "prøve")


def test_a_backup_folder_that_is_gone_is_not_made_on_another_disk(tmp_path: Path) -> None:
    """Its disk may not be mounted. Where a register and its journal begin, the folder is made."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    named = settings.model_copy(update={"backup": tmp_path / "disk" / "kopier"})
    with refused("REG-299"):
        operations.back_up(register.store, named, named.backup_folder)
    assert not (tmp_path / "disk").exists()
    opening.begin_journal(register.store, named, new=True)
    assert [file.parent for file in shelf.files(named.backup_folder)] == [named.backup_folder]
    register.store.close()

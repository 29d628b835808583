"""Proves that this program opens the register of every earlier release, and that an upgrade that fails leaves the old one."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from app.work import operations
from checks.errors import RegisterError
from exports.integrity import check_register
from ingest import migrations
from ingest.capture import contents
from ingest.capture.upgrade import PREVIOUS
from ingest.journal.reading import Reader
from ingest.journal.segments import Place
from ingest.safekeeping import compare
from ingest.safekeeping.opening import opened
from ingest.safekeeping.replay import replay
from ingest.safekeeping.restore import restore
from ingest.store import Store
from tests import support
from tests.release import stored_registers
from tests.sizes import FULL

ROOT = Path(__file__).parents[2]
STORED = stored_registers.stored()
NEWEST = STORED[-1]
ENDS = [1, NEWEST] if FULL else [NEWEST]  # the newest is the one with a journal
# Columns whose rows a migration changes (0009), and the places that an opening may move.
CHANGED = {("register.forlop", "slutt_dato")}
MOVED = {"register.journal", "tilgang.logghode"}
Rows = dict[str, tuple[list[str], Counter[Any]]]


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda error: error.code == code)


def rows(file: Path, of: Rows | None = None) -> Rows:
    """Table → its columns and its rows; only the tables and columns of `of`, where it is given and the file has them."""
    found: Rows = {}
    with duckdb.connect(str(file), read_only=True) as con:
        for table in contents.tables(con) if of is None else of:
            there = [column[0] for column in con.execute(f"select * from {table} limit 0").description or ()]
            columns = [c for c in there if (table, c) not in CHANGED and (of is None or c in of[table][0])]
            found[table] = columns, Counter(con.execute(f"select {', '.join(columns)} from {table}").fetchall())
    return found


def narrowed(before: Rows, after: Rows) -> Rows:
    """`before` with the columns that `after` still has."""
    kept: Rows = {}
    for table, (columns, counted) in before.items():
        places = [columns.index(column) for column in after[table][0]]
        kept[table] = after[table][0], Counter(tuple(row[place] for place in places) for row in counted.elements())
    return kept


def lacking(before: Rows, file: Path) -> set[str]:
    """The tables in which the file lacks rows that were there."""
    after = rows(file, before)
    return {table for table, (_, counted) in narrowed(before, after).items() if counted - after[table][1]} - MOVED


def wrong(store: Store) -> list[str]:
    with store.read(support.SC) as tx:
        return [f"{finding.hva}: {finding.feil}" for finding in check_register(tx) if finding.feil]


def planted(monkeypatch: pytest.MonkeyPatch, folder: Path, sql: str) -> None:
    """Let the program have one migration more."""
    file = folder / f"{migrations.last() + 1:04}_plantet.sql"
    file.write_text(sql, encoding="utf-8")
    known = [*migrations.available(), (migrations.last() + 1, file)]
    monkeypatch.setattr(migrations, "available", lambda: known)


def test_the_register_of_every_migration_is_stored() -> None:
    assert [number for number, _ in migrations.available()] == STORED, "python -m tests.release.stored_registers"


@pytest.mark.parametrize("number", STORED)
def test_the_register_of_an_earlier_release_is_upgraded_and_keeps_its_rows(number: int, tmp_path: Path) -> None:
    settings = stored_registers.unpack(number, tmp_path)
    before = rows(settings.register)
    assert {table for table, (_, counted) in before.items() if not counted} <= {"register.sletting"}
    store = opened(settings)
    assert wrong(store) == []
    assert store.demo
    store.close()
    assert lacking(before, settings.register) == set()
    previous = tmp_path / f"smertereg.duckdb.{PREVIOUS}"
    assert previous.exists() == (number < migrations.last())
    if previous.exists():
        assert rows(previous) == before


def test_rows_that_are_lost_would_be_seen(tmp_path: Path) -> None:
    settings = stored_registers.unpack(NEWEST, tmp_path)
    before = rows(settings.register)
    with duckdb.connect(str(settings.register)) as con:
        con.execute("delete from register.utkast")
        con.execute("update register.enhet set hf = 'annet' where resh = (select min(resh) from register.enhet)")
    assert lacking(before, settings.register) == {"register.utkast", "register.enhet"}


@pytest.mark.parametrize("number", [n for n in STORED if n >= 11])
def test_the_journal_of_an_earlier_release_is_carried_out_again(number: int, tmp_path: Path) -> None:
    settings = stored_registers.unpack(number, tmp_path)
    begun, store = tmp_path / stored_registers.BEGINNING, opened(settings)
    assert store.journalled
    with store.read(support.SC) as tx:
        identity, nr = tx.con.execute("select register_id, nr from register.journal").fetchall()[0]
        expected = contents.digests(tx.con, settings.register)
    store.close()
    with duckdb.connect(str(begun)) as con:
        con.execute("set TimeZone = 'UTC'")
        done = replay(con, Reader(settings.journal_folder, store.vault, identity, Place(0)).records())
        migrations.run(con)
        found = contents.digests(con, begun)
    assert done.antall == nr
    # When a migration was run is not the same the second time.
    assert {table for table in expected if expected[table] != found[table]} <= {"register.migrering"}


BROKEN = (
    "alter table register.forlop add column ny integer; select 1 / 'nei'",
    "lag bord;",
    "drop table register.finnes_ikke",
)


@pytest.mark.parametrize("number", ENDS)
@pytest.mark.parametrize("sql", BROKEN)
def test_a_migration_that_fails_leaves_the_register_as_it_was(
    number: int, sql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = stored_registers.unpack(number, tmp_path)
    before = rows(settings.register)
    with monkeypatch.context() as patch:
        planted(patch, tmp_path, sql)
        with refused("REG-287") as told:
            opened(settings)
    assert f"{NEWEST + 1:04}_plantet" in str(told.value)
    assert rows(settings.register) == before
    assert not list(tmp_path.glob("*.ny*")) + list(tmp_path.glob(f"*.{PREVIOUS}"))
    store = opened(settings)
    assert wrong(store) == []
    store.close()
    assert lacking(before, settings.register) == set()


KILLED = """
import os, signal, sys
from pathlib import Path
from ingest import migrations
from ingest.capture import upgrade
from ingest.safekeeping import compare
from ingest.safekeeping.opening import opened
from ingest.settings import Settings

def killed(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

known = migrations.available() + [(migrations.last() + 1, Path(sys.argv[1]))]
migrations.available = lambda: known
{where}
opened(Settings.model_validate_json(sys.stdin.read()))
"""
# Where in an upgrade the process is killed → how the program is made to stop there.
KILLS = {
    "while the copy is written": "upgrade.shutil.copyfile = lambda a, b: (b.write_bytes(a.read_bytes()[:9999]), killed())",
    "before the migrations": "migrations.run = killed",
    "among the migrations": "kept = migrations.run; migrations.run = lambda con: (kept(con, migrations.last() - 1), killed())",
    "when all is migrated": "kept = migrations.run; migrations.run = lambda con: (kept(con), killed())",
    "before the previous file is kept": "Path.hardlink_to = killed",
    "when the previous file is kept": "kept = Path.hardlink_to; Path.hardlink_to = lambda a, b: (kept(a, b), killed())",
    "when the copy is swapped in": "kept = Path.replace; Path.replace = lambda a, b: (kept(a, b), killed())",
}


@pytest.mark.parametrize("number", ENDS)
@pytest.mark.parametrize("moment", KILLS)
def test_an_upgrade_that_is_killed_is_done_at_the_next_start(
    number: int, moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = stored_registers.unpack(number, tmp_path)
    before = rows(settings.register)
    planted(monkeypatch, tmp_path, "create table register.plantet (tall integer)")
    plant = migrations.available()[-1][1]
    given = settings.model_dump(mode="json", include={"data", "journal"}) | {"nokkel": stored_registers.KEY}
    program = [sys.executable, "-c", KILLED.format(where=KILLS[moment]), str(plant)]
    done = subprocess.run(program, input=json.dumps(given), text=True, capture_output=True, cwd=ROOT)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert lacking(before, settings.register) == set()
    store = opened(settings)
    assert store.journalled == (number == NEWEST)
    assert wrong(store) == []
    store.close()
    assert lacking(before, settings.register) == set()
    assert rows(tmp_path / f"smertereg.duckdb.{PREVIOUS}") == before
    assert "register.plantet" in rows(settings.register)
    assert not list(tmp_path.glob("*.ny*"))


NEWER = """
import os, signal, sys
import duckdb
con = duckdb.connect(sys.argv[1])
con.execute("insert into register.migrering values (9999, 'framtid', now())")
con.execute("update register.enhet set navn = navn || '!'")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_an_older_program_refuses_a_newer_file_and_leaves_each_byte_of_it(tmp_path: Path) -> None:
    settings = stored_registers.unpack(NEWEST, tmp_path)
    subprocess.run([sys.executable, "-c", NEWER, str(settings.register)], check=False)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert before[tmp_path / "smertereg.duckdb.wal"]
    with refused("REG-089"):
        opened(settings)
    assert {path: path.read_bytes() for path in before} == before


def test_going_back_to_the_older_program_gives_the_register_from_before_the_upgrade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = stored_registers.unpack(NEWEST, tmp_path)
    clock = support.Clock()
    store = opened(settings, clock=clock)
    operations.back_up(store, settings, settings.backup_folder)
    store.close()
    before = rows(settings.register)
    clock.turn(minutes=1)
    stopped = clock()
    clock.turn(minutes=1)
    with monkeypatch.context() as patch:
        planted(patch, tmp_path, "alter table register.enhet add column ny integer")
        store = opened(settings, clock=clock)
        with store.write(support.SC) as tx:
            tx.run("update register.enhet set ny = 1")
        operations.back_up(store, settings, settings.backup_folder)
        store.close()
    with refused("REG-089"):
        opened(settings)
    restore(settings, clock(), until=stopped, set_aside=True)
    assert lacking(before, settings.register) == set()
    store = opened(settings, clock=clock)
    assert wrong(store) == []
    assert list(compare.differing(store, settings)) == []
    store.close()

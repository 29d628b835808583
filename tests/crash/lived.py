"""A register that has been lived in, with a journal and backups, and what must hold of it whatever happened."""

from __future__ import annotations

import atexit
import re
import secrets
import shutil
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest

from app.work import operations
from checks.errors import RegisterError
from exports.integrity import check_register
from ingest import migrations
from ingest.capture.contents import digests
from ingest.safekeeping import compare
from ingest.safekeeping.opening import opened
from ingest.safekeeping.restore import restore
from ingest.settings import Settings
from ingest.store import Store
from tests import support


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda error: error.code == code)


def lived_in(path: Path) -> tuple[support.Register, Settings]:
    """A register with a journal, a backup in the middle of what was saved, and saves after it."""
    made, hours = _made()
    shutil.copytree(made, path.parent, dirs_exist_ok=True)
    clock = support.Clock()
    clock.turn(hours=hours)
    settings = Settings(data=path.parent, journal=path.parent / "journal")
    # Numbers and salts that the register was made with are not used again.
    store = Store(path, clock=clock, journal=settings.journal, random_bytes=secrets.token_bytes)
    return support.Register(store, clock, count(100)), settings


def older(con: duckdb.DuckDBPyConnection, number: int) -> None:
    """Take out of the open file what migrations after this one added."""
    for later, file in reversed(migrations.available()):
        if later > number:
            sql = file.read_text(encoding="utf-8")
            for table in re.findall(r"^create table (\S+)", sql, re.MULTILINE):
                con.execute(f"drop table if exists {table}")
            for table, column in re.findall(r"^alter table (\S+) add column (\w+)", sql, re.MULTILINE):
                con.execute(f"alter table {table} drop column {column}")
            for name in re.findall(r"\('(\w+)', 1\)", sql):
                con.execute("delete from register.teller where navn = ?", [name])
    con.execute("delete from register.migrering where nummer > ?", [number])


@cache
def _made() -> tuple[Path, float]:
    """(the folder of such a register, how many hours its clock has gone), made once because it takes a while."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    register = support.make(Path(folder.name) / "smertereg.duckdb")
    settings = register.keep_journal()
    register.completed_forlop()
    register.clock.turn(hours=1)
    operations.back_up(register.store, settings, settings.backup_folder)
    register.clock.turn(hours=1)
    register.completed_forlop(support.NOT_SEEN)
    register.forlop()
    register.store.close()
    return Path(folder.name), 2


def other_register(folder: Path, key: Path) -> tuple[support.Register, Settings]:
    """Another register, made a minute later, with a journal and the same key, as when both are given one SMERTEREG_NOKKEL."""
    folder.mkdir()
    shutil.copy(key, folder)
    other = support.make(folder / "smertereg.duckdb")
    with other.store.write(support.SC) as tx:
        tx.run("update register.migrering set kjort = ?", tx.now + timedelta(minutes=1))
    other.store.random_bytes = secrets.token_bytes
    return other, other.keep_journal()


def killed(folder: Path) -> Settings:
    """Such a register as a killed program left it, with its latest saves in the log beside the file, and how it was earlier in
    the folder `eldre`.
    """
    shutil.copytree(_killed(), folder, dirs_exist_ok=True)
    return Settings(data=folder, journal=folder / "journal", backup=folder / "sikkerhetskopi")


@cache
def _killed() -> Path:
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    path, left = Path(folder.name) / "i bruk" / "smertereg.duckdb", Path(folder.name) / "drept"
    path.parent.mkdir()
    register, _ = lived_in(path)
    register.store._file.checkpoint()
    shutil.copytree(path.parent, left / "eldre", ignore=shutil.ignore_patterns("*.wal", "i-bruk"))
    register.completed_forlop()
    register.forlop()
    shutil.copytree(path.parent, left, dirs_exist_ok=True, ignore=shutil.ignore_patterns("i-bruk"))
    register.store.close()
    return left


def everything(settings: Settings) -> dict[str, Any]:
    with duckdb.connect(str(settings.register)) as con:
        return dict(digests(con, settings.register)) | {
            "forløp": con.execute("select * exclude (trukket_kilde) from register.forlop order by all").fetchall()
        }


def whole(settings: Settings) -> None:
    store = opened(settings, clock=support.Clock())
    with store.read(support.SC) as tx:
        assert [finding for finding in check_register(tx) if finding.feil] == []
    assert list(compare.differing(store, settings)) == []
    store.close()


def comes_back(register: support.Register, settings: Settings) -> None:
    """Lose the register's file, and get back everybody who was in it."""
    expected = people_of(register.store)
    register.store.close()
    settings.register.unlink()
    restore(settings, register.clock())
    assert people(settings) == expected
    whole(settings)


def people(settings: Settings) -> set[int]:
    store = opened(settings)
    try:
        return people_of(store)
    finally:
        store.close()


def people_of(store: Store) -> set[int]:
    with store.read(support.SC) as tx:
        return {row["pasient_id"] for row in tx.rows("select pasient_id from identitet.person")}

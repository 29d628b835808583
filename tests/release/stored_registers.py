"""Registers as earlier releases left them: one for each migration, which every later release must open.

`python -m tests.release.stored_registers` stores that of the present migrations. A stored register is never made again: what matters
is that the code of its time wrote it.
"""

from __future__ import annotations

import sys
import tarfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from ingest import migrations
from ingest.access import JOB
from ingest.capture import contents
from ingest.demo import make
from ingest.registration import erasure
from ingest.settings import Settings
from ingest.store import DEMO, JOURNAL, Store, create
from tests import support

FOLDER = Path(__file__).with_name("registers")
KEY = "nøkkelen til de oppbevarte registrene"
DAY = date(2026, 11, 20)
MOMENT = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
FORLOP, SEED = 20, 3
BEGINNING = "begynnelsen.duckdb"  # the register as it was when its journal began
# What a column of a made-up row holds, by its type in DuckDB.
VALUES: dict[str, Any] = {
    "VARCHAR": "oppdiktet",
    "JSON": "{}",
    "BOOLEAN": True,
    "DATE": DAY,
    "TIMESTAMP WITH TIME ZONE": MOMENT,
    "BLOB": b"salt",
}


def stored() -> list[int]:
    """The migrations whose register is stored, in order."""
    return sorted(int(path.name.split(".")[0]) for path in FOLDER.glob("*.tar.xz"))


def unpack(number: int, folder: Path) -> Settings:
    """Lay the register of a migration in `folder`; returns the settings to open it with."""
    with tarfile.open(FOLDER / f"{number:04}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    journal = folder / JOURNAL
    return Settings.model_validate({"data": folder, "nokkel": KEY, "journal": journal if journal.exists() else None})


def pack(folder: Path, number: int) -> Path:
    """Store what lies in `folder` as the register of a migration; returns its file. FileExistsError when there is one."""
    file = FOLDER / f"{number:04}.tar.xz"
    FOLDER.mkdir(exist_ok=True)
    with tarfile.open(file, "x:xz", preset=9) as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, path.name, filter=_of_nobody)
    return file


def _of_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def fill(con: duckdb.DuckDBPyConnection, run: Callable[[str, Sequence[Any]], Any]) -> None:
    """Give each empty table a made-up row, so that no migration is tried on empty tables only.

    `run` carries out a statement with its values. Who was erased stays empty: an erasure is more than its row.
    """
    forlop = _row(con, "select min(forlop_id), 'to' from register.forlop")
    order = (
        _row(con, "select min(bestilling_id) from prom.bestilling")
        if "prom.bestilling" in contents.tables(con)
        else (1,)
    )
    for table in contents.tables(con):
        if table == "register.sletting" or _row(con, f"select count(*) from {table}") != (0,):
            continue
        schema, name = table.split(".")
        columns = con.execute(
            "select column_name, data_type from duckdb_columns() where schema_name = ? and table_name = ? "
            "and database_name = current_database()",
            [schema, name],
        ).fetchall()
        known = {"forlop_id": forlop[0], "skjema": forlop[1], "bestilling_id": order[0] or 1}
        row = [known.get(column, VALUES.get(kind, 1)) for column, kind in columns]
        run(f"insert into {table} values ({', '.join('?' * len(row))})", row)


def _row(con: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = con.execute(query).fetchone()
    assert row is not None
    return row


def make_present(folder: Path) -> None:
    """Make the register of this release in `folder`: a demo, forms saved by its users, and an erased patient. All of it is in
    the journal, which begins at BEGINNING.
    """
    settings = Settings.model_validate({"data": folder, "nokkel": KEY, "journal": folder / JOURNAL})
    clock = support.Clock(MOMENT)
    create(settings.register, DEMO, clock=clock, key=KEY).close()
    store = Store(settings.register, clock=clock, key=KEY, journal=settings.journal)
    store.begin_journal()
    store.copy(folder / BEGINNING)
    make(store, forlop=FORLOP, seed=SEED, today=DAY, progress=lambda _: None)
    register = support.Register(store, clock)
    kept, erased = register.forlop(), register.forlop()
    for forlop in (kept, erased):
        register.complete(forlop, "to")
        register.complete(forlop, "b12")
    register.save(kept, "to", {"HenvistDato": "2026-10-30"}, actor=support.LC, grunn="feil", hendelse="ferdigstilt")
    patient = register.head(erased).pasient_id
    with store.write(support.SC) as tx:
        erasure.erase(tx, patient, str(patient), "krav")
    store.rewrite()
    with store.write(JOB) as tx:
        fill(tx.con, lambda sql, values: tx.run(sql, *values))
    store.close()


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        try:
            make_present(Path(temporary))
            print(pack(Path(temporary), migrations.last()))
        except FileExistsError:
            sys.exit(f"Registeret til migrering {migrations.last()} er oppbevart alt, og lages ikke om igjen.")

"""What changed in the codebook from one publishing to the next: the published table kodebokendringer.

Every publishing carries the rows of the one before it on, and adds those of its own codebook; so they appear with its files, or
not at all. The codebooks themselves are kept by digest, in folders that `smertereg codebook diff` reads.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
from polars.datatypes import DataTypeClass

from checks.codebook import Codebook, load, loader, read
from checks.codebook.difference import Endring, changes
from checks.errors import RegisterError
from exports.whole import whole_folder
from ingest.store import OSLO

KEPT = "kodeboker"
SCHEMA: dict[str, pl.DataType | DataTypeClass] = {
    "nr": pl.Int32,
    "publisering": pl.String,
    "tid": pl.Datetime("us", "UTC"),
    "kodebok_foer": pl.String,
    "kodebok_etter": pl.String,
    "gjelder_fra": pl.Date,
    "tabell": pl.String,
    "variabel": pl.String,
    "slag": pl.String,
    "foer": pl.String,
    "etter": pl.String,
    "endring": pl.String,
}
NONE = pl.DataFrame(schema=SCHEMA)
UNKNOWN = "ikke sammenlignet"
TABLE = "select * from kodebokendringer order by nr"


@dataclass(frozen=True)
class Log:
    """The changes, since the publishing that was the first to keep them. `codebook` is what the last of them was made with."""

    rows: pl.DataFrame
    since: datetime
    codebook: str


def known(data: Path) -> Log | None:
    """The changes that the current publishing tells; None when there is none, or it is of a program that kept no log.

    Each of its files tells the same, so one that is damaged, or that somebody has open for writing, loses nothing.
    """
    for file in sorted((data / "published").glob("*.duckdb"), reverse=True):
        try:
            return _told(file)
        except duckdb.Error:
            continue
    return None


def _told(file: Path) -> Log:
    # Attached, since others in this process may have opened the file otherwise.
    with duckdb.connect() as con:
        path = str(file).replace("'", "''")
        con.execute(f"attach '{path}' as publisert (read_only)")
        con.execute("use publisert")
        rows = con.execute(TABLE).pl()
        ((since, codebook),) = con.execute("select endringer_fra, kodebok from publisering").fetchall()
    # DuckDB gives a moment in the time zone of the machine.
    return Log(rows.with_columns(pl.col("tid").dt.convert_time_zone("UTC")).cast(pl.Schema(SCHEMA)), since, codebook)


def is_in(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a published file tells the changes; one of an earlier version of the program does not."""
    return bool(con.execute("select 1 from duckdb_tables() where table_name = 'kodebokendringer'").fetchall())


def continued(data: Path, publishing: str, moment: datetime) -> Log:
    """The log with what the codebook in use changes, brought by `publishing` at `moment`; the codebook is kept."""
    book, before = load(), known(data)
    _keep(data, book)
    if before is None:
        return Log(NONE, moment, book.navn)
    if before.codebook == book.navn:
        return before
    found = _changes(data, before.codebook, book)
    rows = _rows(found, len(before.rows), publishing, moment, before.codebook, book.navn)
    return Log(pl.concat([before.rows, rows]), before.since, book.navn)


def _keep(data: Path, book: Codebook) -> None:
    """Keep the files of the codebook in use under its digest; what is kept is never written again."""
    place = data / KEPT / book.versjon
    if not place.exists():
        with whole_folder(place) as unfinished:
            for part in loader.PARTS:
                source = loader.FOLDER / part
                (shutil.copytree if source.is_dir() else shutil.copyfile)(source, unfinished / part)
            (unfinished / loader.EDITIONS).write_text(loader.editions_text(), encoding="utf-8")


def _changes(data: Path, old: str, book: Codebook) -> list[Endring]:
    """What changed from the codebook that is called `old`, or one row that says that it cannot be read."""
    digest = old.rpartition("(")[2].rstrip(")")
    try:
        before = read(data / KEPT / digest)
    except RegisterError:
        before = None
    if before is None or before.versjon != digest:
        said = f"Kodebok {old} kan ikke leses her, så hva som er endret siden den, er ikke funnet."
        return [Endring(UNKNOWN, said, old, book.navn)]
    return changes(before, book)


def _rows(found: Iterable[Endring], count: int, publishing: str, moment: datetime, old: str, new: str) -> pl.DataFrame:
    day = moment.astimezone(OSLO).date()
    rows = [
        (nr, publishing, moment, old, new, c.dag or day, c.tabell, c.variabel, c.slag, c.foer, c.etter, c.setning)
        for nr, c in enumerate(found, count + 1)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")

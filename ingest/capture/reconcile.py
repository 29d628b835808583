"""Holds the capture file against its journal when it is opened, and makes them agree."""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb

from checks.errors import RegisterError
from ingest.journal import segments
from ingest.journal.reading import Reader
from ingest.journal.segments import Journal, Place, Record
from ingest.vault import Vault

log = logging.getLogger("smertereg.register")
LOST = ("REG-279", "REG-280", "REG-281")  # what is said of a journal that is damaged, among another's files, or gone


def held(con: duckdb.DuckDBPyConnection) -> tuple[str, Place] | None:
    """(register, how far the journal had come when this was last written), or None when no journal is begun."""
    known = con.execute(
        "select 1 from duckdb_tables() where schema_name = 'register' and table_name = 'journal'"
    ).fetchone()
    row = con.execute("select register_id, nr, kjede from register.journal").fetchone() if known else None
    return (row[0], Place(row[1], row[2])) if row else None


def write_place(con: duckdb.DuckDBPyConnection, place: Place) -> None:
    """Say how far the journal has come, in the transaction that its last record is of."""
    con.execute("update register.journal set nr = ?, kjede = ?", [place.nr, place.kjede])


def begin(
    con: duckdb.DuckDBPyConnection, folder: Path, vault: Vault, register: str, stamp: str | None
) -> tuple[Journal, Path | None]:
    """A new journal for the open file, and the folder that an earlier one was set aside in, named by `stamp`.

    Without a stamp an earlier journal is refused (REG-295).
    """
    journal, aside, start = Journal(folder, vault, register), None, Place(0)
    journal.hold()
    try:
        if stamp is not None:
            aside = segments.set_aside(folder, stamp)
        elif segments.has_records(folder):
            raise RegisterError("REG-295", mappe=folder)
        # The register first: a journal that it does not know of would be taken for another's by whoever begins again.
        con.execute("begin")
        con.execute("delete from register.journal")
        con.execute("insert into register.journal values (?, ?, ?)", [register, start.nr, start.kjede])
        con.execute("commit")
        journal.begin(start)
    except BaseException:
        journal.close()
        raise
    return journal, aside


def unanswered(reader: Reader) -> list[Record]:
    """The record that the file lacks and nobody was told of, if there is one.

    Raises REG-285 when the file lacks records that were saved, and what Reader.records raises.
    """
    left = list(reader.records())
    if len(left) > 1 or any(record.kept for record in left):
        raise RegisterError("REG-285", antall=len(left))
    return left


def unless_lost(folder: Path, vault: Vault, register: str, place: Place) -> tuple[Journal | None, int]:
    """As ``reconcile``, but no journal when it is LOST."""
    try:
        return reconcile(folder, vault, register, place)
    except RegisterError as error:
        if error.code not in LOST:
            raise
        return None, 0


def require_all(folder: Path, vault: Vault, register: str, place: Place) -> None:
    """Raise REG-285 when the journal has records that the file lacks, also where it lies among another's files."""
    try:
        ours = [segment for segment in segments.segments(folder) if segment.register == register]
        if ours and ours[0].before.nr > place.nr:
            raise RegisterError("REG-285", antall=ours[-1].before.nr - place.nr)
        unanswered(Reader(folder, vault, register, place, among_others=True))
    except RegisterError as error:
        if error.code not in LOST:
            raise


def reconcile(folder: Path, vault: Vault, register: str, place: Place) -> tuple[Journal, int]:
    """The journal, ready to be written on from `place`, and how many records were given up: 0 or 1.

    The last record may be of a transaction that a stopped process did not commit. Nobody was told that it was saved, so it is
    given up. Raises as ``unanswered``, and REG-294 when another process writes the journal.
    """
    journal, reader = Journal(folder, vault, register), Reader(folder, vault, register, place)
    journal.hold()
    try:
        left = unanswered(reader)
        assert reader.segment is not None
        journal.resume(reader.segment, reader.end)
        for record in left:
            journal.give_up(record.place)
    except BaseException:
        journal.close()
        raise
    given_up = len(left) + reader.unfinished
    if given_up:
        log.warning("en lagring som ikke ble fullført da programmet stoppet, er forkastet")
    return journal, given_up

"""Backups: a copy of the register as it was at one moment, sealed, and tried by opening it and reading every column.

A file begins with a line of JSON that says what it is a copy of, without anything about patients. Sealed pieces follow, each
compressed (zlib) and bound to that line and to its number; the last holds the digest of every table. Backups from before
pieces were compressed are read too.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from checks.errors import RegisterError
from ingest import disk, migrations
from ingest.capture import connection, contents, reconcile
from ingest.capture.contents import Digest
from ingest.journal.sealing import Broken, seal, unseal
from ingest.journal.segments import Place
from ingest.store import MEMORY_LIMIT, Store
from ingest.vault import Vault

PURPOSE, SUFFIX = "sikkerhetskopi", ".sikkerhetskopi"
# What the copies of the whole register beside it are called while they are used. No name that someone gives a copy by hand.
COPY, REBUILT = "kopi-i-arbeid", "prove-i-arbeid"
UNFINISHED = ".ny"
PIECE = 4 << 20  # bytes of the file in each sealed piece
LONGEST = 2 * PIECE  # bytes of a sealed piece, also of one that could not be compressed
NAME = "%Y%m%dT%H%M%S"
_LENGTH = struct.Struct(">I")
_PACKED, _PLAIN, _END = b"Z", b"D", b"S"  # the kinds of pieces: compressed, as older programs wrote them, and the last
DISK = ("REG-282", "REG-283", "REG-297")  # what is wrong with this machine, and not with a backup


@dataclass(frozen=True)
class Backup:
    """What a backup's first line says: the register (None when it has no journal), how far its journal had come, when (UTC),
    the key's name, the last migration, the version of DuckDB, when the register was made, and its number among the folder's
    backups (None in a backup from before these were written).
    """

    register: str | None
    nr: int
    kjede: str
    tid: str
    nokkel: str
    migrering: int
    duckdb: str
    laget: str | None = None
    lopenr: int | None = None

    @property
    def place(self) -> Place:
        """How far the journal had come."""
        return Place(self.nr, self.kjede)

    @property
    def moment(self) -> datetime:
        """When it was taken (UTC)."""
        return datetime.fromisoformat(self.tid)


def made(con: duckdb.DuckDBPyConnection) -> str:
    """When a register was made (UTC), which is the same in each copy of it, also after a restore: what tells it from others."""
    return con.execute("select min(kjort) from register.migrering").fetchall()[0][0].astimezone(UTC).isoformat()


def require(store: Store, folder: Path) -> None:
    """Raise REG-299 for a folder that is gone, unless it is the one beside the register."""
    if not (folder.parent == store.path.parent or folder.exists()):
        raise RegisterError("REG-299", mappe=folder)


def has_others(folder: Path, laget: str, vault: Vault) -> bool:
    """Whether backups of another register than the one that was ``made`` then lie in the folder; a damaged one is of none."""
    for file in folder.glob(f"*{SUFFIX}"):
        with suppress(RegisterError):
            if read(file).laget not in (laget, None) and is_genuine(file, vault):
                return True
    return False


def take(store: Store, folder: Path, *, make: bool = False) -> Path:
    """Write a backup of the open register to `folder`, try it, and return its file.

    Raises REG-288 when it cannot be written or is not what it should be, or where another register's backups lie, because
    nobody could tell which of them to restore with file and journal lost; nothing is then left in the folder. Raises REG-299
    for a folder that is gone, because its disk may not be mounted: one is made only beside the register, and with `make`.
    """
    copy = store.path.with_name(f"{store.path.name}.{COPY}")
    if not make:
        require(store, folder)
    with store.keeping:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for left in folder.glob(f"*{SUFFIX}{UNFINISHED}"):  # of programs that were killed
                left.unlink()
            store.copy(copy)
            return _taken(store, folder, copy)
        except OSError as error:
            raise RegisterError("REG-288", mappe=folder, melding=disk.cause(error)) from error
        except RegisterError as error:
            raise RegisterError("REG-288", mappe=folder, melding=str(error).rstrip(".")) from error
        finally:
            contents.remove(copy)


def _taken(store: Store, folder: Path, copy: Path) -> Path:
    now = store.clock().astimezone(UTC)
    with connection.connect(copy, MEMORY_LIMIT, read_only=True) as con:
        held, there, laget = reconcile.held(con), contents.digests(con, copy), made(con)
    if has_others(folder, laget, store.vault):
        raise RegisterError("REG-302")
    register, place = held or (None, Place(0))
    about = Backup(
        register,
        place.nr,
        place.kjede,
        now.isoformat(),
        store.vault.name,
        migrations.last(),
        duckdb.__version__,
        laget,
        _next_number(folder),
    )
    file = disk.free(folder / f"smertereg-{now:{NAME}}-{place.nr}", SUFFIX)
    unfinished = file.with_name(f"{file.name}{UNFINISHED}")
    try:
        _write(unfinished, about, copy, there, store.vault)
        unpack(unfinished, store.vault, copy)
        disk.swap(unfinished, file)
        _write_sum(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return file


def _next_number(folder: Path) -> int:
    """A number after those of the backups in the folder: what tells which journal came last, whatever the clock said."""
    last = 0
    for file in folder.glob(f"*{SUFFIX}"):
        with suppress(RegisterError):
            last = max(last, read(file).lopenr or 0)
    return last + 1


def _write(file: Path, about: Backup, copy: Path, there: dict[str, Digest], vault: Vault) -> None:
    first = json.dumps(asdict(about)).encode() + b"\n"
    key = vault.key(PURPOSE, about.nokkel)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out, copy.open("rb") as source:
        out.write(first)
        number = 0
        while piece := source.read(PIECE):
            _put(out, seal(key, zlib.compress(piece, 1), _about(first, number, _PACKED)))
            number += 1
        _put(out, seal(key, json.dumps(there).encode(), _about(first, number, _END)))
        out.flush()
        os.fsync(out.fileno())


def _put(out: Any, sealed: bytes) -> None:
    out.write(_LENGTH.pack(len(sealed)) + sealed)


def _about(first: bytes, number: int, kind: bytes) -> bytes:
    return hashlib.sha256(first).digest() + struct.pack(">Q", number) + kind


def _write_sum(file: Path) -> None:
    """A file for `sha256sum --check`, for those who look after the backups without the key."""
    with file.open("rb") as content:
        total = hashlib.file_digest(content, "sha256").hexdigest()
    beside = file.with_name(f"{file.name}.sha256")
    beside.write_text(f"{total}  {file.name}\n", encoding="utf-8")
    beside.chmod(0o600)


def read(file: Path) -> Backup:
    """What a backup is of. Raises REG-289 when its first line cannot be read."""
    try:
        with file.open("rb") as content:
            head = json.loads(content.readline(4096))
        # What a later program has added is passed over.
        found = Backup(**{field.name: head[field.name] for field in fields(Backup) if field.name in head})
        if not (found.moment.tzinfo and isinstance(found.nr, int) and isinstance(found.lopenr, int | None)):
            raise ValueError
        if not (isinstance(found.register, str | None) and isinstance(found.laget, str | None)):
            raise ValueError
        return found
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise RegisterError("REG-289", fil=file.name) from error


def is_genuine(file: Path, vault: Vault) -> bool:
    """Whether the first line is the one that the file was sealed with, and so may be believed. One sealed with a key that is
    not ours is taken at its word.
    """
    try:
        key = vault.key(PURPOSE, read(file).nokkel)
        return next(_pieces(file, key), None) is not None
    except (Broken, struct.error, zlib.error, OSError):
        return False
    except RegisterError as error:
        return error.code == "REG-275"


def unpack(file: Path, vault: Vault, to: Path) -> Backup:
    """Open a backup, write the register in it to `to`, and read every column of it.

    Raises REG-289 when the backup is damaged, REG-275 when its key is missing, and as connection.refused when `to` cannot be
    written; nothing is then left there.
    """
    about = read(file)
    key = vault.key(PURPOSE, about.nokkel)
    contents.remove(to)
    try:
        there: dict[str, Any] | None = None
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for kind, content in _pieces(file, key):
                if kind == _END:
                    there = json.loads(content)
                else:
                    out.write(content)
            out.flush()
            os.fsync(out.fileno())
        with connection.connect(to, MEMORY_LIMIT, read_only=True) as con:
            found = contents.digests(con, to)
        if there is None or not _alike(there, found, about.duckdb):
            raise RegisterError("REG-289", fil=file.name)
    except (Broken, struct.error, zlib.error, OSError, RegisterError) as error:
        contents.remove(to)
        if isinstance(error, RegisterError) and error.code in DISK:
            raise
        refused = connection.refused(error, to) if isinstance(error, OSError) else None
        raise refused or RegisterError("REG-289", fil=file.name) from error
    return about


def prove(file: Path, vault: Vault) -> None:
    """Open every piece of a backup without writing it. Raises REG-289 when one is damaged or missing, and REG-275."""
    key = vault.key(PURPOSE, read(file).nokkel)
    try:
        last = b""
        for kind, _ in _pieces(file, key):
            last = kind
        if last != _END:
            raise Broken
    except (Broken, struct.error, zlib.error, OSError) as error:
        raise RegisterError("REG-289", fil=file.name) from error


def _pieces(file: Path, key: bytes) -> Iterator[tuple[bytes, bytes]]:
    with file.open("rb") as source:
        first, number = source.readline(4096), 0
        while head := source.read(_LENGTH.size):
            [length] = _LENGTH.unpack(head)
            if length > LONGEST:  # a damaged one, which would ask for more memory than there may be
                raise Broken
            sealed = source.read(length)
            for kind in (_PACKED, _PLAIN, _END):
                try:
                    content = unseal(key, sealed, _about(first, number, kind))
                    break
                except Broken:
                    if kind == _END:
                        raise
            yield kind, zlib.decompress(content) if kind == _PACKED else content
            number += 1
            if kind == _END:
                return


def _alike(there: dict[str, Any], found: dict[str, Digest], version: str) -> bool:
    """Whether the tables are as they were; another version of DuckDB may hash otherwise, so then only rows are counted."""
    if version == duckdb.__version__:
        return {table: tuple(digest) for table, digest in there.items()} == {t: tuple(d) for t, d in found.items()}
    return {table: digest[0] for table, digest in there.items()} == {t: d.rader for t, d in found.items()}

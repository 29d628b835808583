"""The journal's files: records one after another, each sealed, chained to the one before, and on the disk before its commit.

A file begins with a line of JSON: which register, how many records came before and the chain of them, and the key's name.
A record has a kind, a number and its sealed contents; a mark after it says whether the register kept it or gave it up. The
numbers of kept records have no gaps.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from checks.errors import RegisterError
from ingest.journal.sealing import seal
from ingest.vault import Vault

PURPOSE, SUFFIX = "journal", ".journal"
START = "0" * 64  # the chain before the first record
TRANSACTION, MIGRATION, KEPT, GIVEN_UP = b"T", b"M", b"K", b"O"
HEAD = struct.Struct(">cQQI")  # kind, number, length of what is sealed, and the sum of these


@dataclass(frozen=True)
class Place:
    """A place in the journal: how many records come before it, and the chain of them (hex)."""

    nr: int
    kjede: str = START


class Entry(NamedTuple):
    """A sealed record that is not written yet, and the place after it."""

    place: Place
    sealed: bytes


@dataclass(frozen=True)
class Record:
    """`content` is opened. `kept` says whether the register kept it: None for a last record that no mark tells of."""

    kind: bytes
    place: Place
    content: bytes
    kept: bool | None = None


@dataclass(frozen=True)
class Segment:
    """One file: its path, its first line, and where its records begin (bytes)."""

    path: Path
    register: str
    before: Place
    key: str
    start: int


class Journal:
    """Writes the journal of one register in `folder`. Only the process that holds the register may have one."""

    def __init__(self, folder: Path, vault: Vault, register: str) -> None:
        self.folder, self._register, self._vault = folder, register, vault
        self._file: int | None = None
        self._key = b""
        self._stopped = False

    def begin(self, place: Place) -> None:
        """Begin a new file for the records after `place`. Raises REG-278 when it cannot be written."""
        self.close()
        name = self._vault.name
        head = {"register": self._register, "etter": place.nr, "kjede": place.kjede, "nokkel": name}
        path = self.folder / f"{place.nr + 1:012d}{SUFFIX}"
        unfinished = path.with_name(f"{path.name}.ny")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished.unlink(missing_ok=True)
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(json.dumps(head).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
            _sync_folder(self.folder)
            self._file, self._key = os.open(path, os.O_RDWR), self._vault.key(PURPOSE, name)
        except OSError as error:
            raise RegisterError("REG-278", mappe=self.folder.name) from error

    def resume(self, segment: Segment, end: int) -> None:
        """Go on in a file whose whole records end at byte `end`; what a stopped process left after it is cut off."""
        self.close()
        try:
            self._file = os.open(segment.path, os.O_RDWR)
            if os.fstat(self._file).st_size != end:
                os.ftruncate(self._file, end)
                os.fsync(self._file)
        except OSError as error:
            raise RegisterError("REG-278", mappe=self.folder.name) from error
        self._key = self._vault.key(PURPOSE, segment.key)

    def entry(self, kind: bytes, before: Place, content: bytes) -> Entry:
        """A record after `before`, sealed."""
        sealed = seal(self._key, content, about(self._register, kind, before))
        return Entry(after(before, sealed), _packed(kind, before.nr + 1, sealed))

    def append(self, entry: Entry) -> None:
        """Write a record and wait until the disk has it.

        Raises REG-278 when that cannot be done; the journal is then as it was, or takes nothing more.
        """
        self._write(entry.sealed, sync=True)

    def kept(self, place: Place) -> None:
        """Mark that the register kept the record before `place`. The disk may have it later; a failure is not told, as the
        record itself is safe.
        """
        with suppress(RegisterError):
            self._write(self._mark(KEPT, place), sync=False)

    def give_up(self, place: Place) -> None:
        """Mark that the register did not keep the record before `place`."""
        try:
            self._write(self._mark(GIVEN_UP, place), sync=True)
        except RegisterError:
            self._stopped = True
            raise

    def _mark(self, kind: bytes, place: Place) -> bytes:
        return _packed(kind, place.nr, seal(self._key, b"", about(self._register, kind, place)))

    def _write(self, content: bytes, *, sync: bool) -> None:
        if self._file is None or self._stopped:
            raise RegisterError("REG-278", mappe=self.folder.name)
        end = os.lseek(self._file, 0, os.SEEK_END)
        try:
            view = memoryview(content)
            while view:
                view = view[os.write(self._file, view) :]
            if sync:
                os.fdatasync(self._file)
        except OSError as error:
            try:
                os.ftruncate(self._file, end)
            except OSError:
                self._stopped = True
            raise RegisterError("REG-278", mappe=self.folder.name) from error

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def segments(folder: Path) -> list[Segment]:
    """The files of a journal in order. Raises REG-279 for one whose first line cannot be read."""
    return [_segment(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]


def _segment(path: Path) -> Segment:
    try:
        with path.open("rb") as file:
            line = file.readline(4096)
        head = json.loads(line)
        return Segment(path, head["register"], Place(int(head["etter"]), head["kjede"]), head["nokkel"], len(line))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RegisterError("REG-279", fil=path.name, hvor="første linje") from error


def about(register: str, kind: bytes, state: Place) -> bytes:
    """What a record or mark is bound to: its register, its kind, and the chain it continues."""
    return f"{register}:{state.nr}:{state.kjede}:".encode() + kind


def after(before: Place, sealed: bytes) -> Place:
    """The place after a record."""
    return Place(before.nr + 1, hashlib.sha256(before.kjede.encode() + sealed).hexdigest())


def _packed(kind: bytes, nr: int, sealed: bytes) -> bytes:
    return HEAD.pack(kind, nr, len(sealed), sum_of(kind, nr, len(sealed))) + sealed


def sum_of(kind: bytes, nr: int, length: int) -> int:
    """The checksum of a record's head, so that a damaged length is not taken for the end of a file."""
    return zlib.crc32(kind + struct.pack(">QQ", nr, length))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

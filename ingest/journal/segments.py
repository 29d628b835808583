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
from ingest import disk
from ingest.journal.sealing import seal
from ingest.vault import Vault

PURPOSE, SUFFIX = "journal", ".journal"
ASIDE = "lagt-til-side-"  # folders in the journal's own, with journals that are not gone on with
_LOCK = "i-bruk"
_FAILED, _GONE = "REG-293", "REG-321"
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
    """Writes the journal of one register in `folder`, and keeps other processes from writing there until it is closed."""

    def __init__(self, folder: Path, vault: Vault, register: str) -> None:
        self.folder, self._register, self._vault = folder, register, vault
        self._file: int | None = None
        self._path = folder
        self._lock: int | None = None
        self._key = b""
        self._stopped = ""  # the code that everything is refused with

    def hold(self) -> None:
        """Keep other processes from writing here. Raises REG-294 when one does, and REG-278 where nothing can be written."""
        if self._lock is not None or not self.folder.is_dir():
            return
        try:
            self._lock = disk.lock(self.folder / _LOCK)
        except BlockingIOError as error:
            raise RegisterError("REG-294", mappe=self.folder) from error
        except OSError as error:
            raise RegisterError("REG-278", mappe=self.folder.name) from error

    def begin(self, place: Place) -> None:
        """Begin a new file for the records after `place`. Raises REG-278 when it cannot be written, and REG-275 without
        the key; the journal then goes on in the file it has.
        """
        name = self._vault.name
        key = self._vault.key(PURPOSE, name)
        head = {"register": self._register, "etter": place.nr, "kjede": place.kjede, "nokkel": name}
        path = self.folder / f"{place.nr + 1:012d}{SUFFIX}"
        unfinished = path.with_name(f"{path.name}.ny")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.hold()
            unfinished.unlink(missing_ok=True)
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(json.dumps(head).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
            disk.sync_folder(self.folder)
            begun = os.open(path, os.O_RDWR)
        except OSError as error:
            raise RegisterError("REG-278", mappe=self.folder.name) from error
        self._leave()
        self._file, self._path, self._key = begun, path, key

    def go_on(self, place: Place) -> None:
        """Begin a new file after the one that is written. Raises as `begin`, REG-321 when that file is no longer in the folder,
        because a new one would hide that what came before is gone, and REG-295 among the files of another journal.
        """
        if self._file is None:
            raise RegisterError("REG-278", mappe=self.folder.name)
        self._require_there(self._file)
        if registers(self.folder) - {self._register}:
            raise RegisterError("REG-295", mappe=self.folder)
        self.begin(place)

    def _require_there(self, file: int) -> None:
        if not disk.is_at(self._path, os.fstat(file)):
            raise RegisterError(_GONE, mappe=self.folder.name)

    def resume(self, segment: Segment, end: int) -> None:
        """Go on in a file whose whole records end at byte `end`; what a stopped process left after it is cut off."""
        try:
            self.hold()
            self._leave()
            self._file, self._path = os.open(segment.path, os.O_RDWR), segment.path
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

        Raises REG-321 when its file is no longer in the folder, where a restore would look for it. Raises REG-278 when it
        cannot be written; the journal is then as it was. Raises REG-293 when the disk does not answer for what it has; the
        journal then takes nothing more, because a disk that has failed once may say yes the next time to what it has lost.
        """
        if self._file is not None:
            self._require_there(self._file)
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
            self.stop()
            raise

    def stop(self) -> None:
        """Take nothing more, because what became of the last record is not known before the register is opened again."""
        self._stopped = _FAILED

    def wait(self, backed_up: bool) -> None:
        """Take nothing before there is a backup that the journal goes on from. A journal that was stopped stays so."""
        if self._stopped != _FAILED:
            self._stopped = "" if backed_up else _GONE

    def _mark(self, kind: bytes, place: Place) -> bytes:
        return _packed(kind, place.nr, seal(self._key, b"", about(self._register, kind, place)))

    def _write(self, content: bytes, *, sync: bool) -> None:
        if self._stopped:
            raise RegisterError(self._stopped, mappe=self.folder.name)
        if self._file is None:
            raise RegisterError("REG-278", mappe=self.folder.name)
        end = os.lseek(self._file, 0, os.SEEK_END)
        try:
            view = memoryview(content)
            while view:
                view = view[os.write(self._file, view) :]
        except OSError as error:
            try:
                os.ftruncate(self._file, end)
            except OSError:
                self.stop()
            raise RegisterError("REG-278", mappe=self.folder.name) from error
        if sync:
            try:
                os.fdatasync(self._file)
            except OSError as error:
                self.stop()
                raise RegisterError(_FAILED, mappe=self.folder.name) from error

    def _leave(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def close(self) -> None:
        """Let go of the file and of the folder."""
        self._leave()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def segments(folder: Path) -> list[Segment]:
    """The files of a journal in order. Raises REG-279 for one whose first line cannot be read."""
    return [_segment(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]


def registers(folder: Path) -> set[str]:
    """The registers whose journals lie in the folder; a file whose first line is damaged is of none."""
    found = set()
    for path in folder.glob(f"*{SUFFIX}"):
        with suppress(RegisterError):
            found.add(_segment(path).register)
    return found


def has_records(folder: Path) -> bool:
    """Whether a journal in the folder holds more than its first line, or cannot be read."""
    try:
        return any(segment.path.stat().st_size > segment.start for segment in segments(folder))
    except RegisterError:
        return True


def set_aside(folder: Path, stamp: str) -> Path | None:
    """Move a journal's files to a folder of their own inside theirs, and return it; None when there are none."""
    found = sorted(folder.glob(f"*{SUFFIX}"))
    if not found:
        return None
    aside = disk.free(folder / f"{ASIDE}{stamp}")
    aside.mkdir(mode=0o700)
    for path in found:
        path.rename(aside / path.name)
    disk.sync_folder(folder)
    return aside


def where(folder: Path, register: str | None) -> Path:
    """The folder of a register's journal: `folder`, or one inside it when the register's journal was set aside."""
    for aside in (folder, *sorted(folder.glob(f"{ASIDE}*"))):
        with suppress(RegisterError):
            if any(segment.register == register for segment in segments(aside)):
                return aside
    return folder


def _segment(path: Path) -> Segment:
    try:
        with path.open("rb") as file:
            line = file.readline(4096)
        head = json.loads(line)
        register, chain, key = head["register"], head["kjede"], head["nokkel"]
        if not all(isinstance(text, str) for text in (register, chain, key)):
            raise ValueError
        return Segment(path, register, Place(int(head["etter"]), chain), key, len(line))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
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

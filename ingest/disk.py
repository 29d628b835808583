"""What files that must not be lost need from the operating system: syncs, swaps, locks, and names that are free."""

from __future__ import annotations

import errno
import fcntl
import math
import os
from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CAUSES = {
    errno.EEXIST: "det finnes en fil med det navnet",
    errno.ENOENT: "mappen finnes ikke",
    errno.ENOTDIR: "det ligger en fil der mappen skal være",
    errno.EISDIR: "det ligger en mappe der",
    errno.EACCES: "programmets bruker har ikke lov til å skrive der",
    errno.EPERM: "programmets bruker har ikke lov til å skrive der",
    errno.EROFS: "disken er skrivebeskyttet",
    errno.EIO: "disken svarer med feil",
    errno.ENAMETOOLONG: "navnet er for langt",
} | dict.fromkeys(FULL, "disken er full")


def cause(error: OSError) -> str:
    """What the operating system answered, in words that go into a sentence."""
    return _CAUSES.get(error.errno or 0, f"disken svarte ikke som ventet (feil {error.errno})")


def is_at(path: Path, file: os.stat_result) -> bool:
    """Whether the file is still the one at the path: not deleted, moved, or replaced."""
    try:
        return os.path.samestat(file, path.stat())
    except OSError:
        return False


def left(folder: Path) -> float:
    """Bytes that may be written on the folder's disk. Infinite when it does not say: writing then shows it."""
    try:
        told = os.statvfs(folder)
    except OSError:
        return math.inf
    return told.f_bavail * told.f_frsize if told.f_blocks else math.inf


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the folder's names, so that a file that was made or renamed there has its name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def swap(fresh: Path, path: Path) -> None:
    """Put a finished file in the place of another. After a power cut one of them is there, whole."""
    handle = os.open(fresh, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    fresh.replace(path)
    sync_folder(path.parent)


def free(path: Path, end: str = "") -> Path:
    """The path with `end` after its name, or the first of path-2, path-3 … that nothing has."""
    number, found = 1, path.with_name(f"{path.name}{end}")
    while found.exists():
        number += 1
        found = path.with_name(f"{path.name}-{number}{end}")
    return found


def lock(path: Path) -> int:
    """Make and lock a file; the lock is held until the handle is closed, or its process ends. BlockingIOError when another
    has it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(handle)
        raise
    return handle


def is_held(path: Path) -> bool:
    """Whether another process has the database file open. Never asked by a process that has it open itself, because
    closing any handle of a file gives up all of a process's locks on it.
    """
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False

"""Whether the disks have room for a save, asked before it is begun.

DuckDB takes a commit back when its log finds no room; but when the commit changed or deleted rows that have a key, it puts
them back in the key's index in the wrong order, and ends the process (DuckDB 1.5.5: «Failed to append to PRIMARY_…»). No save
can therefore be let run into a full disk. When DuckDB has taken a commit back, what it holds is right, and it goes on.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from checks.errors import RegisterError
from ingest import disk

# Bytes that must be left. A save writes some kB to the log beside the register. When the log has 16 MB, or the file is
# closed, it is written into the file, which then grows by at most half of the log (measured: nothing for a log of 0.5 MB,
# 0.5 MB for 2 MB, 6.5 MB for 14 MB).
REGISTER = 2_000_000
JOURNAL = 256_000
# How much a record may take in the log, where it is not packed.
UNPACKED = 8
# What is said when nothing can be written: the journal or the register, whichever finds no room, is closed, or is gone.
CANNOT_WRITE = frozenset({"REG-278", "REG-282", "REG-283", "REG-293", "REG-321", "REG-322"})


def require(register: Path, journal: Path | None, record: int = 0) -> None:
    """Raise REG-282 when the register's disk is full, and REG-278 when the journal's is. ``record`` is what the journal is
    to take (bytes), when that is known.
    """
    if disk.left(register.parent) < REGISTER + _log(register) // 2 + record * UNPACKED:
        raise RegisterError("REG-282", fil=register.name)
    if journal is not None and disk.left(journal) < JOURNAL + record:
        raise RegisterError("REG-278", mappe=journal.name) from OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _log(register: Path) -> int:
    try:
        return register.with_name(f"{register.name}.wal").stat().st_size
    except OSError:
        return 0

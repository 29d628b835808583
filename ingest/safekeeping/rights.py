"""Who on the machine may read the files: the program's own user, and of the published ones a group that the settings name."""

from __future__ import annotations

import grp
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from checks.errors import RegisterError
from ingest.settings import Settings
from ingest.vault import FILE

UMASK = 0o077  # of every command
FILES, FOLDERS = 0o600, 0o700
# A group that reads what is published must come through the folder that the register lies in, but not look about in it.
THROUGH, READ_FILE, READ_FOLDER = 0o710, 0o640, 0o2750


@dataclass(frozen=True)
class Wide:
    """A file that others than the program's own user can read or write, and the mode it is to have."""

    path: Path
    mode: int


def tighten(settings: Settings) -> None:
    """Close the files that an older program, or a copy by hand, has left open. Files of another user are left, and folders,
    which may hold others' things too; `doctor` names them.
    """
    for wide in too_wide(settings):
        if wide.path.is_file():
            with suppress(OSError):
                wide.path.chmod(wide.mode)


def too_wide(settings: Settings) -> Iterator[Wide]:
    """The files and folders with more rights than they are to have."""
    for path, mode in _private(settings):
        with suppress(OSError):
            found = path.stat().st_mode
            # A setting may name something else by mistake, and then it is not ours to close.
            ours = stat.S_ISREG(found) if mode == FILES else stat.S_ISDIR(found)
            if ours and stat.S_IMODE(found) & ~mode:
                yield Wide(path, mode)


def _private(settings: Settings) -> Iterator[tuple[Path, int]]:
    register, data = settings.register, settings.data
    yield data, THROUGH if settings.lesegruppe else FOLDERS
    yield from ((path, FILES) for path in (register, register.with_name(f"{register.name}.wal"), data / FILE))
    yield from ((path, FILES) for path in data.glob("*.json"))
    for file in (
        settings.logg,
        settings.helseid_nokkel,
        settings.helseid_innlogging_nokkel,
        settings.maskinporten_nokkel,
    ):
        if file is not None:
            yield file, FILES
    for folder in (settings.journal_folder, settings.backup_folder):
        yield folder, FOLDERS
        yield from ((path, FILES) for path in folder.glob("*") if not path.is_symlink())


def let_group_read(data: Path, folder: Path, group: str) -> None:
    """Let the group read the files of a publishing in `folder` that are for statisticians, and come to them through `data`.

    The app's own file, which holds every unit's forløp, stays closed. Raises REG-268 when the files cannot be given to the
    group.
    """
    if not group:
        return
    try:
        number = grp.getgrnam(group).gr_gid
        _give(data, number, THROUGH)
        _give(folder.parent, number, READ_FOLDER)
        _give(folder, number, READ_FOLDER)
        for path in (*folder.glob("nasjonal.duckdb"), *folder.glob("lokal-*.duckdb")):
            _give(path, number, READ_FILE)
    except (OSError, KeyError) as error:
        raise RegisterError("REG-268", gruppe=group) from error


def _give(path: Path, group: int, mode: int) -> None:
    os.chown(path, -1, group)
    path.chmod(mode)

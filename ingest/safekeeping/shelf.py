"""The folder of backups: which is newest, which are damaged, which are too old."""

from __future__ import annotations

import glob
import logging
import re
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from checks.errors import RegisterError
from checks.timetable import ahead
from ingest.journal.segments import ASIDE, segments
from ingest.safekeeping.backup import NAME, SUFFIX, Backup, prove, read
from ingest.settings import BACKUP_DAYS
from ingest.vault import Vault

log = logging.getLogger("smertereg.register")
ALWAYS = 3  # how many of the newest are kept also when a clock set wrong makes them look old
# A longer time between two backups counts as this: the clock may have been wrong, and the backups are then not that old.
GAP = timedelta(days=7)
NEVER = datetime.min.replace(tzinfo=UTC)


Kept = tuple[Path, Backup | None]


def kept(folder: Path) -> list[Kept]:
    """Each backup in a folder and what it is of, newest first; those whose first line cannot be read (None) before the others.

    No clock decides, because it may have been wrong. Backups of one journal are in its own order, and journals in that of their
    last numbers. Backups from before there were numbers come after, by when the journal's first was taken: the next journal was
    begun later, and a single one from when the clock was ahead puts none before the others.
    """
    found = [(file, _read(file)) for file in sorted(folder.glob(f"*{SUFFIX}"))]
    last: dict[str | None, int] = {}
    first: dict[str | None, datetime] = {}
    for _, about in found:
        if about is not None:
            last[about.register] = max(last.get(about.register, 0), about.lopenr or 0)
            first[about.register] = min(first.get(about.register, about.moment), about.moment)

    def age(one: Kept) -> tuple[bool, int, datetime, int, datetime]:
        about = one[1]
        if about is None:
            return True, 0, NEVER, 0, NEVER
        return False, last[about.register], first[about.register], about.nr, about.moment

    return sorted(found, key=age, reverse=True)


def _read(file: Path) -> Backup | None:
    try:
        return read(file)
    except RegisterError:
        return None


def files(folder: Path) -> list[Path]:
    """The backups in a folder, newest first."""
    return [file for file, _ in kept(folder)]


def newest(folder: Path, now: datetime) -> datetime | None:
    """When the newest backup was taken (UTC); None without any. One that a clock which has been set back since puts ahead of
    `now` is passed over.
    """
    moments = (about.moment for _, about in kept(folder) if about)
    return next((moment for moment in moments if not ahead(moment, now)), None)


def damaged(folder: Path, vault: Vault) -> list[str]:
    """What is wrong with the backups that are not whole, each sentence once. Every piece of every backup is opened."""
    wrong = []
    for file in files(folder):
        try:
            prove(file, vault)
        except RegisterError as error:
            wrong.append(str(error))
    return list(dict.fromkeys(wrong))


def rotate(folder: Path, journal: Path, path: Path, now: datetime, days: int = BACKUP_DAYS) -> list[str]:
    """Delete what need not be kept beside the register at `path`; returns the names of what was deleted.

    Every backup of the last two days is kept, after that the last of each day, and none older than `days`; the newest
    ALWAYS are kept whatever a clock says. How old they are is counted from each to the next, at most GAP at a time, so that a clock
    that is ahead deletes no history. Files of the journal go only after a backup that was too old, when no backup of the
    same register that is left needs them: a folder with few backups may be a disk that is not mounted, and the backups on
    that disk then still need the journal. Journals and registers that a restore set aside go when the backups of their time
    do: they too have patients who were erased later.
    """
    found = kept(folder)
    readable = [(file, about) for file, about in found if about is not None]
    keep, seen, too_old = {file for file, _ in readable[:ALWAYS]}, set(), set()
    ages, uncounted = _ages([about.moment for _, about in readable], now)
    for (file, about), age in zip(readable, ages, strict=True):
        day = (about.register, about.moment.date())
        if age > timedelta(days=days):
            too_old.add(about.register)
        elif age <= timedelta(days=2) or day not in seen:
            keep.add(file)
        seen.add(day)
    gone = [file for file, _ in readable if file not in keep]
    for file in gone:
        file.unlink()
        file.with_name(f"{file.name}.sha256").unlink(missing_ok=True)
    register = next((segment.register for segment in segments(journal)), None)
    left = [about.nr for file, about in readable if file in keep and about.register == register]
    cut_off = cut(journal, min(left)) if left and register in too_old else []
    most = timedelta(days=days) + uncounted
    aside = _set_aside(journal / ASIDE, now, most) + _set_aside(path.with_name(f"{path.name}."), now, most)
    return [file.name for file in gone] + cut_off + aside


def _ages(moments: list[datetime], now: datetime) -> tuple[list[timedelta], timedelta]:
    """How old backups of these moments, the newest first, are counted to be, and how much of the time is not counted."""
    ages, age, later, uncounted = [], timedelta(), now, timedelta()
    for moment in moments:
        between = later - moment
        if between > GAP:
            log.warning("lang tid mellom to sikkerhetskopier: av den teller sju døgn, for klokken kan ha vært feil")
            uncounted += between - GAP
        age += min(max(between, timedelta()), GAP)
        later = min(later, moment)
        ages.append(age)
    return ages, uncounted


def _set_aside(begins: Path, now: datetime, most: timedelta) -> list[str]:
    """Delete what was set aside longer than `most` ago: the files and folders whose names go on from `begins` with a time.
    Returns their names.
    """
    gone = []
    for aside in sorted(begins.parent.glob(f"{glob.escape(begins.name)}*")):
        stamp = re.split("[-.]", aside.name.removeprefix(begins.name))[0]
        with suppress(ValueError):  # what someone has given another name is left alone
            if now - datetime.strptime(stamp, NAME).replace(tzinfo=UTC) > most:
                shutil.rmtree(aside) if aside.is_dir() else aside.unlink()
                gone.append(aside.name)
    return gone


def cut(journal: Path, nr: int) -> list[str]:
    """Delete the files of a journal that have no record after number `nr`; returns their names."""
    found = segments(journal)
    gone = [segment.path for segment, later in pairwise(found) if later.before.nr <= nr]
    for path in gone:
        path.unlink()
    return [path.name for path in gone]
